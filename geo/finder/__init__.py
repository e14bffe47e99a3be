"""The rider's use case: which stations are nearest, by line or along streets, and the way there."""

from geo.finder.answer import answer_geojson
from geo.finder.area import ServiceArea, find_service_area
from geo.finder.nearest import Answer, Found, find_nearest
from geo.finder.question import MAX_K, PROFILES, Question, check_known, parse_moment
from geo.finder.route import Route, RouteStep, find_route, route_geojson, shown_line
from geo.finder.streets import sets_around, warm
from geo.model.hours import CHINA

__all__ = [
    "CHINA",
    "MAX_K",
    "PROFILES",
    "Answer",
    "Found",
    "Question",
    "Route",
    "RouteStep",
    "ServiceArea",
    "answer_geojson",
    "check_known",
    "find_nearest",
    "find_route",
    "find_service_area",
    "parse_moment",
    "route_geojson",
    "sets_around",
    "shown_line",
    "warm",
]
