"""Home, results and a car's page. Dates live in the address, so that a page can be shared and gone back to."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.core.clock import Clock
from exodrive.core.errors import ExodriveError
from exodrive.http.forms import form_of, quantities, query_of
from exodrive.http.guards import public
from exodrive.http.limits import limited
from exodrive.http.render import page, wants_fragment
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.contracts import SearchCars
from exodrive.services.booking.policy_text import in_general
from exodrive.services.booking.search import SearchService
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.car.contracts import CarView, LocationView
from exodrive.services.car.service import CatalogueService
from exodrive.services.pricing.contracts import BandView, QuoteCar
from exodrive.services.pricing.service import QuoteService
from exodrive.web.dates import car_address, trip_fields
from exodrive.web.fleet.calendar import DAYS, calendar_view
from exodrive.web.fleet.price import PriceDesk

blueprint = Blueprint("fleet", __name__)

Search = query_of(SearchCars)
Selection = query_of(QuoteCar, extract={"extras": quantities("extra-")}, fixed=("car", "pick_up_location"))
AgreedSelection = form_of(
    QuoteCar, extract={"extras": quantities("extra-")}, fixed=("car", "pick_up_location")
)
TRIP = ("pick_up_location", "return_location", "pick_up_date", "pick_up_time", "return_date", "return_time")


@blueprint.get("/")
@public
def home(catalogue: Injected[CatalogueService]) -> Response:
    return page(
        "web/fleet/home.html", featured=catalogue.featured(), locations=catalogue.locations(), trip={}
    )


@blueprint.get("/cars")
@public
@limited("240/minute")
def results(search: Injected[SearchService], catalogue: Injected[CatalogueService]) -> Response:
    """The cars that fit; htmx asks for the list alone when a filter changes."""
    form = Search.read()
    asked = form.command()
    found = search.search(asked)
    return page(
        "web/fleet/results.html",
        fragment="results",
        form=form,
        asked=asked,
        found=found,
        problems=found.problems | {field.short_name: field.errors for field in form.faulty},
        in_place=wants_fragment(),
        locations=catalogue.locations(),
        trip={name: request.args[name] for name in TRIP if request.args.get(name)},
        trip_fields=trip_fields,
    )


@blueprint.get("/cars/<slug>")
@public
@limited("240/minute")
def car(
    *,
    slug: str,
    catalogue: Injected[CatalogueService],
    quotes: Injected[QuoteService],
    availability: Injected[AvailabilityService],
    cancellation: Injected[CancellationService],
    clock: Injected[Clock],
) -> Response:
    """A car; with dates in the address also its price. htmx asks for the price alone when a choice changes."""
    found = catalogue.car(slug)
    form = Selection.read(fixed=_fixed(found))
    price = PriceDesk(quotes, availability).look(found, form)
    today = clock.now().astimezone(ZoneInfo(found.location.zone)).date()
    offered = quotes.options(found.location)
    places = offered.return_locations
    back = next((place for place in places if place.slug == form["return_location"].data), found.location)
    return page(
        "web/fleet/car.html",
        fragment="price",
        car=found,
        form=form,
        price=price,
        agreed=_pairs(form.link()),
        dates={name: request.args[name] for name in TRIP if request.args.get(name)},
        in_place=wants_fragment(),
        calendar=lambda: calendar_view(availability.calendar(found.id, found.location, today, DAYS)),
        similar=lambda: catalogue.similar(found),
        extras=offered.extras,
        bands=offered.bands,
        collection_bands=offered.bands
        if back.id == found.location.id
        else _bands_in(found.currency, back, quotes),
        return_locations=places,
        young=offered.young_driver,
        policy=lambda: in_general(cancellation.policy()),
        today=today,
        last_day=today + timedelta(days=365),
    )


@blueprint.post("/cars/<slug>/quote")
@public
@limited("30/minute")
def quote(slug: str, catalogue: Injected[CatalogueService], quotes: Injected[QuoteService]) -> AnyResponse:
    """Store the price that was looked at, and go on to the details with it."""
    found = catalogue.car(slug)
    form = AgreedSelection.read(fixed=_fixed(found))
    back = {name: value for name, value in request.form.items() if name != "csrf_token" and value}
    if form.accepted:
        try:
            stored = quotes.quote(form.command())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            return redirect(url_for("booking.details", quote_id=stored.id), 303)
    # The car's page works out the same reasons from the same values, and shows them beside their fields.
    return redirect(car_address(slug, back), 303)


def _pairs(parameters: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """An address's parameters one by one, as hidden fields send them."""
    return [
        (name, one)
        for name, value in parameters.items()
        for one in (value if isinstance(value, list) else [value])
    ]


def _bands_in(currency: str, place: LocationView, quotes: QuoteService) -> tuple[BandView, ...]:
    """How far from another place a car is collected; nowhere where its fees are in another currency."""
    return quotes.bands(place.id) if place.currency == currency else ()


def _fixed(car: CarView) -> dict[str, str]:
    return {"car": car.slug, "pick_up_location": car.location.slug}
