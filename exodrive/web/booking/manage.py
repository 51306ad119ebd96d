"""The page behind a booking's link, whatever its state, and what can be done there."""

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.core.errors import ExodriveError, IllegalMove, Kind
from exodrive.core.period import Period
from exodrive.http.context import current_actor
from exodrive.http.errors import STATUS
from exodrive.http.guards import by_token
from exodrive.http.limits import limited
from exodrive.http.render import page, wants_fragment
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.checkout import CheckoutService
from exodrive.services.booking.contracts import BookingState, ManageView, PaymentState
from exodrive.services.booking.errors import HoldExpired, HoldExtensionsSpent, RefundChanged
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.holder import ByLink
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.policy_text import for_booking
from exodrive.services.payment.errors import AlreadyPaid, PaymentClosed
from exodrive.services.payment.gateway import GatewayUnavailable
from exodrive.web.dates import asked_choices, trip_fields

blueprint = Blueprint("manage", __name__, url_prefix="/booking/<token>")

_TEMPLATES = {
    BookingState.HELD: "web/booking/hold.html",
    BookingState.EXPIRED: "web/booking/expired.html",
}


@blueprint.get("")
@by_token
def show(token: str, manage: Injected[ManageService]) -> Response:
    """The booking as it stands. htmx asks for its state alone."""
    return _page(token, manage.view(ByLink(token)))


@blueprint.post("/extend")
@by_token
@limited("10/minute")
def extend(token: str, holds: Injected[HoldService], manage: Injected[ManageService]) -> AnyResponse:
    """More time to pay; for htmx the countdown again, else by way of the page, which can be reloaded."""
    try:
        holds.extend(ByLink(token), current_actor())
    except (HoldExpired, HoldExtensionsSpent) as error:
        return _page(token, manage.view(ByLink(token)), notice=error.message, status=STATUS[error.kind])
    if wants_fragment():
        return _page(token, manage.view(ByLink(token)))
    return redirect(url_for("manage.show", token=token), 303)


@blueprint.post("/pay")
@by_token
@limited("20/minute")
def pay(token: str, checkout: Injected[CheckoutService], manage: Injected[ManageService]) -> AnyResponse:
    """On to the gateway's page; or this page again with the reason why not."""
    try:
        return redirect(checkout.start(ByLink(token), current_actor()), 303)
    except AlreadyPaid:
        return redirect(url_for("manage.returned", token=token), 303)
    except (HoldExpired, PaymentClosed, GatewayUnavailable) as error:
        return _page(token, manage.view(ByLink(token)), notice=error.message, status=STATUS[error.kind])


@blueprint.get("/paid")
@by_token
@limited("60/minute")
def returned(token: str, checkout: Injected[CheckoutService]) -> AnyResponse:
    """Where the gateway sends the customer back to: the truth is read from it now, whatever the address says."""
    try:
        checkout.settle_booking(ByLink(token), current_actor())
    except ExodriveError as error:
        if error.kind is not Kind.UNAVAILABLE:
            raise
    return redirect(url_for("manage.show", token=token), 303)


@blueprint.route("/cancel", methods=["GET", "POST"])
@by_token
@limited("20/minute", methods=["POST"])
def cancel(
    token: str, cancellation: Injected[CancellationService], manage: Injected[ManageService]
) -> AnyResponse:
    """What would come back, then the decision; the amount that was shown is the amount that is agreed to."""
    booking = manage.view(ByLink(token))
    notice = None
    try:
        if request.method == "POST":
            cancellation.cancel(ByLink(token), _shown("refund"), current_actor(), kept=_shown("kept"))
            return redirect(url_for("manage.show", token=token), 303)
        refund = cancellation.preview(ByLink(token))
    except RefundChanged as changed:
        notice, refund = changed.message, cancellation.preview(ByLink(token))
    except (IllegalMove, HoldExpired):
        return redirect(url_for("manage.show", token=token), 303)
    return page(
        "web/booking/cancel.html",
        status=STATUS[Kind.CONFLICT] if notice else 200,
        token=token,
        booking=booking,
        refund=refund,
        notice=notice,
        policy=for_booking(booking.policy, starts_at=booking.starts_at, zone=booking.pick_up.zone),
    )


@blueprint.get("/calendar.ics")
@by_token
def calendar(token: str, mails: Injected[BookingMailService]) -> Response:
    """The booking for a calendar."""
    file = mails.calendar(token)
    response = make_response(file.content)
    response.headers["Content-Type"] = file.content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{file.filename}"'
    return response


def _shown(name: str) -> int:
    """An amount that the page showed, as its form sends it back; -1 for anything else."""
    sent = request.form.get(name, "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 16 else -1


def _page(token: str, booking: ManageView, *, notice: str | None = None, status: int = 200) -> Response:
    state = BookingState.EXPIRED if booking.lapsed else booking.state
    return page(
        _TEMPLATES.get(state, "web/booking/manage.html"),
        fragment="state",
        status=status,
        token=token,
        booking=booking,
        notice=notice,
        waiting=booking.payment_state is PaymentState.PENDING,
        policy=for_booking(booking.policy, starts_at=booking.starts_at, zone=booking.pick_up.zone),
        again=asked_choices(booking.asked),
        trip=trip_fields(Period(booking.starts_at, booking.ends_at), booking.pick_up.zone),
    )
