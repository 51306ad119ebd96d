"""Bookings at the staff's desk: finding them, one of them whole, cancelling it."""

from exodrive.admin.bookings import cancellation, desk
from exodrive.admin.bookings.blueprint import blueprint

__all__ = ["blueprint", "cancellation", "desk"]
