"""Static files, under an address that changes whenever any of them does.

One digest stands for all of them: an ES module finds the modules it imports beside it, so that all are
replaced at once, without a bundler.
"""

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, send_from_directory

__all__ = ["FOLDER", "asset", "digest_of", "init_assets", "kept"]

FOLDER = Path(__file__).parent / "static"
_YEAR_S = 31_536_000
_KEY = "yizhan_assets"


def init_assets(app: Flask) -> None:
    """Serve the static files of the app and let its templates name them with ``asset``."""
    app.extensions[_KEY] = digest_of(FOLDER)
    app.add_url_rule("/static/<digest>/<path:name>", "static_file", _serve)
    app.jinja_env.globals["asset"] = asset


def digest_of(folder: Path) -> str:
    """Return twelve hexadecimal digits that change with any name or content in a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file."""
    return f"/static/{current_app.extensions[_KEY]}/{name}"


def _serve(digest: str, name: str) -> Response:
    return kept(send_from_directory(FOLDER, name), digest)


def kept(response: Response, digest: str) -> Response:
    """Return an answer made of static files, kept for a year when it is asked for by their digest."""
    if digest == current_app.extensions[_KEY]:
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
    else:
        # A page from before an upgrade still gets its files, but nobody may keep them under the old name.
        response.headers["Cache-Control"] = "no-cache"
    return response
