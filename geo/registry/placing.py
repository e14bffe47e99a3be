"""Drafts become rows with a place: WGS-84 coordinates, an area, and a word where the two disagree."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.crs import to_wgs84
from geo.ingest.problems import Problem
from geo.ingest.stations import Draft
from geo.registry.areas import AreaIndex
from geo.registry.fit import CrsFit

__all__ = ["Placer"]


class Placer:
    """Places the rows of one file, batch by batch; ``fit`` counts how they lie under each system."""

    def __init__(self, index: AreaIndex) -> None:
        self._index = index
        self.fit = CrsFit(index)
        self._code_of = lru_cache(maxsize=4096)(index.named)

    def place(self, drafts: Sequence[Draft]) -> tuple[list[dict[str, Any]], list[Problem]]:
        """Return a row for each draft, and a warning for each that lies outside the district it names."""
        x = np.array([draft.x for draft in drafts], float)
        y = np.array([draft.y for draft in drafts], float)
        systems = np.array([draft.crs for draft in drafts], object)
        lon, lat = np.empty(len(drafts)), np.empty(len(drafts))
        for crs in set(systems):
            chosen = systems == crs
            lon[chosen], lat[chosen] = to_wgs84(x[chosen], y[chosen], crs)
        named = [self._named(draft.values) for draft in drafts]
        self.fit.add(named, systems, x, y)
        rows = []
        places = zip(self._index.locate(lon, lat), lon.tolist(), lat.tolist(), strict=True)
        for draft, code, (located, lon_, lat_) in zip(drafts, named, places, strict=True):
            row = {**draft.values, "lon": lon_, "lat": lat_}
            if code or located:
                row.setdefault("area_code", code or located)
            rows.append(row)
        return rows, list(self._outside(drafts, named, lon, lat))

    def remarks(self) -> Iterator[Problem]:
        """Yield what the whole file says of its coordinate systems."""
        for declared, better, named, inside, inside_better in self.fit.better():
            reason = (
                f"声明为 {declared} 的行中有 {named} 行写明了区县:"
                f"按 {better} 理解有 {inside_better} 行落在该区县内,"
                f"按 {declared} 只有 {inside} 行。坐标系很可能是 {better},请核对后用 --crs {better} 重新导入"
            )
            yield Problem(None, None, None, "note", reason)

    def _named(self, values: Mapping[str, Any]) -> str | None:
        code = values.get("area_code")
        return code if code in self._index.names else self._code_of(values.get("district_name"))

    def _outside(
        self,
        drafts: Sequence[Draft],
        named: Sequence[str | None],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
    ) -> Iterator[Problem]:
        rows_of: dict[str, list[int]] = {}
        for row, code in enumerate(named):
            if code in self._index.shapes:
                rows_of.setdefault(code, []).append(row)
        for code, rows in rows_of.items():
            for row in np.asarray(rows)[~self._index.inside(code, lon[rows], lat[rows])]:
                draft, name = drafts[row], self._index.names[code]
                number = f"(编号 {draft.ref})" if draft.ref else ""
                reason = (
                    f"“{draft.values['name']}”{number}写的是{name},坐标却不在{name}内;已导入,请核对坐标或区县"
                )
                yield Problem(draft.row, "坐标", f"{draft.x}, {draft.y}", "warning", reason)
