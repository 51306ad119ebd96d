"""The list of cars, one car, and what managers change of it."""

from dataclasses import fields
from typing import Any, cast
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.cars.amounts import MONEY, in_minor_units, units
from exodrive.admin.cars.blueprint import blueprint, called, written
from exodrive.admin.cars.forms import GROUPS, CarForm, Filters, Particulars
from exodrive.core.contract import dump, load
from exodrive.core.errors import ExodriveError, VersionChanged
from exodrive.http.context import current_actor
from exodrive.http.errors import STATUS
from exodrive.http.guards import signed_in, staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.desk_contracts import ChangeCar, CreateCar, DeskCarView, RetireCar
from exodrive.services.car.service import CatalogueService
from exodrive.services.pricing.rate_desk import RateDeskService
from exodrive.services.pricing.rate_desk_contracts import FindRates

_SAID = tuple(one.name for one in fields(CarForm) if one.name != "version")


@blueprint.get("")
@staff(StaffRole.AGENT)
def fleet(desk: Injected[CarDeskService], catalogue: Injected[CatalogueService]) -> Response:
    """The list; htmx asks for it alone when a filter changes."""
    form = Filters.read()
    wanted = form.command()
    found = desk.find(wanted, current_actor())
    kept = form.link(after=None)
    return page(
        "admin/cars/list.html",
        fragment="found",
        form=form,
        found=found,
        locations=_places(catalogue),
        manager=StaffRole.MANAGER,
        start=url_for("cars.fleet", **kept) if wanted.after else None,
        next=url_for("cars.fleet", **kept | {"after": found.next}) if found.next else None,
        filtered=bool(kept),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def add(desk: Injected[CarDeskService], catalogue: Injected[CatalogueService]) -> AnyResponse:
    """A new car."""
    form = Particulars.read()
    if form.accepted:
        told = form.command()
        try:
            currency = _currency(catalogue, told.location)
            made = desk.create(load(CreateCar, _plain(told, currency)), current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            return done(gettext("The %(car)s is on the site.", car=made.name), "cars.car", car_id=made.id)
    return page(
        "admin/cars/add.html", status=form.status, form=form, groups=GROUPS, locations=_places(catalogue)
    )


@blueprint.get("/<uuid:car_id>")
@staff(StaffRole.AGENT)
def car(car_id: UUID, desk: Injected[CarDeskService], rates: Injected[RateDeskService]) -> Response:
    """A car with its rates, its seasons and what was done to it."""
    return _page(car_id, desk, rates)


@blueprint.route("/<uuid:car_id>/change", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def change(
    car_id: UUID, desk: Injected[CarDeskService], catalogue: Injected[CatalogueService]
) -> AnyResponse:
    """Change what is said of a car. What somebody else has changed meanwhile is shown beside what was typed, and
    nothing typed is lost."""
    now = desk.get(car_id, current_actor())
    form = Particulars.read(initial=_shown(now))
    conflicts: list[tuple[str, str, str]] = []
    if form.accepted:
        told = form.command()
        try:
            wanted = load(ChangeCar, _plain(told, now.currency) | {"version": told.version})
            desk.change(car_id, wanted, current_actor())
        except VersionChanged as error:
            form.add_errors(error)
            now = desk.get(car_id, current_actor())
            form["version"].data = str(now.version)
            conflicts = _conflicts(now, wanted)
        except ExodriveError as error:
            form.add_errors(error)
        else:
            return done(gettext("The car is changed."), "cars.car", car_id=car_id)
    return page(
        "admin/cars/change.html",
        status=form.status,
        form=form,
        car=now,
        groups=GROUPS,
        conflicts=conflicts,
        locations=_places(catalogue, now),
    )


@blueprint.route("/<uuid:car_id>/retire", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def retire(car_id: UUID, desk: Injected[CarDeskService], rates: Injected[RateDeskService]) -> AnyResponse:
    """Take a car off the site, after a question that says how many bookings stay."""
    actor = current_actor()
    if request.method == "GET":
        return page("admin/cars/retire.html", car=desk.get(car_id, actor))
    try:
        retired = desk.retire(car_id, _seen(), actor)
    except ExodriveError as error:
        return _page(car_id, desk, rates, error)
    stay = (
        ngettext("%(num)d booking stays.", "%(num)d bookings stay.", retired.ahead) if retired.ahead else ""
    )
    return done(f"{gettext('The car is retired.')} {stay}".strip(), "cars.car", car_id=car_id)


@blueprint.route("/<uuid:car_id>/reinstate", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def reinstate(car_id: UUID, desk: Injected[CarDeskService], rates: Injected[RateDeskService]) -> AnyResponse:
    """Put a retired car back, after a question."""
    actor = current_actor()
    if request.method == "GET":
        return page("admin/cars/reinstate.html", car=desk.get(car_id, actor))
    try:
        desk.reinstate(car_id, _seen(), actor)
    except ExodriveError as error:
        return _page(car_id, desk, rates, error)
    return done(gettext("The car is on the site again."), "cars.car", car_id=car_id)


def _page(
    car_id: UUID, desk: CarDeskService, rates: RateDeskService, error: ExodriveError | None = None
) -> Response:
    actor = current_actor()
    writes = signed_in().role.covers(StaffRole.MANAGER)
    if error is not None and error.kind not in _TOLD:
        raise error
    return page(
        "admin/cars/car.html",
        status=STATUS[error.kind] if error else 200,
        car=desk.get(car_id, actor),
        rates=rates.read(FindRates(car_id=car_id), actor),
        writes=writes,
        story=desk.story(car_id, actor) if writes else None,
        problem=error.message if error else None,
    )


_TOLD = frozenset({VersionChanged.kind})


def _seen() -> RetireCar:
    """The version that the question was asked about, which its address holds."""
    return load(RetireCar, {"version": request.args.get("version", "")})


def _places(catalogue: CatalogueService, car: DeskCarView | None = None) -> list[tuple[str, str]]:
    """Where a new car can be; where one can go: to places of its currency, or stay, even where it is closed."""
    places = {
        one.slug: one.name for one in catalogue.locations() if car is None or one.currency == car.currency
    }
    return list(({car.location: car.location_name} | places if car else places).items())


def _currency(catalogue: CatalogueService, slug: str) -> str:
    return next((one.currency for one in catalogue.locations() if one.slug == slug), "USD")


def _plain(told: CarForm, currency: str) -> dict[str, Any]:
    """What was typed, as the services have it."""
    plain = in_minor_units(dump(told), currency)
    plain.pop("version")
    return plain


def _shown(car: DeskCarView) -> dict[str, Any]:
    """A car as it is typed."""
    values = {name: getattr(car, name) for name in _SAID}
    amounts = {name: units(values[name], car.currency) for name in MONEY}
    return {**values, **amounts, "features": "\n".join(car.features), "version": car.version}


def _conflicts(now: DeskCarView, wanted: ChangeCar) -> list[tuple[str, str, str]]:
    """What stands otherwise now than it was typed: what it is called, how it stands, how it was typed."""
    found = []
    for name in _SAID:
        there, typed = getattr(now, name), getattr(wanted, name)
        there = list(there) if isinstance(there, tuple) else there
        if there != typed:
            found.append((called(name), *(written(name, one, now.currency) for one in (there, typed))))
    return cast(list[tuple[str, str, str]], found)
