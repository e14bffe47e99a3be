"""Maps as folium documents, whole in themselves: they ask nothing of the network."""

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import folium

from geo.model.place import Point

__all__ = ["station_map"]

# The copy the pages use; folium's own addresses are CDNs that fail in many offices.
_LEAFLET = Path(__file__).resolve().parents[2] / "web" / "static" / "vendor" / "leaflet-1.9.4"
_COLOURS = {"care_station": "#b3261e", "water_point": "#0b63c5", "nursing_room": "#7b3fa0"}
_OTHER = "#555555"
# Folium writes tooltips into a JavaScript template literal, which text must neither end nor enter.
_SCRIPT = str.maketrans({"`": "&#96;", "$": "&#36;", "\\": "&#92;"})


def station_map(features: Sequence[Mapping[str, Any]], *, origin: Point | None = None) -> folium.Map:
    """Return a map of stations, and of where one asked from.

    Parameters
    ----------
    features : sequence of mapping
        GeoJSON Features of points in WGS-84 degrees, as the API gives them.
    origin : Point, optional
        WGS-84 degrees.

    Examples
    --------
    >>> station_map([]).location
    [0.0, 0.0]
    """
    places = [feature["geometry"]["coordinates"][:2] for feature in features]
    if origin:
        places.append(tuple(origin))
    made = folium.Map(location=[0.0, 0.0], tiles=None, zoom_start=14, control_scale=True, prefer_canvas=True)
    made.default_js = [("leaflet", _as_data("leaflet.js", "text/javascript"))]
    made.default_css = [("leaflet_css", _as_data("leaflet.css", "text/css"))]
    for feature in features:
        _marker(feature).add_to(made)
    if origin:
        folium.CircleMarker(
            [origin.lat, origin.lon], radius=9, color="#111111", fill=False, tooltip="起点"
        ).add_to(made)
    if places:
        lons, lats = zip(*places, strict=True)
        made.fit_bounds([[min(lats), min(lons)], [max(lats), max(lons)]], padding=(24, 24), max_zoom=16)
    return made


def _marker(feature: Mapping[str, Any]) -> folium.CircleMarker:
    lon, lat = feature["geometry"]["coordinates"][:2]
    properties = feature["properties"]
    colour = _COLOURS.get(properties.get("kind"), _OTHER)
    lines = [properties.get(name) for name in ("name", "address", "hours_raw")]
    if "distance_m" in properties:
        lines.append(f"{properties['distance_m']:.0f} 米")
    text = "<br>".join(escape(str(line)).translate(_SCRIPT) for line in lines if line)
    return folium.CircleMarker(
        [lat, lon], radius=7, color=colour, fill=True, fill_opacity=0.8, tooltip=folium.Tooltip(text)
    )


@cache
def _as_data(name: str, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode((_LEAFLET / name).read_bytes()).decode()}"
