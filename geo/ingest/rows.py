"""What every reader of a format yields."""

from collections.abc import Generator

__all__ = ["Row", "Rows"]

Row = tuple[int, list[str]]
"""The line as a spreadsheet counts it, and its cells."""

Rows = Generator[Row, None, None]
"""Rows as they are read; closing it lets go of the file."""
