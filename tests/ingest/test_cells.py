"""Single cells: what clerks write, what it means, and what is said when it means nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.ingest.cell_dates import read_date
from geo.ingest.cell_numbers import read_number, read_star, read_whole
from geo.ingest.cell_people import read_keeper, read_manager
from geo.ingest.cells import clean, read_code, read_text, read_yes_no


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(
            (mark, "yes")
            for mark in ("是", "有", "√", "✓", "☑", "Y", "yes", "1", "TRUE", "true", "有(2台)", "3", "2台")
        ),
        *((mark, "yes") for mark in ("已配备", " 是 ", "ｙ", "1.0")),
        *(
            (mark, "no")
            for mark in ("否", "无", "没有", "×", "✗", "N", "no", "0", "FALSE", "未配备", "暂无", "0.0")
        ),
        *((mark, None) for mark in ("", "  ", "-", "/", "？", "未知", "待核实")),
    ],
)
def test_yes_and_no(text: str, answer: str | None) -> None:
    assert read_yes_no(text) == (answer, None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("30", 30.0),
        ("３０．５", 30.5),
        ("约30㎡", 30.0),
        ("30m²", 30.0),
        ("30平方米左右", 30.0),
        ("1,200", 1200.0),
        ("１，２００平米", 1200.0),
        ("1.2E+2", 120.0),
    ],
)
def test_numbers(text: str, number: float) -> None:
    assert read_number(text) == (number, None)


@pytest.mark.parametrize("text", ["三十", "-30", "0", "15×2", "1e999", "很大", "1 2 3"])
def test_what_is_no_number_is_a_doubt(text: str) -> None:
    value, doubt = read_number(text)
    assert value is None
    assert doubt


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("★★★★", 4),
        ("★★★☆☆", 3),
        ("四星级", 4),
        ("4星", 4),
        ("2023年五星驿站", 5),
        ("３", 3),
        ("5A", 5),
    ],
)
def test_stars(text: str, value: int) -> None:
    assert read_star(text) == (value, None)


@pytest.mark.parametrize("text", ["6", "0.5", "优秀", "100星"])
def test_what_is_no_rating_is_a_doubt(text: str) -> None:
    value, doubt = read_star(text)
    assert value is None
    assert doubt


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025年3月1日", "2025-03-01"),
        ("2025 年 3 月", "2025-03"),
        ("2025/3/1", "2025-03-01"),
        ("2025.3.1", "2025-03-01"),
        ("2025.03", "2025-03"),
        ("2025-03", "2025-03"),
        ("２０２５年３月", "2025-03"),
        ("2025-03-01 08:30:00", "2025-03-01"),
        ("2025-03-01T08:30:00", "2025-03-01"),
        ("2025年3月底", "2025-03"),
        ("20250301", "2025-03-01"),
        ("202503", "2025-03"),
        ("2025", "2025"),
        ("2025年", "2025"),
    ],
)
def test_dates(text: str, iso: str) -> None:
    assert read_date(text) == (iso, None)


@pytest.mark.parametrize("text", ["2025-02-30", "2025年13月", "去年", "3/1/2025", "1025年", "25.3"])
def test_what_is_no_date_is_a_doubt(text: str) -> None:
    value, doubt = read_date(text)
    assert value is None
    assert doubt


@given(day=st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_day_comes_back_however_it_is_written(day: date) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    forms = (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        str(serial),
    )
    assert {read_date(form).value for form in forms} == {day.isoformat()}


def test_a_number_that_names_something_keeps_its_figures() -> None:
    assert read_code("0012").value == "0012"
    assert read_code("54.0").value == "54"
    assert read_code("410102001000").value == "410102001000"
    for mangled in ("4.10102E+11", "1.38E+10", "4e17"):
        value, doubt = read_code(mangled)
        assert value is None
        assert "科学计数法" in doubt


@given(text=st.text())
def test_clean_text_is_one_line_that_any_store_takes(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == clean(cleaned)
    assert "\0" not in cleaned
    assert len(cleaned.splitlines()) < 2
    cleaned.encode()


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"])
def test_a_formula_error_is_empty_with_a_word(text: str) -> None:
    value, doubt = read_text(text)
    assert value is None
    assert "公式" in doubt


def test_a_sign_is_no_formula_error() -> None:
    assert read_text("#3号楼").value == "#3号楼"


def test_whole_numbers() -> None:
    assert read_whole("12人") == (12, None)
    assert read_whole("0.4").value is None


@pytest.mark.parametrize(
    "text",
    ["上街区街道/社区", "上街区总工会", "张仲景大药房", "银行网点", "运营商营业厅", "城市环卫有限公司"],
)
def test_an_organisation_runs_the_station(text: str) -> None:
    assert read_manager(text).value == {"run_org": text}


@pytest.mark.parametrize(
    "text",
    ["张三", "欧阳某某", "某区总工会 李四", "王经理", "买买提·某某", "李站长(城管局)", "银行 13812345678"],
)
def test_in_doubt_it_is_a_person_and_internal(text: str) -> None:
    assert "run_org" not in read_manager(text).value


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("张三 13812345678", "张三", "13812345678"),
        ("张三（138-1234-5678）", "张三", "138-1234-5678"),
        ("张三/0371-67181234", "张三", "0371-67181234"),
        ("13812345678", None, "13812345678"),
        ("张三", "张三", None),
    ],
)
def test_a_keeper_and_the_telephone_beside(text: str, name: str | None, phone: str | None) -> None:
    value = read_keeper(text).value
    assert (value.get("keeper_name"), value.get("keeper_phone")) == (name, phone)
