"""The texts of a snapshot while it is read: every station's public JSON, and its line of the search text.

Each grows in one buffer, batch by batch, and is handed over without a second copy: objects by the hundred
thousand would leave the room they had in pieces that nobody gives back.
"""

from collections.abc import Sequence
from io import BytesIO
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Docs", "Lines"]

# The longest part of a document that others have word for word: which facilities a station has.
_BEGIN, _END = b'"facilities":{', b"}"


class Docs:
    """The public JSON as it comes; what many have in common is kept once, the rest of each in one buffer."""

    def __init__(self) -> None:
        self._text = BytesIO()
        self._shared: dict[bytes | None, int] = {}
        self._parts: list[NDArray[np.int64]] = []

    def take(self, docs: Sequence[bytes]) -> None:
        """Add documents."""
        known = self._shared
        before = [doc.partition(_BEGIN) for doc in docs]
        after = [rest.partition(_END) for _, _, rest in before]
        heads, tails = [head for head, _, _ in before], [tail for _, _, tail in after]
        numbers = [
            known.setdefault(part if begin else None, len(known))
            for (_, begin, _), (part, _, _) in zip(before, after, strict=True)
        ]
        self._text.write(b"".join(chain.from_iterable(zip(heads, tails, strict=True))))
        columns = (map(len, heads), map(len, tails), numbers)
        self._parts.append(np.stack([np.fromiter(column, np.int64, len(docs)) for column in columns]))

    def columns(self, order: NDArray[np.intp]) -> dict[str, Any]:
        """Return the columns of a `Snapshot` that hold the documents, rows in an order."""
        head, tail, number = np.concatenate(self._parts or [np.empty((3, 0), np.int64)], axis=1)
        end = np.cumsum(head + tail)
        places = np.stack([end - tail - head, end - tail, end, number], axis=1)
        shared = tuple(b"" if part is None else _BEGIN + part + _END for part in self._shared)
        return {"docs": self._text.getvalue(), "shared": shared, "doc_places": places[order]}


class Lines:
    """The search text as it comes."""

    def __init__(self) -> None:
        self._text = BytesIO()
        self._lengths: list[NDArray[np.int64]] = []

    def take(self, lines: Sequence[bytes]) -> None:
        """Add lines, which have no end of line in them."""
        self._text.writelines((b"\n".join(lines), b"\n"))
        self._lengths.append(np.fromiter(map(len, lines), np.int64, len(lines)) + 1)

    def columns(self, order: NDArray[np.intp]) -> dict[str, Any]:
        """Return the columns of a `Snapshot` that hold the search text, its lines in an order."""
        length = np.concatenate(self._lengths) if self._lengths else np.empty(0, np.int64)
        end = np.cumsum(length)
        ordered = BytesIO()
        with self._text.getbuffer() as text:
            places = zip((end - length)[order].tolist(), end[order].tolist(), strict=True)
            ordered.writelines(text[first:last] for first, last in places)
        # No end of line after the last.
        ordered.truncate(max(ordered.tell() - 1, 0))
        after = np.cumsum(length[order])
        return {"search": ordered.getvalue(), "search_start": after - length[order]}
