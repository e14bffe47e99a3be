"""Photos that strangers send: only the picture itself is kept, and what is none is refused with a reason."""

import contextlib
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from geo.errors import InputError
from geo.ingest import pictures
from geo.ingest.pictures import MAX_PICTURE_BYTES, clean_picture

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 160, 20), (20, 20, 220), (255, 255, 255)
SECRET = b"N 34.7201 E 113.6101"


def corners(width: int = 400, height: int = 200) -> Image.Image:
    """Return a picture with red and green corners above, blue and white ones below."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def encoded(image: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def colours(body: bytes) -> list[str]:
    """Return the names of the colours in the four corners."""
    image = Image.open(BytesIO(body)).convert("RGB")
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}

    def name(x: int, y: int) -> str:
        seen = image.getpixel((x, y))
        return min(names, key=lambda one: sum(abs(a - b) for a, b in zip(names[one], seen, strict=True)))

    right, low = image.width - image.width // 8 - 1, image.height - image.height // 8 - 1
    left, high = image.width // 8, image.height // 8
    return [name(left, high), name(right, high), name(left, low), name(right, low)]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_what_phones_send_becomes_a_jpeg_of_no_more_than_the_asked_size(format: str):
    picture = clean_picture(encoded(corners(3000, 1500), format), longest=800)
    assert (picture.width, picture.height) == (800, 400)
    for body, size in ((picture.body, (800, 400)), (picture.thumb, (320, 160))):
        image = Image.open(BytesIO(body))
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)
        assert colours(body) == ["red", "green", "blue", "white"]


def test_a_small_picture_is_not_made_larger():
    picture = clean_picture(encoded(corners(40, 20)))
    assert (picture.width, picture.height) == (40, 20)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright_however_the_phone_was_held(orientation: int):
    # What the camera would have written: the upright picture, turned the other way round.
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    held = corners() if orientation == 1 else corners().transpose(back[orientation])
    picture = clean_picture(encoded(held, exif=exif))
    assert (picture.width, picture.height) == (400, 200)
    assert colours(picture.body) == ["red", "green", "blue", "white"]


def _with_exif() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (34.0, 43.0, 12.0)
    return encoded(corners(), exif=exif, comment=SECRET, icc_profile=SECRET, xmp=SECRET)


def _with_png_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    return encoded(corners(), "PNG", pnginfo=text)


@pytest.mark.parametrize(
    "made",
    [_with_exif, _with_png_text, lambda: encoded(corners()) + SECRET],
    ids=["exif", "png text", "appended"],
)
def test_nothing_but_the_picture_is_kept(made: Callable[[], bytes]):
    sent = made()
    assert SECRET in sent
    picture = clean_picture(sent)
    for body in (picture.body, picture.thumb):
        assert SECRET not in body
        image = Image.open(BytesIO(body))
        assert not image.getexif()
        assert not {"comment", "icc_profile", "exif", "xmp"} & image.info.keys()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK"])
def test_every_sort_of_pixel_can_be_read(mode: str):
    format = "JPEG" if mode == "CMYK" else "PNG"
    body = encoded(corners().convert(mode), format)
    assert Image.open(BytesIO(clean_picture(body).body)).mode == "RGB"


def test_what_is_see_through_is_white():
    body = encoded(Image.new("RGBA", (80, 80), (0, 0, 0, 0)), "PNG")
    assert set(colours(clean_picture(body).body)) == {"white"}


# What is refused


def refused(body: bytes) -> str:
    with pytest.raises(InputError) as caught:
        clean_picture(body)
    assert caught.value.parameter == "photo"
    return str(caught.value)


def test_a_file_of_20_mb_is_refused_before_it_is_read():
    assert "照片有 20.0 MB,最多 12 MB" in refused(encoded(corners()) + bytes(20 * 1024**2))
    assert MAX_PICTURE_BYTES == 12 * 1024**2


def _png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it has these sides: some hundred bytes, gigabytes when decoded."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


# Pillow says of doubtful files that they are.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("side", [4_100, 7_000, 10_000, 14_000, 60_000], ids="{} px".format)
def test_a_bomb_is_not_decoded(side: int):
    assert "像素太多" in refused(_png_of(side, side))


def test_only_what_is_decoded_smaller_may_be_larger():
    large = Image.new("L", (5000, 4000), 255)
    assert clean_picture(encoded(large)).width == 1600
    for further in ({"format": "PNG"}, {"format": "WEBP"}, {"progressive": True}):
        assert "像素太多" in refused(encoded(large, **further))


def test_pictures_are_decoded_one_at_a_time(monkeypatch: pytest.MonkeyPatch):
    held = []
    decode = pictures._picture

    def watched(image: Image.Image, longest: int) -> pictures.Picture:
        held.append(pictures._DECODING.locked())
        return decode(image, longest)

    monkeypatch.setattr(pictures, "_picture", watched)
    clean_picture(encoded(corners()))
    assert held == [True]
    # And a photo that is none leaves the way free.
    assert "没有传完" in refused(encoded(corners(1200, 900))[:2000])
    assert not pictures._DECODING.locked()


def test_a_photo_cut_off_on_the_way_says_so():
    whole = encoded(corners(1200, 900), quality=95)
    assert "没有传完" in refused(whole[: len(whole) // 2])
    assert "没有传完" in refused(_png_of(600, 600))


@pytest.mark.parametrize(
    "body",
    [
        b"hello",
        b"GIF89a" + bytes(40),
        b"BM" + bytes(60),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        bytes(9),
    ],
)
def test_another_sort_of_file_is_refused(body: bytes):
    assert "只收 JPEG、PNG 和 WebP" in refused(body)


def test_an_iphone_s_own_format_is_told_how_to_help():
    assert "HEIC" in refused(b"\0\0\0\x18ftypheic" + bytes(60))


def _zip() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return file.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        encoded(corners()) + _zip(),
        encoded(corners(), comment=b"<ScRiPt>alert(1)</script>"),
        encoded(corners()) + b"<?php system($_GET['x']);",
        encoded(corners(), comment=b"%PDF-1.7"),
        b"%PDF-1.7\n" + encoded(corners()),
    ],
    ids=["archive", "web page", "php", "pdf inside", "pdf before"],
)
def test_what_is_something_else_as_well_is_refused(body: bytes):
    assert "藏着别的东西" in refused(body)


@pytest.mark.filterwarnings("ignore")
def test_no_damage_to_a_photo_is_a_fault_of_ours():
    whole = encoded(corners(64, 64), exif=_tags())
    for place in range(2, len(whole), 3):
        with contextlib.suppress(InputError):
            clean_picture(whole[:place] + b"\xff\x00\xff" + whole[place + 3 :])


def _tags() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "x"
    return exif
