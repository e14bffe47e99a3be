"""The photos of a station in the back office: added, captioned, taken away."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo.db.engine import reading, writing_aside
from geo.errors import InputError
from geo.ingest.pictures import MAX_PICTURE_BYTES, clean_picture
from geo.model.people import Right
from geo.upkeep.edits import hold_station
from geo.upkeep.photos import MOST, add_photo, drop_photo, photos_of, rename_photo
from geo.upkeep.scope import find_station
from web.admin.form_view import summary
from web.admin.session import person
from web.language import gettext
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("admin_photos", __name__, url_prefix="/admin/stations/<code>/photos")

# What a form brings beside the picture.
_FORM_BYTES = 64 * 1024


@blueprint.url_value_preprocessor
def _allow_more(endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before the gate, which reads the form for its token.
    if endpoint == "admin_photos.add":
        request.max_content_length = MAX_PICTURE_BYTES + _FORM_BYTES


@blueprint.get("")
def page(code: str) -> str:
    """Show a station's photos."""
    return _page(code)


@blueprint.post("")
def add(code: str) -> Response | tuple[str, int]:
    """Add a photo: what is kept is the picture, written anew."""
    me = person()
    with reading(state().engine) as session:
        # Before the picture is decoded, which costs more than to ask.
        find_station(session, me, code, Right.EDIT)
    sent = request.files.get("photo")
    try:
        if sent is None or not sent.filename:
            raise InputError("请选择一张照片", parameter="photo")
        picture = clean_picture(sent.stream.read())
        with writing_aside(state().engine) as session:
            add_photo(session, me, code, picture, request.form.get("caption", ""))
    except InputError as error:
        return _page(code, gettext(error.message, **error.params)), HTTPStatus.BAD_REQUEST
    flash(gettext("已添加照片;拍摄地点等附带信息没有保存"))
    return _back(code)


@blueprint.post("/<int:photo>")
def rename(code: str, photo: int) -> Response:
    """Give a photo another caption."""
    with writing_aside(state().engine) as session:
        rename_photo(session, person(), code, photo, request.form.get("caption", ""))
    flash(gettext("已保存"))
    return _back(code)


@blueprint.post("/<int:photo>/drop")
def drop(code: str, photo: int) -> Response:
    """Take a photo away."""
    with writing_aside(state().engine) as session:
        drop_photo(session, person(), code, photo)
    flash(gettext("已删除照片"))
    return _back(code)


def _page(code: str, fault: str = "") -> str:
    with reading(state().engine) as session:
        held = hold_station(session, person(), code)
        photos = photos_of(session, held.row["code"])
    return render_template("admin/photos.html", photos=photos, fault=fault, most=MOST, **summary(held.row))


def _back(code: str) -> Response:
    return redirect(url_for("admin_photos.page", code=code), HTTPStatus.SEE_OTHER)
