"""What may be wrong with positions that can be read all the same, told for a whole file."""

from collections.abc import Iterator

from geo.ingest.coords import Position
from geo.ingest.problems import Problem, Repeated

__all__ = ["PositionDoubts"]


class PositionDoubts:
    """The doubtful positions of one file.

    Parameters
    ----------
    label : str
        The column of the position, or both, as a person calls them.
    """

    def __init__(self, label: str) -> None:
        self._placed = 0
        self._swapped = Repeated(
            label,
            each="经度和纬度写反了,已对调;请改正文件",
            all="所有行的经度和纬度都写反了,已对调;请改正文件",
        )
        self._coarse = Repeated(
            label,
            each="坐标少于 4 位小数,可能差几百米到一公里;请补全",
            all="所有行的坐标都少于 4 位小数,可能差几百米到一公里;请用完整的坐标",
        )
        self._abroad = Repeated(
            label,
            each="坐标不在中国范围内(经度 73 到 136,纬度 3 到 54),已照样导入;请核对",
            all="所有行的坐标都不在中国范围内,已照样导入;请核对",
        )

    def add(self, row: int, position: Position) -> None:
        """Remember the position of a row."""
        self._placed += 1
        if position.swapped:
            self._swapped.add(row)
        if position.coarse:
            self._coarse.add(row)
        if position.abroad:
            self._abroad.add(row)

    def told(self) -> Iterator[Problem]:
        """Yield the warnings, when all rows are read."""
        for doubt in (self._swapped, self._coarse, self._abroad):
            yield from doubt.told(rows=self._placed)
