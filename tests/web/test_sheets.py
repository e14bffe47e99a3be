"""Signs and posters as they are asked for, read back from their pages."""

import html
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from geo.report import paper, sheets
from tests.report.paper import Page, pages
from tests.web.registry import AREAS, HOSTILE, SECRETS, STATIONS


def read(client: FlaskClient, address: str, **options: str) -> list[Page]:
    answer = client.get(address, **options)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return pages(answer.data)


def words(found: list[Page]) -> str:
    return " ".join(" ".join(page.text for page in found).split())


def test_a_sign_leads_back_to_the_page_of_its_station(client: FlaskClient):
    [page] = read(client, "/s/YZ-0001/sign.pdf")
    assert page.codes == ["http://localhost/s/YZ-0001"]
    for said in ("样城第1驿站", "YZ-0001", "爱心驿站", "样城市文化路1号", "24小时", "编号 Code",
                 "户外劳动者可直接进,不用消费", "卫生间", "WiFi", "12351"):  # fmt: skip
        assert said in words([page])
    assert client.get(page.codes[0].removeprefix("http://localhost")).status_code == 200


def test_the_public_address_is_what_is_printed(client_with: Callable[..., FlaskClient]):
    client = client_with(public_url="https://yizhan.example.cn/", hotline="0371-12351", name="样城市爱心驿站")
    [page] = read(client, "/s/yz-0001/sign.pdf", headers={"Host": "evil.example"})
    assert page.codes == ["https://yizhan.example.cn/s/YZ-0001"]
    assert "0371-12351" in page.text
    assert "样城市爱心驿站" in page.text
    found = read(client, "/areas/410101/poster.pdf")
    assert found[0].codes == ["https://yizhan.example.cn/?q=410101"]


def test_a_language_is_that_of_the_address_and_headings_have_both(client: FlaskClient):
    [chinese] = read(client, "/s/YZ-0002/sign.pdf?lang=zh", headers={"Accept-Language": "en"})
    [english] = read(client, "/s/YZ-0002/sign.pdf?lang=en")
    assert "饮水" in chinese.text
    assert "Drinking water" in english.text
    for page in (chinese, english):
        assert "开放时间" in page.text
        assert "Opening hours" in page.text
        # One address for both: the reader's own language decides.
        assert page.codes == ["http://localhost/s/YZ-0002"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("YZ-0004", "暂停开放:装修到年底"),
        ("YZ-0005", "已撤销:房屋到期"),
        ("YZ-0007", "在建"),
        ("YZ-0003", "按国家调休上班"),
        ("YZ-0003", "3F 洗手间旁"),
        ("YZ-0006", "随商场"),
        ("YZ-0010", "8:00–20:00"),
    ],
)
def test_a_sign_says_what_one_must_know(client: FlaskClient, code: str, said: str):
    assert said in words(read(client, f"/s/{code}/sign.pdf"))


def test_a_station_one_can_go_to_has_no_notice(client: FlaskClient):
    assert "试运行" not in words(read(client, "/s/YZ-0003/sign.pdf"))


def test_a_poster_lists_the_stations_one_can_go_to_and_no_other(client: FlaskClient):
    found = read(client, "/areas/410101/poster.pdf")
    text = words(found)
    inside = {row["code"] for row in STATIONS if 113.6 <= row["lon"] < 113.7}
    serving = {row["code"] for row in STATIONS if row.get("status", "open") in ("open", "trial")}
    assert set(re.findall(r"YZ-\d{4}", text)) == inside & serving
    assert "东区" in text
    assert f"共 {len(inside & serving)} 处" in text
    assert "资料截至 20" in text
    assert found[0].codes == ["http://localhost/?q=410101"]
    assert 'data-name="东区"' in client.get("/?q=410101").text


def test_a_poster_of_several_areas_names_each(client: FlaskClient):
    text = words(read(client, "/areas/410100/poster.pdf"))
    assert text.index("东区") < text.index("YZ-0001") < text.index("西区") < text.index("YZ-0010")


def test_a_large_area_is_cut_and_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.sheets._MOST", 5)
    text = words(read(client, "/areas/410100/poster.pdf"))
    assert len(set(re.findall(r"YZ-\d{4}", text))) == 5
    assert "这里列出前 5 处,其余请扫码查看" in text


def test_an_area_without_stations_says_so(client_over: Callable[..., FlaskClient]):
    assert "这里还没有开放的站点" in words(read(client_over(), "/areas/410102/poster.pdf"))


def test_a_demonstration_says_so_on_every_sheet(
    client: FlaskClient, client_over: Callable[..., FlaskClient], client_with: Callable[..., FlaskClient]
):
    shown = client_with(name="样城驿站(演示)")
    for address in ("/s/YZ-0001/sign.pdf", "/areas/410101/poster.pdf"):
        assert "演示" in read(shown, address)[0].text
        assert "演示" not in words(read(client, address))


@pytest.mark.parametrize(
    "address", ["/s/YZ-0001/sign.pdf", "/s/YZ-0008/sign.pdf", "/areas/410100/poster.pdf"]
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_internal_is_printed(client: FlaskClient, address: str, lang: str):
    answer = client.get(f"{address}?lang={lang}")
    text = words(pages(answer.data))
    for secret in SECRETS.values():
        assert str(secret) not in text
        assert str(secret).encode() not in answer.data
    assert "哨兵" not in text


def test_hostile_text_is_printed_as_text(client: FlaskClient):
    [page] = read(client, "/s/YZ-0008/sign.pdf")
    text = "".join(page.text.split())
    assert '<script>alert("x")</script>' in text
    assert "{{7*7}}" in text
    assert "\u202e" not in page.text
    assert "\u202e" in HOSTILE
    assert page.codes == ["http://localhost/s/YZ-0008"]


def test_a_sheet_is_named_kept_and_asked_for_again(client: FlaskClient):
    first = client.get("/s/YZ-0001/sign.pdf")
    disposition = first.headers["Content-Disposition"]
    assert disposition.startswith("inline; filename=sheet.pdf; filename*=UTF-8''")
    assert unquote(disposition.rsplit("''", 1)[1]) == "YZ-0001 样城第1驿站 门牌.pdf"
    again = client.get("/s/YZ-0001/sign.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert client.get("/s/YZ-0002/sign.pdf").headers["ETag"] != first.headers["ETag"]
    assert client.head("/s/YZ-0001/sign.pdf").headers["Content-Length"] == str(len(first.data))


def test_a_hostile_name_makes_no_header(client: FlaskClient):
    disposition = client.get("/s/YZ-0008/sign.pdf").headers["Content-Disposition"]
    assert re.fullmatch(r"inline; filename=sheet\.pdf; filename\*=UTF-8''[\w.%~()-]+\.pdf", disposition)
    assert not set(unquote(disposition.rsplit("''", 1)[1])) & set('/\\<>"\u202e')


def test_what_nobody_has_is_not_found(client: FlaskClient):
    assert "没有编号为 YZ-9999 的站点" in client.get("/s/YZ-9999/sign.pdf").text
    for address in ("/s/YZ-9999/sign.pdf", "/areas/999999/poster.pdf"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert answer.mimetype == "text/html"


def test_a_server_without_chinese_fonts_says_what_to_install(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(paper, "_FONTS", ())
    paper._compiler.cache_clear()
    sheets._set.cache_clear()
    answer = client.get("/s/YZ-0001/sign.pdf")
    assert answer.status_code == 503
    assert "fonts-noto-cjk" in answer.text


def test_every_station_has_its_sign_in_both_languages(client: FlaskClient):
    for row in STATIONS[:12]:
        for lang in ("zh", "en"):
            [page] = read(client, f"/s/{row['code']}/sign.pdf?lang={lang}")
            assert page.codes == [f"http://localhost/s/{row['code']}"]


def test_every_area_has_its_poster(client: FlaskClient):
    for area in AREAS:
        assert len(read(client, f"/areas/{area['code']}/poster.pdf?lang=en")) >= 1


# What leads there


def links(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]*\.pdf[^"]*)"', page)]


def test_a_station_leads_to_its_sign_and_to_the_poster_of_its_smallest_area(client: FlaskClient):
    page = client.get("/s/YZ-0001?lang=en").text
    assert links(page) == ["/s/YZ-0001/sign.pdf?lang=en", "/areas/410101/poster.pdf?lang=en"]
    # What lies in no area is on no poster.
    assert links(client.get("/s/YZ-0099").text) == ["/s/YZ-0099/sign.pdf"]


def test_every_area_with_stations_has_its_poster_listed_in_both_languages(client: FlaskClient):
    page = client.get("/posters").text
    assert links(page) == [
        f"/areas/{area['code']}/poster.pdf?lang={lang}" for area in AREAS for lang in ("zh", "en")
    ]
    counts = [int(count) for count in re.findall(r"(\d+) 个站点", page)]
    assert len(counts) == len(AREAS)
    for area, count in zip(AREAS, counts, strict=True):
        assert f"共 {count} 处" in words(read(client, f"/areas/{area['code']}/poster.pdf?lang=zh"))


@pytest.mark.parametrize("path", ["/", "/s/YZ-0001", "/embed/make", "/?q=样城站"])
def test_pages_lead_to_the_posters(client: FlaskClient, path: str):
    assert 'href="/posters"' in client.get(path).text


def test_without_areas_it_says_that_there_are_no_posters(client_over: Callable[..., FlaskClient]):
    page = client_over(areas=[], landmarks=[]).get("/posters")
    assert page.status_code == 200
    assert "没有海报可以打印" in page.text


def test_hostile_names_of_areas_are_text(client_over: Callable[..., FlaskClient]):
    areas = [area | {"name": HOSTILE} for area in AREAS[2:]]
    client = client_over(STATIONS[0], areas=areas)
    for path in ("/posters", "/s/YZ-0001"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert html.escape(HOSTILE).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
