"""Signs and posters on paper: read back as a reader and a phone do."""

from dataclasses import replace
from pathlib import Path

import pytest

from geo.errors import UnavailableError
from geo.report import paper, sheets
from geo.report.sheets import Entry, Group, Pair, Part, Poster, Sign, printed
from tests.report.paper import Page, pages

MARGIN_MM = 10
HOSTILE = (
    '<script>alert("x")</script> #emph[x] #{panic()} $x$ \\u{41} @y <z> `c` /* */ // [[ ]] '
    "\u202e\u2067אבג\x00\x1b "
)
SIGN = Sign(
    lang="zh",
    title="YZ-0001 样城第1驿站",
    registry="样城市爱心驿站",
    demo="",
    kind=Pair("爱心驿站", "Care station"),
    name="样城第1驿站",
    place="文化路1号 1F",
    notice="",
    entry=Part(Pair("谁能进", "Who may enter"), "户外劳动者可直接进,不用消费"),
    hours=Part(Pair("开放时间", "Opening hours"), "8:00-20:00", "按国家调休上班"),
    facilities=Part(Pair("有什么")),
    words=("饮水", "微波炉(热饭)", "卫生间"),
    code="YZ-0001",
    code_heading=Pair("编号", "Code"),
    hotline="12351",
    hotline_heading=Pair("服务热线", "Hotline"),
    scan=Pair("扫码看现在开没开"),
    date="资料截至 2026-05-01",
    url="https://yizhan.example.cn/s/YZ-0001",
)


def entry(number: int) -> Entry:
    return Entry(f"YZ-{number:04}", f"样城第{number}驿站", "", "文化路", "8:00-20:00", ("饮水", "卫生间"))


POSTER = Poster(
    lang="zh",
    title="东区 站点海报",
    registry="样城市爱心驿站",
    demo="",
    subject=Pair("爱心驿站", "Care stations"),
    name="东区",
    summary="共 2 处",
    cut="",
    nothing="这里还没有开放的站点",
    columns=(Pair("站点"), Pair("开放时间"), Pair("有什么"), Pair("编号")),
    groups=(Group("", (entry(1), entry(2))),),
    hotline="12351",
    hotline_heading=Pair("服务热线", "Hotline"),
    scan=Pair("扫码找最近的"),
    foot="样城市爱心驿站 · 资料截至 2026-05-01",
    url="https://yizhan.example.cn/?q=%E4%B8%9C%E5%8C%BA",
)


def read(sheet: Sign | Poster) -> list[Page]:
    return pages(printed(sheet, fonts=Path("/nowhere")))


def within_margins(page: Page) -> bool:
    left, bottom, right, top = page.ink_mm
    # A hair's breadth: lines are as wide as they are.
    low, wide, high = MARGIN_MM - 0.5, page.width_mm - MARGIN_MM + 0.5, page.height_mm - MARGIN_MM + 0.5
    return left >= low and bottom >= low and right <= wide and top <= high


def test_a_sign_is_one_a5_page_that_says_everything_and_leads_to_its_page():
    [page] = read(SIGN)
    assert (round(page.width_mm), round(page.height_mm)) == (148, 210)
    assert page.codes == [SIGN.url]
    hours = (SIGN.hours.text, SIGN.hours.note, "Opening hours")
    foot = (SIGN.code, "12351", SIGN.registry, SIGN.date)
    for said in (SIGN.name, SIGN.place, SIGN.entry.text, *hours, *SIGN.words, *foot):
        assert said in page.text
    assert within_margins(page)


def test_why_not_to_come_and_that_it_is_a_demonstration_are_said():
    [page] = read(replace(SIGN, notice="暂停开放:装修到年底", demo="演示"))
    assert "暂停开放:装修到年底" in page.text
    assert "演示" in page.text


def test_a_registry_without_a_hotline_prints_none():
    [page] = read(replace(SIGN, hotline=""))
    assert "服务热线" not in page.text


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        HOSTILE * 20,
        "长" * 900,
        "W" * 900,
        "a" * 3 + " " + "b" * 400,
        "W" * 14,
        "店" + "W" * 14,
        "𠮷" * 300,
        "",
    ],
)
def test_no_text_leaves_its_place_or_runs(text: str):
    heading = Pair("谁能进", "Who may enter")
    [page] = read(
        replace(
            SIGN, title=text, name=text, place=text, notice=text, registry=text,
            code=text[:40], hotline=text[:40], entry=Part(heading, text), hours=Part(heading, text, text),
            words=(text, text, "热水"),
        )
    )  # fmt: skip
    assert within_margins(page)
    assert page.codes == [SIGN.url]
    listed = Entry(text[:40], text, text, text, text, (text, "热水"))
    for page in read(
        replace(POSTER, name=text, foot=text, summary=text, groups=(Group(text, (listed,) * 5),))
    ):
        assert within_margins(page)


def test_markup_is_printed_as_it_is_and_what_reorders_text_is_not():
    text = '<b>"x"</b> #panic() $x$ \\u{41} @y'
    [page] = read(replace(SIGN, name=text, place="甲\u202e乙"))
    assert text in " ".join(page.text.split())
    assert "甲乙" in page.text


def test_times_break_between_spans_and_not_within():
    [page] = read(replace(SIGN, hours=Part(Pair("开放时间"), "周一至周五8:30-12:00,14:00-17:30,18:00-22:00")))
    for span in ("8:30-12:00", "14:00-17:30", "18:00-22:00"):
        assert span in page.text


def test_a_poster_lists_every_station_over_as_many_a4_pages_as_it_takes():
    found = read(
        replace(POSTER, groups=(Group("甲街道", tuple(map(entry, range(60)))), Group("乙街道", (entry(60),))))
    )
    assert {(round(page.width_mm), round(page.height_mm)) for page in found} == {(210, 297)}
    text = "\n".join(page.text for page in found)
    for number in range(61):
        assert f"YZ-{number:04}" in text
        assert f"样城第{number}驿站" in text
    assert "甲街道" in text
    assert "乙街道" in text
    assert found[0].codes == [POSTER.url]
    for number, page in enumerate(found, 1):
        assert f"{number}/{len(found)}" in page.text
        assert "编号" in page.text
        assert within_margins(page)


def test_a_poster_that_leaves_some_out_says_so_and_an_empty_one_too():
    [page] = read(replace(POSTER, cut="这里列出前 2 处,其余请扫码"))
    assert "这里列出前 2 处,其余请扫码" in page.text
    [page] = read(replace(POSTER, groups=()))
    assert POSTER.nothing in page.text


def test_the_same_words_are_the_same_bytes(monkeypatch: pytest.MonkeyPatch):
    first = printed(SIGN, fonts=Path("/nowhere"))
    sheets._set.cache_clear()
    paper._compiler.cache_clear()
    assert printed(SIGN, fonts=Path("/nowhere")) == first


def test_without_a_chinese_font_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(paper, "_FONTS", ("没有这种字体",))
    sheets._set.cache_clear()
    paper._compiler.cache_clear()
    with pytest.raises(UnavailableError, match=r"fonts-noto-cjk") as error:
        printed(SIGN, fonts=tmp_path)
    assert str(tmp_path) in str(error.value)
    monkeypatch.undo()
    assert printed(SIGN, fonts=tmp_path).startswith(b"%PDF")
