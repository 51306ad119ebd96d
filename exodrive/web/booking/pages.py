"""From a stored price to a hold: the details page."""

from uuid import UUID

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.core.clock import Clock
from exodrive.core.errors import ExodriveError, Missing
from exodrive.http.context import current_actor
from exodrive.http.errors import STATUS
from exodrive.http.forms import ContractForm, form_of
from exodrive.http.guards import public
from exodrive.http.limits import limited
from exodrive.http.render import page
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.contracts import BookingState, HoldCar
from exodrive.services.booking.errors import QuoteChanged
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.holder import ByLink
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.policy_text import for_booking
from exodrive.services.booking.search import SearchService
from exodrive.services.car.errors import CarRetired, CarTaken, NotThen
from exodrive.services.car.service import CatalogueService
from exodrive.services.pricing.contracts import QuoteView
from exodrive.services.pricing.errors import QuoteExpired, TripImpossible
from exodrive.services.pricing.service import QuoteService
from exodrive.services.pricing.trip import too_soon
from exodrive.web.dates import asked_choices, asked_trip, car_address, trip_fields

blueprint = Blueprint("booking", __name__)

_HOLD = "hold"  # in the session: the token of the hold that was made last
Details = form_of(HoldCar, fixed=("quote_id",))


@blueprint.get("/book/<uuid:quote_id>")
@public
@limited("60/minute")  # an expired price is worked out, and stored, anew
def details(
    *,
    quote_id: UUID,
    quotes: Injected[QuoteService],
    catalogue: Injected[CatalogueService],
    cancellation: Injected[CancellationService],
    clock: Injected[Clock],
    search: Injected[SearchService],
) -> AnyResponse:
    """The driver's particulars, beside the price they agree to."""
    quote = quotes.get(quote_id)
    try:
        catalogue.car_by_id(quote.car_id)
    except Missing:
        return _retired(quote, search)
    now = clock.now()
    if quote.expires_at <= now or too_soon(quote.starts_at, quote.pick_up_location, now):
        return _afresh(quote, quotes)
    return _page(quote, Details.read(fixed={"quote_id": quote.id}), catalogue, cancellation)


@blueprint.post("/book/<uuid:quote_id>")
@public
@limited("20/minute")
def hold(
    *,
    quote_id: UUID,
    quotes: Injected[QuoteService],
    holds: Injected[HoldService],
    catalogue: Injected[CatalogueService],
    cancellation: Injected[CancellationService],
    search: Injected[SearchService],
    manage: Injected[ManageService],
) -> AnyResponse:
    """Hold the car and go on to the payment; or the page again, with everything that was typed."""
    quote = quotes.get(quote_id)
    form = Details.read(fixed={"quote_id": quote.id})
    try:
        if not form.accepted:
            return _page(quote, form, catalogue, cancellation)
        held = holds.hold(form.command(), current_actor())
    except (CarRetired, Missing):
        return _retired(quote, search)
    except NotThen as refused:
        return _refused(quote, refused, catalogue, search, own=_own_hold(quote, manage))
    except QuoteChanged as changed:
        form.add_errors(changed)
        return _page(quotes.get(changed.quote_id), form, catalogue, cancellation)
    except QuoteExpired as expired:
        try:
            fresh = quotes.quote(quote.asked)
        except ExodriveError:
            return _back_to_car(quote)
        form.add_errors(expired)
        return _page(fresh, form, catalogue, cancellation)
    except ExodriveError as error:
        form.add_errors(error)
        return _page(quote, form, catalogue, cancellation)
    session[_HOLD] = held.token
    return redirect(url_for("manage.show", token=held.token), 303)


def _page(
    quote: QuoteView,
    form: ContractForm[HoldCar],
    catalogue: CatalogueService,
    cancellation: CancellationService,
) -> AnyResponse:
    zone = quote.pick_up_location.zone
    return page(
        "web/booking/details.html",
        status=form.status,
        quote=quote,
        car=catalogue.car_by_id(quote.car_id),
        form=form,
        changed=request.args.get("changed") == "1",
        policy=for_booking(cancellation.policy(), starts_at=quote.starts_at, zone=zone),
    )


def _refused(
    quote: QuoteView, refused: NotThen, catalogue: CatalogueService, search: SearchService, *, own: str | None
) -> AnyResponse:
    """A refusal that helps: the same car on its nearest free dates, and similar cars on these; or the way to the hold
    that this browser has on the car itself."""
    zone, back = quote.pick_up_location.zone, quote.return_location.zone
    asked = asked_choices(quote.asked)
    try:
        similar = search.similar(quote.car_id, quote.asked)
    except TripImpossible:  # it has become too late for a fresh price of these dates, whatever the car
        similar = ()
    return page(
        "web/booking/taken.html",
        status=STATUS[refused.kind],
        quote=quote,
        car=catalogue.car_by_id(quote.car_id),
        code=refused.code,
        message=refused.message,
        own=own if isinstance(refused, CarTaken) else None,
        alternatives=[(period, asked | trip_fields(period, zone, back)) for period in refused.alternatives],
        trip=asked_trip(quote.asked),
        similar=similar,
    )


def _retired(quote: QuoteView, search: SearchService) -> AnyResponse:
    """The car has left the fleet: other cars for these dates, or all of them."""
    return page(
        "web/booking/retired.html",
        status=STATUS[CarRetired.kind],
        quote=quote,
        trip=asked_trip(quote.asked),
        similar=search.instead(quote.asked),
    )


def _own_hold(quote: QuoteView, manage: ManageService) -> str | None:
    """The token of the hold that this browser made last, where it is what stands in the way."""
    token = session.get(_HOLD)
    if token is None:
        return None
    try:
        booking = manage.view(ByLink(token))
    except Missing:
        return None
    held = booking.state is BookingState.HELD and not booking.lapsed
    return str(token) if held and booking.car.id == quote.car_id else None


def _afresh(quote: QuoteView, quotes: QuoteService) -> AnyResponse:
    try:
        fresh = quotes.quote(quote.asked)
    except ExodriveError:
        return _back_to_car(quote)
    changed = 1 if fresh.total != quote.total else None
    return redirect(url_for("booking.details", quote_id=fresh.id, changed=changed), 303)


def _back_to_car(quote: QuoteView) -> AnyResponse:
    """The dates cannot be had any more; the car's page says why, beside the fields."""
    return redirect(car_address(quote.car_slug, asked_choices(quote.asked)), 303)
