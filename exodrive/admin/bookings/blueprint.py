"""The pages of bookings share one address and one place in the navigation."""

from flask import Blueprint

from exodrive.services.booking.contracts import BookingState

blueprint = Blueprint("bookings", __name__, url_prefix="/admin/bookings")

_TONES = {
    BookingState.CONFIRMED: "success",
    BookingState.ACTIVE: "success",
    BookingState.HELD: "warning",
    BookingState.NO_SHOW: "danger",
    BookingState.CANCELLED: "danger",
}


@blueprint.app_template_filter("booking_tone")
def tone(state: BookingState) -> str:
    """The colour of a booking's state."""
    return _TONES.get(state, "info")
