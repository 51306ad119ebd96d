"""The photographs of a car."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.cars.blueprint import blueprint
from exodrive.core.errors import ExodriveError, Missing
from exodrive.http.context import current_actor
from exodrive.http.forms import ContractForm, form_of
from exodrive.http.guards import staff
from exodrive.http.limits import limited
from exodrive.services.account.contracts import StaffRole
from exodrive.services.media.contracts import MOST_BYTES, AddPhoto, MovePhoto
from exodrive.services.media.errors import PhotoRefused
from exodrive.services.media.service import PhotoService

PhotoForm = form_of(AddPhoto)
MoveForm = form_of(MovePhoto)


@blueprint.url_value_preprocessor
def take_a_photograph(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """What a form may send is more where it sends a photograph; that is said before anything of it is read."""
    if endpoint == "cars.add_photo":
        request.max_content_length = MOST_BYTES + 64 * 1024


@blueprint.get("/<uuid:car_id>/photos")
@staff(StaffRole.MANAGER)
def photographs(car_id: UUID, photos: Injected[PhotoService]) -> Response:
    """A car's photographs in their order; htmx asks again while one is being prepared."""
    return _page(car_id, PhotoForm.read(), photos)


@blueprint.post("/<uuid:car_id>/photos")
@staff(StaffRole.MANAGER)
@limited("60/hour")
def add_photo(car_id: UUID, photos: Injected[PhotoService]) -> AnyResponse:
    """Take one in."""
    form = PhotoForm.read()
    sent = request.files.get("photo")
    problem = None
    if form.accepted:
        try:
            if sent is None or not sent.filename:
                raise PhotoRefused.at("photo", "Please choose a photograph.")
            photos.add(car_id, form.command(), sent.read(), current_actor())
        except Missing:
            raise
        except ExodriveError as error:
            form.add_errors(error)
            problem = next(iter(error.fields.get("photo", [error.message])))
        else:
            return done(gettext("The photograph is being prepared."), "cars.photographs", car_id=car_id)
    return _page(car_id, form, photos, problem)


@blueprint.post("/<uuid:car_id>/photos/<uuid:image_id>/move")
@staff(StaffRole.MANAGER)
def move(car_id: UUID, image_id: UUID, photos: Injected[PhotoService]) -> AnyResponse:
    """One place earlier or later."""
    photos.move(car_id, image_id, MoveForm.read().command().direction, current_actor())
    return done(gettext("The order is changed."), "cars.photographs", car_id=car_id)


@blueprint.route("/<uuid:car_id>/photos/<uuid:image_id>/remove", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def remove(car_id: UUID, image_id: UUID, photos: Injected[PhotoService]) -> AnyResponse:
    """Take one off, after a question."""
    if request.method == "POST":
        photos.remove(car_id, image_id, current_actor())
        return done(gettext("The photograph is off the page."), "cars.photographs", car_id=car_id)
    told = photos.of_car(car_id, current_actor())
    photo = next((one for one in told.shown if one.id == image_id), None)
    if photo is None:
        raise Missing("There is no such photograph.")
    return page("admin/photos/remove.html", car=told.car, photo=photo)


def _page(
    car_id: UUID, form: ContractForm[AddPhoto], photos: PhotoService, problem: str | None = None
) -> Response:
    told = photos.of_car(car_id, current_actor())
    return page(
        "admin/photos/show.html", fragment="photos", status=form.status, told=told, form=form, problem=problem
    )
