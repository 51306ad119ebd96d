"""Seasons, on the page of a car: for it, for all of its location, or for every car."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.cars.amounts import in_minor_units, minor_units, units
from exodrive.admin.cars.blueprint import blueprint
from exodrive.admin.cars.forms import Season, SeasonForm
from exodrive.core.contract import load
from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor
from exodrive.http.forms import ContractForm
from exodrive.http.guards import staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.desk_contracts import DeskCarView
from exodrive.services.pricing.contracts import Adjustment
from exodrive.services.pricing.rate_desk import RateDeskService
from exodrive.services.pricing.rate_desk_contracts import AddSeason, ChangeSeason, SeasonView

_PER_CENT = 2  # decimal digits of a per cent in basis points


@blueprint.route("/<uuid:car_id>/seasons/new", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def add_season(car_id: UUID, desk: Injected[CarDeskService], rates: Injected[RateDeskService]) -> AnyResponse:
    """Make some dates cost otherwise."""
    actor = current_actor()
    car, form = desk.get(car_id, actor), Season.read()
    if form.accepted:
        told = form.command()
        scope = {"car": {"car_id": str(car_id)}, "location": {"location": car.location}}.get(told.reach, {})
        try:
            rates.add_season(load(AddSeason, _plain(told, car.currency) | scope), actor)
        except ExodriveError as error:
            _show(form, error)
        else:
            return done(gettext("The season is added."), "cars.car", car_id=car_id, _anchor="seasons")
    return _form(form, car, None)


@blueprint.route("/<uuid:car_id>/seasons/<uuid:season_id>", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def change_season(
    car_id: UUID, season_id: UUID, desk: Injected[CarDeskService], rates: Injected[RateDeskService]
) -> AnyResponse:
    """Change the name, the dates or the price of a season; what it is for stays."""
    actor = current_actor()
    car, season = desk.get(car_id, actor), rates.season(season_id, actor)
    currency = season.currency or car.currency
    form = Season.read(initial=_shown(season, currency))
    if form.accepted:
        try:
            rates.change_season(season_id, load(ChangeSeason, _plain(form.command(), currency)), actor)
        except ExodriveError as error:
            _show(form, error)
        else:
            return done(gettext("The season is changed."), "cars.car", car_id=car_id, _anchor="seasons")
    return _form(form, car, season)


@blueprint.route("/<uuid:car_id>/seasons/<uuid:season_id>/remove", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def remove_season(
    car_id: UUID, season_id: UUID, desk: Injected[CarDeskService], rates: Injected[RateDeskService]
) -> AnyResponse:
    """Let days cost what they cost without it, after a question."""
    actor = current_actor()
    if request.method == "POST":
        rates.remove_season(season_id, actor)
        return done(gettext("The season is removed."), "cars.car", car_id=car_id, _anchor="seasons")
    return page(
        "admin/cars/season_remove.html", car=desk.get(car_id, actor), season=rates.season(season_id, actor)
    )


def _form(form: ContractForm[SeasonForm], car: DeskCarView, season: SeasonView | None) -> Response:
    reaches = [
        ("car", gettext("The %(car)s alone", car=car.name)),
        ("location", gettext("All cars in %(place)s", place=car.location_name)),
        ("all", gettext("Every car")),
    ]
    return page(
        "admin/cars/season.html", status=form.status, form=form, car=car, season=season, reaches=reaches
    )


def _show(form: ContractForm[SeasonForm], error: ExodriveError) -> None:
    """What the service calls value is typed as an amount."""
    if "value" in error.fields:
        error.fields["amount"] = error.fields.pop("value")
    form.add_errors(error)


def _plain(told: SeasonForm, currency: str) -> dict[str, Any]:
    """What was typed, as the service has it. Raises `Invalid`."""
    if told.adjustment is Adjustment.PERCENT:
        value = minor_units(told.amount, _PER_CENT, "amount")
    else:
        value = in_minor_units({"amount": told.amount}, currency, ("amount",))["amount"]
    return {
        "label": told.label,
        "starts_on": told.starts_on.isoformat(),
        "ends_on": told.ends_on.isoformat(),
        "adjustment": told.adjustment.value,
        "value": value,
    }


def _shown(season: SeasonView, currency: str) -> dict[str, Any]:
    percent = season.adjustment is Adjustment.PERCENT
    return {
        "label": season.label,
        "reach": "car" if season.car_id else "location" if season.location else "all",
        "starts_on": season.starts_on,
        "ends_on": season.ends_on,
        "adjustment": season.adjustment,
        "amount": f"{season.value / 100:g}" if percent else units(season.value, currency),
    }
