"""Photos of stations, for everybody."""

from flask import Blueprint, Response, request

from geo.db.engine import reading
from geo.errors import UnavailableError
from geo.upkeep.photos import Photo, photos_of, read_photo
from web import params
from web.state import state

__all__ = ["blueprint", "photos_to_show"]

blueprint = Blueprint("photos", __name__)

# A photo that was taken away is gone within minutes.
_KEPT_S = 300


@blueprint.get("/s/<code>/photos/<int:photo>.jpg")
def picture(code: str, photo: int) -> Response:
    """Answer with a photo; ``?small=1``: the small one.

    Raises
    ------
    NotFoundError
        There is none, or none any more.
    """
    small = params.one(params.given(("small",), strict=False), "small") is not None
    with reading(state().engine) as session:
        body = read_photo(session, code, photo, thumb=small)
    answer = Response(body, content_type="image/jpeg")
    answer.headers["Cache-Control"] = f"public, max-age={_KEPT_S}"
    # A photo never changes under its number.
    answer.set_etag(f"{photo}-{'small' if small else 'whole'}")
    return answer.make_conditional(request)


def photos_to_show(code: str) -> list[Photo]:
    """Return the photos of a station's page; none while the database is out of reach."""
    if state().stale:
        # To try would take the page some seconds.
        return []
    try:
        with reading(state().engine) as session:
            return photos_of(session, code)
    except UnavailableError:
        return []
