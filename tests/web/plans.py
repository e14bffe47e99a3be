"""Studies in a registry, for the planner's pages to show."""

import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import Engine

from geo.db.engine import writing
from geo.model.demand import Demand
from geo.model.study import Study
from geo.registry.demand import DemandSet, save_demand
from geo.registry.live import open_live
from geo.registry.studies import add_study, claim_study, finish_study
from geo.settings import Settings
from tests.report.studies import make_places
from web import create_app

__all__ = ["OURS", "add_demand", "client_of", "keep"]

OURS = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form of our own."""


def client_of(settings: Settings) -> FlaskClient:
    """Return a client over the registry that the settings name."""
    return create_app(settings, open_live(settings)).test_client()


def keep(engine: Engine, study: Study) -> str:
    """Keep a study that is done; returns its id."""
    with writing(engine) as session:
        id_ = add_study(session, study["asked"])
        claim_study(session, id_)
        finish_study(session, id_, {**study, "id": id_}, make_places())
    return id_


def add_demand(engine: Engine, name: str = "骑手") -> None:
    """Register a demand of two columns."""
    places = Demand(
        lon=np.array([108.94, 108.95]),
        lat=np.array([34.23, 34.24]),
        weights={"riders": np.array([3.0, 4.0]), "residents": np.array([1.0, 1.0])},
    )
    told = DemandSet(
        name=name, digest="0", source="a.csv", attribution=None, form="points", points=2,
        loaded_at="2026-11-01T00:00:00Z", weights=(("riders", 7.0), ("residents", 2.0)),
        west=108.94, south=34.23, east=108.95, north=34.24,
    )  # fmt: skip
    with writing(engine) as session:
        save_demand(session, told, places)
