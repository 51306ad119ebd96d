"""Cancelling a booking at the desk: the terms and the reason, then the question with the amounts, then the deed."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.bookings.blueprint import blueprint
from exodrive.core.errors import IllegalMove, Kind
from exodrive.http.context import current_actor
from exodrive.http.errors import STATUS
from exodrive.http.forms import form_of
from exodrive.http.guards import staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.contracts import RefundView
from exodrive.services.booking.desk import StaffBookingService
from exodrive.services.booking.desk_contracts import CancelAsStaff, CancelTerms, ChooseCancellation
from exodrive.services.booking.errors import HoldExpired, RefundChanged

ChoiceForm = form_of(ChooseCancellation)
AgreedForm = form_of(CancelAsStaff)


@blueprint.route("/<uuid:booking_id>/cancel", methods=["GET", "POST"])
@staff(StaffRole.AGENT)
def cancel(
    booking_id: UUID, cancellation: Injected[CancellationService], bookings: Injected[StaffBookingService]
) -> AnyResponse:
    """What would go back on which terms, and why it is cancelled; then the question. Nothing is changed here."""
    form, actor = ChoiceForm.read(), current_actor()
    try:
        if form.accepted:
            asked = form.command()
            refund = cancellation.preview_for_staff(booking_id, asked.terms, actor)
            return _question(booking_id, asked, refund, bookings)
        allowed = [terms for terms in CancelTerms if _may(terms)]
        refunds = {terms.value: cancellation.preview_for_staff(booking_id, terms, actor) for terms in allowed}
    except (IllegalMove, HoldExpired) as over:
        return done(gettext(over.message), "bookings.show", booking_id=booking_id)
    return page(
        "admin/bookings/cancel.html",
        status=form.status,
        form=form,
        booking=bookings.get(booking_id, actor),
        refunds=refunds,
        options=[one for one in form["terms"].iter_choices() if one[0] in refunds],
    )


@blueprint.post("/<uuid:booking_id>/cancel/agreed")
@staff(StaffRole.AGENT)
def cancel_as_agreed(
    booking_id: UUID, cancellation: Injected[CancellationService], bookings: Injected[StaffBookingService]
) -> AnyResponse:
    """Cancel for the amounts that the question showed; where they have changed, the question again."""
    form, actor = AgreedForm.read(), current_actor()
    if not form.accepted:
        return redirect(url_for("bookings.cancel", booking_id=booking_id), 303)
    agreed = form.command()
    try:
        cancellation.cancel_for_staff(booking_id, agreed, actor)
    except RefundChanged as changed:
        refund = cancellation.preview_for_staff(booking_id, agreed.terms, actor)
        return _question(booking_id, agreed, refund, bookings, notice=changed.message)
    except (IllegalMove, HoldExpired) as over:
        return done(gettext(over.message), "bookings.show", booking_id=booking_id)
    told = gettext("The booking is cancelled. The customer is told by mail.")
    return done(told, "bookings.show", booking_id=booking_id)


def _may(terms: CancelTerms) -> bool:
    role = current_actor().role
    return terms is CancelTerms.POLICY or (role is not None and StaffRole(role).covers(StaffRole.MANAGER))


def _question(
    booking_id: UUID,
    asked: ChooseCancellation,
    refund: RefundView,
    bookings: StaffBookingService,
    *,
    notice: str | None = None,
) -> Response:
    sent: dict[str, Any] = {"terms": asked.terms.value, "reason": asked.reason}
    return page(
        "admin/bookings/cancel_question.html",
        status=STATUS[Kind.CONFLICT] if notice else 200,
        booking=bookings.get(booking_id, current_actor()),
        refund=refund,
        full=asked.terms is CancelTerms.FULL,
        reason=asked.reason,
        sent=sent | {"refund": refund.amount, "kept": refund.kept},
        notice=gettext(notice) if notice else None,
    )
