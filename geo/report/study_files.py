"""A study's files: each as bytes for whoever asks, or all of them in a folder."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from geo.report.study_book import study_book
from geo.report.study_html import study_html
from geo.report.study_layers import layers_of, study_geojson, write_study_geopackage
from geo.report.study_map import study_map
from geo.report.study_parts import StudyParts
from geo.report.study_pdf import study_pdf

__all__ = ["FILES", "study_bytes", "study_path", "write_study"]

_Make = Callable[[StudyParts, Path], bytes]


def _geopackage(parts: StudyParts, _fonts: Path) -> bytes:
    with tempfile.TemporaryDirectory(prefix="yizhan-") as folder:
        path = Path(folder) / "layers.gpkg"
        write_study_geopackage(parts, path)
        return path.read_bytes()


_MAKE: dict[str, tuple[str, _Make]] = {
    "html": ("report.html", lambda parts, _: study_html(parts).encode()),
    "pdf": ("report.pdf", lambda parts, fonts: study_pdf(parts, fonts=fonts)),
    "xlsx": ("report.xlsx", lambda parts, _: study_book(parts)),
    "gpkg": ("layers.gpkg", _geopackage),
    "geojson": ("layers.geojson", lambda parts, _: study_geojson(parts)),
    "map": ("map.html", lambda parts, _: study_map(parts).encode()),
}

FILES: Mapping[str, str] = MappingProxyType({kind: name for kind, (name, _) in _MAKE.items()})
"""What files a study has: what each is asked for by, and its name."""


def study_path(home: Path, id_: str, kind: str) -> Path:
    """Return where a kept study's file is, or is to be, in the data folder.

    Parameters
    ----------
    kind : str
        One of `FILES`.
    """
    return home / "studies" / id_ / FILES[kind]


def study_bytes(kind: str, parts: StudyParts, *, fonts: Path) -> bytes:
    """Return one of a study's files.

    Parameters
    ----------
    kind : str
        One of `FILES`; ``geojson`` are all layers in one file, ``map`` is a document for a frame.
    fonts : Path
        A folder that may hold fonts besides those of the system; it need not exist.

    Raises
    ------
    UnavailableError
        This machine has no Chinese font, which ``pdf`` needs.
    """
    return _MAKE[kind][1](parts, fonts)


def write_study(parts: StudyParts, folder: Path, *, fonts: Path) -> list[Path]:
    """Write all files of a study into a folder, in place of those of the same names; returns where.

    None is put there before all of them are made. GeoJSON is a file for each layer there.

    Raises
    ------
    UnavailableError
        This machine has no Chinese font.
    OSError
        The folder cannot be written to.
    """
    made = {FILES[kind]: study_bytes(kind, parts, fonts=fonts) for kind in FILES if kind != "geojson"}
    made |= {f"{name}.geojson": study_geojson(parts, name) for name in layers_of(parts.study)}
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as beside:
        for name, content in made.items():
            (Path(beside) / name).write_bytes(content)
        return [(Path(beside) / name).replace(folder / name) for name in made]
