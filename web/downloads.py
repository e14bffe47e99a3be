"""The whole registry to take away, as a file for a map, a spreadsheet or a GIS: public fields only."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, request

from geo.crs import Crs
from geo.errors import NotFoundError, UnavailableError
from web import params
from web.conditional import conditional
from web.download_files import ready_file, zipped
from web.state import state

__all__ = ["FORMATS", "KNOWN", "blueprint", "formats"]

blueprint = Blueprint("downloads", __name__, url_prefix="/api/v1/downloads")

FORMATS = {
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
}
"""The endings there are, and what each is."""

KNOWN = frozenset({"lang"})


@blueprint.get("/stations.<format>")
def stations(format: str) -> Response:
    """Answer with a file of all stations, those that are closed included.

    Its positions are in the registry's public coordinate system, with as many decimals as are public.

    Raises
    ------
    NotFoundError
        There is no such format, or it cannot hold the public coordinate system.
    UnavailableError
        The file is being made: a large registry takes some seconds, once for each of its states.
    """
    params.given(KNOWN)
    here = state()
    known = formats(Crs(here.settings.public_crs))
    if format not in known:
        raise NotFoundError(
            "没有 .%(value)s 格式的下载,可以是 %(known)s",
            value=format[: params.SHOWN],
            known="、".join(known),
        )
    path = ready_file(here.live.index.snapshot, here.settings, format)
    if path is None:
        raise UnavailableError("文件正在生成,请过几秒再下载")
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    tag = hashlib.sha256(path.name.encode()).hexdigest()[:20]
    answer = conditional(tag, lambda: _file(path, format, changed), modified=changed)
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def formats(crs: Crs) -> list[str]:
    """Return the endings that can hold a coordinate system; no GIS knows those that are shifted.

    Examples
    --------
    >>> formats(Crs.CGCS2000), formats(Crs.BD09)
    (['geojson', 'csv', 'gpkg'], ['geojson', 'csv'])
    """
    return [ending for ending in FORMATS if ending != "gpkg" or crs in (Crs.WGS84, Crs.CGCS2000)]


def _file(path: Path, format: str, changed: datetime) -> Response:
    packed = request.accept_encodings.quality("gzip") > 0
    chosen = zipped(path) if packed else path
    # In one piece: a worker has one thread, and one who reads slowly would hold it up for as long.
    body = b"" if request.method == "HEAD" else chosen.read_bytes()
    answer = Response(body, content_type=FORMATS[format], direct_passthrough=True)
    answer.content_length = chosen.stat().st_size
    answer.headers["Content-Disposition"] = f'attachment; filename="stations-{changed:%Y%m%d}.{format}"'
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer
