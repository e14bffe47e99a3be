"""A photo that somebody sends: nothing of the file is kept but the picture itself.

Where and when it was taken, by which phone, and whatever else may hide in a file, ends here: the picture is
decoded and written anew. What would cost too much to decode is refused before it is.
"""

import re
import threading
import zipfile
from io import BytesIO
from typing import NamedTuple

from PIL import ExifTags, Image
from PIL.Image import Transpose

from geo.errors import InputError

__all__ = ["MAX_PICTURE_BYTES", "Picture", "clean_picture"]

MAX_PICTURE_BYTES = 12 * 1024 * 1024
"""The largest file that is looked at."""

# A JPEG is decoded no larger than needed; everything else whole, at up to twelve bytes a pixel.
_MAX_JPEG_PIXELS = 50_000_000
_MAX_PIXELS = 16_000_000
# One at a time: what a process needs for pictures does not grow with how many are sent at once.
_DECODING = threading.Lock()
_FORMATS = ("JPEG", "PNG", "WEBP")
_THUMB = 320
_QUALITY = 82
_WHITE = (255, 255, 255)
# What phones call their own pictures: "ftyp", then the brand.
_HEIC = re.compile(rb".{4}ftyp(heic|heix|hevc|mif1|msf1|avif)", re.DOTALL)
# Read by something else than a viewer of pictures. Films and notes that phones append are not among them.
_ACTIVE = re.compile(rb"<(?:script|html|\?php)", re.IGNORECASE)
_PDF_WITHIN = 1024
# How a camera was held, as EXIF counts it, and what sets its picture upright.
_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


class Picture(NamedTuple):
    """A picture without anything but itself: JPEG, and smaller for lists; its sides in pixels."""

    body: bytes
    thumb: bytes
    width: int
    height: int


def clean_picture(body: bytes, *, longest: int = 1600) -> Picture:
    """Return the picture of a file, upright, no larger than needed, written anew.

    Parameters
    ----------
    body : bytes
        A JPEG, PNG or WebP.
    longest : int
        Its longer side at most, in pixels.

    Raises
    ------
    InputError
        It is no such picture, too large, damaged, or something else as well.

    Examples
    --------
    >>> clean_picture(b"")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: 这个文件是空的;请重新选一张照片
    """
    _check_file(body)
    try:
        with _DECODING, Image.open(BytesIO(body), formats=_FORMATS) as image:
            # Only the head has been read until here.
            return _picture(_shrunk(image, longest), longest)
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Image.UnidentifiedImageError:
        raise InputError("这个文件不是照片:只收 JPEG、PNG 和 WebP;请换一张", parameter="photo") from None
    # A decoder that strangers feed may fail in any way.
    except Exception:
        raise InputError("这张照片已经损坏,或者没有传完;请重新拍一张,或再传一次", parameter="photo") from None


def _check_file(body: bytes) -> None:
    if not body:
        raise InputError("这个文件是空的;请重新选一张照片", parameter="photo")
    if len(body) > MAX_PICTURE_BYTES:
        raise InputError(
            "照片有 %(size)s MB,最多 %(most)s MB;请用手机把它缩小,或换一张",
            parameter="photo",
            size=f"{len(body) / 1024**2:.1f}",
            most=MAX_PICTURE_BYTES // 1024**2,
        )
    if _HEIC.match(body):
        raise InputError(
            "这是 HEIC 照片,这里读不了;请在手机的相机设置里选“兼容性最佳”再拍,或截一张图", parameter="photo"
        )
    if b"%PDF-" in body[:_PDF_WITHIN] or _ACTIVE.search(body) or zipfile.is_zipfile(BytesIO(body)):
        raise InputError(
            "这个文件里除了照片还藏着别的东西(网页、PDF 或压缩包),不能收;请重新拍一张", parameter="photo"
        )


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    if image.width * image.height > _MAX_JPEG_PIXELS:
        raise _too_large()
    # A progressive JPEG is held whole, too, before it is made smaller.
    whole = image.width * image.height if "progressive" in image.info else 0
    # Most of the time and the memory of a JPEG; of no other format.
    image.draft("RGB", (longest, longest))
    if max(whole, image.width * image.height) > _MAX_PIXELS:
        raise _too_large()
    return image


def _too_large() -> InputError:
    return InputError(
        "照片的像素太多:JPEG 最多 5000 万,PNG、WebP 最多 1600 万;请把它缩小,或换一张", parameter="photo"
    )


def _picture(image: Image.Image, longest: int) -> Picture:
    turn = _UPRIGHT.get(image.getexif().get(ExifTags.Base.Orientation))
    clean = _on_white(image, longest)
    upright = clean if turn is None else clean.transpose(turn)
    thumb = upright.copy()
    thumb.thumbnail((_THUMB, _THUMB))
    return Picture(_jpeg(upright), _jpeg(thumb), upright.width, upright.height)


def _on_white(image: Image.Image, longest: int) -> Image.Image:
    drawn = image if image.mode == "RGB" else image.convert("RGBA")
    drawn.thumbnail((longest, longest))
    # Onto a new one: nothing that is not a pixel comes along.
    clean = Image.new("RGB", drawn.size, _WHITE)
    clean.paste(drawn, mask=drawn if drawn.mode == "RGBA" else None)
    return clean


def _jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return file.getvalue()
