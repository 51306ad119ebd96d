"""What the entry of a booking in a calendar says."""

from exodrive.services.email.contracts import MailedBooking, MailedPlace
from exodrive.services.email.formats import moment


def address(place: MailedPlace) -> str:
    """A place in one line."""
    parts = (place.name, place.street, place.city, f"{place.region} {place.postal_code}".strip())
    return ", ".join(part for part in parts if part)


def description(booking: MailedBooking) -> str:
    """Everything that is wanted on the day, a fact a line."""
    back = booking.return_address or address(booking.return_to)
    return "\n".join(
        (
            f"Booking {booking.reference}",
            f"Pick-up: {moment(booking.starts_at, booking.pick_up.zone)}",
            f"Return: {moment(booking.ends_at, booking.return_to.zone)}, {back}",
            f"Pick-up telephone: {booking.pick_up.phone}",
            booking.manage_url,
        )
    )
