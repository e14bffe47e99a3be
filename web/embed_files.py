"""What frames load beside the static files: the loader at an address that never changes, and fixed themes."""

import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from web.assets import FOLDER, kept
from web.frames import THEMES

__all__ = ["SHEETS", "blueprint", "theme_sheet"]

blueprint = Blueprint("embed_files", __name__)

_LOADER_S = 300
# A rule of tokens as the sheets write them: of the page or of the map, for dark browsers or for all.
SHEETS = ("embed.css", "map.css", "page.css")
"""Those that a frame is drawn with."""

_TOKENS = re.compile(
    r"^(?P<dark>@media \(prefers-color-scheme: dark\) \{\s*)?(?P<whose>:root|\.map) \{(?P<tokens>[^{}]*)\}",
    re.MULTILINE,
)


@blueprint.get("/embed.js")
def loader() -> Response:
    """Answer with the script that other sites put where a frame is to be; kept for minutes only."""
    response = send_from_directory(FOLDER / "js", "embed.js", max_age=_LOADER_S)
    response.headers["Cache-Control"] = f"public, max-age={_LOADER_S}"
    # A site that isolates itself (COEP) takes no script of others without it.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get(f"/static/<digest>/themes/<any({', '.join(THEMES)}):name>.css")
def theme(digest: str, name: str) -> Response:
    """Answer with the colours of one theme."""
    return kept(Response(theme_sheet(FOLDER / "css", name), content_type="text/css; charset=utf-8"), digest)


@cache
def theme_sheet(folder: Path, theme: str) -> str:
    """Return the colours that a folder's sheets have for a theme, ahead of what the browser prefers.

    They are cut out of the sheets, so that a colour is written down once.
    """
    rules = []
    for sheet in SHEETS:
        for found in _TOKENS.finditer((folder / sheet).read_text("utf-8")):
            if bool(found["dark"]) == (theme == "dark"):
                whose = f"html.{theme}" + ("" if found["whose"] == ":root" else f" {found['whose']}")
                rules.append(f"{whose} {{{found['tokens']}}}\n")
    return "".join(rules)
