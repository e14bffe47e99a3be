"""Maps as folium documents, whole in themselves: they ask nothing of the network."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import folium
from branca.element import MacroElement, Template

from geo.model.place import Point

__all__ = ["MapLine", "drawn_map", "station_map"]

# The copy the pages use; folium's own addresses are CDNs that fail in many offices.
_LEAFLET = Path(__file__).resolve().parents[2] / "web" / "static" / "vendor" / "leaflet-1.9.4"
_PICTURE = re.compile(r"url\((images/[\w.-]+)\)")
_COLOURS = {"care_station": "#b3261e", "water_point": "#0b63c5", "nursing_room": "#7b3fa0"}
_OTHER = "#555555"
# Folium writes tooltips into a JavaScript template literal, which text must neither end nor enter.
_SCRIPT = str.maketrans({"`": "&#96;", "$": "&#36;", "\\": "&#92;"})


class MapLine(NamedTuple):
    """A line to draw: its (lon, lat) points in WGS-84 degrees, what it is called, and how it looks."""

    points: Sequence[Sequence[float]]
    name: str = ""
    colour: str = "#0b5d52"
    weight: int = 4
    dashed: bool = False


def station_map(
    features: Sequence[Mapping[str, Any]],
    *,
    origin: Point | None = None,
    lines: Sequence[MapLine] = (),
    attribution: str | None = None,
) -> folium.Map:
    """Return a map of stations, of where one asked from, and of ways or streets.

    Parameters
    ----------
    features : sequence of mapping
        GeoJSON Features of points in WGS-84 degrees, as the API gives them.
    origin : Point, optional
        WGS-84 degrees.
    lines : sequence of MapLine
        Under the stations, in this order.
    attribution : str, optional
        Whose data the lines are: shown on the map, and printed with it.

    Examples
    --------
    >>> station_map([]).location
    [0.0, 0.0]
    """
    places = [feature["geometry"]["coordinates"][:2] for feature in features]
    if origin:
        places.append(tuple(origin))
    places += [tuple(point) for line in lines for point in line.points]
    made = _bare_map()
    for line in lines:
        _line(line).add_to(made)
    for feature in features:
        _marker(feature).add_to(made)
    made.add_child(_Credits(attribution or ""))
    if origin:
        folium.CircleMarker(
            [origin.lat, origin.lon], radius=9, color="#111111", fill=False, tooltip="起点"
        ).add_to(made)
    if places:
        lons, lats = zip(*places, strict=True)
        made.fit_bounds([[min(lats), min(lons)], [max(lats), max(lons)]], padding=(24, 24), max_zoom=16)
    return made


def drawn_map(draw: str, data: Mapping[str, Any], *, style: str, title: str, lang: str = "zh-CN") -> str:
    """Return the document of a map that a script of ours draws: the same bytes for the same data.

    Parameters
    ----------
    draw : str
        JavaScript: a function of the Leaflet map and the data.
    data : mapping
        What JSON can hold; its texts may be hostile, and reach the script as texts.
    style : str
        CSS of what it draws.
    """
    made = _bare_map(scale=False)
    drawing = _Drawing(draw, data, style)
    # Folium names things at random, and puts the names into the document.
    made._id, drawing._id = "study", "study"
    drawing.add_to(made)
    root = made.get_root()
    root.title = escape(title)
    return root.render().replace("<html>", f'<html lang="{escape(lang)}">', 1)


def _bare_map(*, scale: bool = True) -> folium.Map:
    made = folium.Map(location=[0.0, 0.0], tiles=None, zoom_start=14, control_scale=scale, prefer_canvas=True)
    made.default_js = [("leaflet", _as_data("leaflet.js", "text/javascript"))]
    made.default_css = [("leaflet_css", _as_data("leaflet.css", "text/css"))]
    return made


class _Drawing(MacroElement):
    """A script with its data and its style."""

    _template = Template(
        "{% macro header(this, kwargs) %}<style>{{ this.style }}</style>{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        "({{ this.draw }})({{ this._parent.get_name() }}, {{ this.data | tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, draw: str, data: Mapping[str, Any], style: str) -> None:
        super().__init__()
        self.draw, self.data, self.style = draw, data, style


class _Credits(MacroElement):
    """The corner that names sources; Leaflet's own line there stays free of flags."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this._parent.get_name() }}.attributionControl.setPrefix('Leaflet')"
        ".addAttribution({{ this.text | tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = escape(text)


def _line(line: MapLine) -> folium.PolyLine:
    return folium.PolyLine(
        [(lat, lon) for lon, lat in line.points],
        color=line.colour,
        weight=line.weight,
        opacity=0.85,
        dash_array="6 8" if line.dashed else None,
        tooltip=folium.Tooltip(_text([line.name])) if line.name else None,
    )


def _marker(feature: Mapping[str, Any]) -> folium.CircleMarker:
    lon, lat = feature["geometry"]["coordinates"][:2]
    properties = feature["properties"]
    colour = _COLOURS.get(properties.get("kind"), _OTHER)
    lines = [properties.get(name) for name in ("name", "address", "hours_raw")]
    if "distance_m" in properties:
        lines.append(f"{properties['distance_m']:.0f} 米")
    return folium.CircleMarker(
        [lat, lon], radius=7, color=colour, fill=True, fill_opacity=0.8, tooltip=folium.Tooltip(_text(lines))
    )


def _text(lines: Iterable[object]) -> str:
    return "<br>".join(escape(str(line)).translate(_SCRIPT) for line in lines if line)


@cache
def _as_data(name: str, kind: str) -> str:
    content = (_LEAFLET / name).read_bytes()
    if kind == "text/css":
        # A style in an address of its own has no folder that its pictures could be in.
        content = _PICTURE.sub(
            lambda found: f"url({_as_data(found[1], 'image/png')})", content.decode()
        ).encode()
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
