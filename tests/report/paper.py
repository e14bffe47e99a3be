"""Printed sheets as a reader sees them: text, size, and what a phone's camera finds on them."""

from typing import NamedTuple

import pypdfium2
import zxingcpp

__all__ = ["Page", "pages"]

_PT_PER_MM = 72 / 25.4
# 150 dots an inch: what a phone makes of a sheet at arm's length.
_SCALE = 150 / 72


class Page(NamedTuple):
    """One page: its size, its text, the box of its ink (left, bottom, right, top), what its QR codes say."""

    width_mm: float
    height_mm: float
    text: str
    ink_mm: tuple[float, float, float, float]
    codes: list[str]


def pages(pdf: bytes) -> list[Page]:
    """Return the pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_page(document[number]) for number in range(len(document))]
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage) -> Page:
    picture = page.render(scale=_SCALE, grayscale=True).to_numpy().squeeze()
    rows, columns = (picture < 128).nonzero()
    dots_per_mm = _SCALE * _PT_PER_MM
    height = picture.shape[0]
    edges = (columns.min(), height - 1 - rows.max(), columns.max(), height - 1 - rows.min())
    return Page(
        width_mm=page.get_width() / _PT_PER_MM,
        height_mm=page.get_height() / _PT_PER_MM,
        # Places where a line may end are no text.
        text=page.get_textpage().get_text_range().replace("\u200b", ""),
        ink_mm=tuple(float(edge / dots_per_mm) for edge in edges),
        codes=[code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)],
    )
