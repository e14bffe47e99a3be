"""What the tags of OpenStreetMap are drawn as: tables to read, and three small questions to them."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from geo.model.basemap import Look

__all__ = [
    "AREA_KEYS",
    "COASTLINE",
    "LINE_KEYS",
    "SEA",
    "Drawing",
    "Tags",
    "area_drawing",
    "line_drawing",
    "place_drawing",
]


class Tags(Protocol):
    """The tags of an object: a dict, or pyosmium's own list."""

    def get(self, key: str, default: str | None = None, /) -> str | None:
        """Return the value of a key."""


class Drawing(NamedTuple):
    """A look, and the first zoom that shows it."""

    look: Look
    zoom: int


# The values of a key, each with its kind and the first zoom that shows it.
_MAJOR = {"motorway": 8, "trunk": 8, "primary": 10, "secondary": 11, "tertiary": 12}
_MINOR = ("unclassified", "residential", "living_street", "road", "busway")
_PATHS = ("pedestrian", "footway", "path", "cycleway", "steps", "bridleway", "track")
_LINKS_ZOOM = 11
_HIGHWAYS: Mapping[str | None, tuple[str, int]] = (
    {value: (value, zoom) for value, zoom in _MAJOR.items()}
    | {f"{value}_link": (value, max(zoom, _LINKS_ZOOM)) for value, zoom in _MAJOR.items()}
    | dict.fromkeys(_MINOR, ("minor", 13))
    | {"service": ("minor", 14)}
    | dict.fromkeys(_PATHS, ("path", 14))
)
_RAILWAYS: Mapping[str | None, tuple[str, int]] = {
    "rail": ("rail", 10),
    "narrow_gauge": ("rail", 12),
    "subway": ("rail", 12),
    "light_rail": ("rail", 12),
    "monorail": ("rail", 12),
    "tram": ("rail", 13),
}
_SIDINGS_ZOOM = 14
_WATERWAYS: Mapping[str | None, tuple[str, int]] = {
    "river": ("river", 8),
    "canal": ("canal", 11),
    "stream": ("stream", 13),
    "drain": ("stream", 14),
    "ditch": ("stream", 14),
}
_PLACES: Mapping[str | None, tuple[str, int]] = {
    "city": ("city", 8),
    "town": ("town", 10),
    "borough": ("suburb", 11),
    "district": ("suburb", 11),
    "suburb": ("suburb", 12),
    "village": ("village", 12),
    "quarter": ("neighbourhood", 13),
    "hamlet": ("hamlet", 14),
    "neighbourhood": ("neighbourhood", 14),
}

# (key, value) of an area -> layer and kind; the first that fits. How soon it shows is decided by its size.
_AREAS: Mapping[tuple[str, str | None], tuple[str, str]] = {
    ("waterway", "riverbank"): ("water", "river"),
    ("waterway", "dock"): ("water", "dock"),
    ("natural", "water"): ("water", "lake"),
    ("landuse", "reservoir"): ("water", "lake"),
    ("landuse", "basin"): ("water", "lake"),
} | {
    (key, value): ("green", kind)
    for kind, key, values in (
        ("park", "leisure", ("park", "garden", "playground", "golf_course", "dog_park")),
        ("wood", "landuse", ("forest",)),
        ("wood", "natural", ("wood",)),
        ("grass", "landuse", ("grass", "meadow", "village_green", "recreation_ground")),
        ("grass", "landuse", ("cemetery", "orchard")),
        ("grass", "natural", ("grassland", "scrub", "heath", "wetland")),
    )
    for value in values
}  # fmt: skip
_WATERS: Mapping[str | None, str] = {
    "river": "river",
    "canal": "canal",
    "ditch": "stream",
    "stream": "stream",
}
# An area shows as soon as its size lets it be seen.
_AREA_ZOOM = 8

# The kinds of each layer, the most important first.
_RANKS: Mapping[str, tuple[str, ...]] = {
    "water": ("sea", "coastline", "lake", "river", "canal", "dock", "stream"),
    "green": ("park", "wood", "grass"),
    "roads": (*_MAJOR, "minor", "path", "rail"),
    "places": ("city", "town", "suburb", "village", "neighbourhood", "hamlet"),
}

LINE_KEYS = ("highway", "railway", "waterway", "natural")
AREA_KEYS = ("natural", "landuse", "leisure", "waterway")


def line_drawing(tags: Tags) -> Drawing | None:
    """Return how a way is drawn as a line; None where it is not.

    Examples
    --------
    >>> line_drawing({"highway": "trunk_link", "name": "经十路"})
    Drawing(look=Look(layer='roads', rank=1, kind='trunk', name='经十路', name_en=''), zoom=11)
    >>> line_drawing({"building": "yes"})
    """
    if found := _HIGHWAYS.get(tags.get("highway")):
        return _drawn("roads", *found, tags)
    if found := _RAILWAYS.get(tags.get("railway")):
        return _drawn("roads", found[0], _SIDINGS_ZOOM if tags.get("service") else found[1], tags)
    if found := _WATERWAYS.get(tags.get("waterway")):
        return _drawn("water", *found, tags)
    return COASTLINE if tags.get("natural") == "coastline" else None


def area_drawing(tags: Tags) -> Drawing | None:
    """Return how an area is drawn; None where it is not.

    Examples
    --------
    >>> area_drawing({"natural": "water", "water": "river"}).look.kind
    'river'
    >>> area_drawing({"natural": "bay"})
    """
    for key in AREA_KEYS:
        if found := _AREAS.get((key, tags.get(key))):
            layer, kind = found
            if key == "natural" and kind == "lake":
                kind = _WATERS.get(tags.get("water"), kind)
            return _drawn(layer, kind, _AREA_ZOOM, tags)
    return None


def place_drawing(tags: Tags) -> Drawing | None:
    """Return how a place is written; None for one without a name, or of no interest.

    Examples
    --------
    >>> place_drawing({"place": "suburb", "name": "Jinshui", "name:zh": "金水区", "name:en": "Jinshui"}).look
    Look(layer='places', rank=2, kind='suburb', name='金水区', name_en='Jinshui')
    >>> place_drawing({"place": "suburb"})
    """
    found = _PLACES.get(tags.get("place"))
    if not found:
        return None
    drawn = _drawn("places", *found, tags)
    return drawn if drawn.look.name else None


def _drawn(layer: str, kind: str, zoom: int, tags: Tags) -> Drawing:
    name = (tags.get("name:zh") or tags.get("name") or "").strip()
    name_en = (tags.get("name:en") or "").strip()
    return Drawing(Look(layer, _RANKS[layer].index(kind), kind, name, name_en), zoom)


SEA = _drawn("water", "sea", 8, {})
COASTLINE = _drawn("water", "coastline", 8, {})
