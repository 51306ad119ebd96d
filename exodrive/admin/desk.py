"""The first page: what wants doing today."""

from datetime import timedelta

from flask import Blueprint, Response
from wireup import Injected

from exodrive.admin.answers import page
from exodrive.core.clock import Clock
from exodrive.http.context import current_actor
from exodrive.http.guards import signed_in, staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.desk import StaffBookingService
from exodrive.services.booking.desk_contracts import FindBookings

blueprint = Blueprint("desk", __name__, url_prefix="/admin")


@blueprint.get("")
@staff(StaffRole.AGENT)
def today(bookings: Injected[StaffBookingService], clock: Injected[Clock]) -> Response:
    """Figures that lead to their lists, and the pick-ups that come next."""
    actor, now = current_actor(), clock.now()
    coming = FindBookings(since=now.date(), until=now.date() + timedelta(days=2), sort="starts")
    return page(
        "admin/desk/today.html",
        figures=bookings.today(actor),
        coming=[one for one in bookings.find(coming, actor).bookings if one.starts_at >= now][:8],
        today=now.date(),
        role=signed_in().role,
    )
