"""Photos from the clerk's form to the public's page."""

import re
from io import BytesIO

import pytest
from PIL import Image

PATH = "/admin/stations/YZ-0001/photos"


def picture(kind: str = "JPEG") -> BytesIO:
    made = BytesIO()
    Image.new("RGB", (40, 30), (10, 100, 90)).save(made, kind)
    made.seek(0)
    return made


def test_a_photo_is_added_shown_to_everybody_and_taken_away(office):
    client, public = office.client("east"), office.client()
    assert "<h2>照片</h2>" not in public.get("/s/YZ-0001").get_data(as_text=True)
    data = {"photo": (picture("PNG"), "门头.png"), "caption": "门头<b>"}
    assert office.post(client, PATH, data).status_code == 303
    html = public.get("/s/YZ-0001").get_data(as_text=True)
    assert "门头&lt;b&gt;" in html
    address = re.search(r'href="(/s/YZ-0001/photos/\d+\.jpg)"', html)[1]
    answer = public.get(address)
    assert answer.content_type == "image/jpeg"
    assert Image.open(BytesIO(answer.data)).size == (40, 30)
    assert "Set-Cookie" not in answer.headers
    assert public.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert Image.open(BytesIO(public.get(f"{address}?small=1").data)).format == "JPEG"
    assert public.get(address.replace("0001", "0002")).status_code == 404
    number = re.search(r"(\d+)\.jpg", address)[1]
    assert office.post(client, f"{PATH}/{number}", {"caption": "入口"}).status_code == 303
    assert "入口" in public.get("/s/YZ-0001").get_data(as_text=True)
    assert office.post(client, f"{PATH}/{number}/drop", {}).status_code == 303
    assert public.get(address).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"no picture", 400), (b"\xff\xd8\xff" + bytes(200), 400), (bytes(13 * 1024 * 1024), 413)],
)
def test_what_is_no_photo_or_too_large_is_refused_with_a_sentence(office, body, status):
    client = office.client("east")
    answer = office.post(client, PATH, {"photo": (BytesIO(body), "x.jpg"), "caption": ""})
    assert answer.status_code == status
    assert office.post(client, PATH, {"caption": "没有文件"}).status_code == 400
    assert "/photos/" not in office.client().get("/s/YZ-0001").get_data(as_text=True)


def test_a_photo_larger_than_a_form_may_be_is_taken(office):
    """The limit of all other forms is 64 kB."""
    made = BytesIO()
    Image.effect_noise((900, 700), 90).convert("RGB").save(made, "JPEG", quality=95)
    assert made.tell() > 200_000
    made.seek(0)
    answer = office.post(office.client("east"), PATH, {"photo": (made, "x.jpg"), "caption": ""})
    assert answer.status_code == 303
