"""Whose a booking is: the one place that decides it."""

from typing import Any

from sqlalchemy import Connection, RowMapping

from exodrive.core.errors import Missing
from exodrive.core.uow import UnitOfWork
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.booking import repository
from exodrive.services.booking.holder import ByLink, ByPartner, ByStaff, Holder
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.models import Booking


class BookingAccess:
    """Finds the booking of a holder. Raises `Missing` alike for one that there is not, that is somebody else's, and
    for a link that is revoked or none; `Forbidden` for staff without the role."""

    def __init__(self, links: BookingLinks) -> None:
        self._links = links

    def lock(self, uow: UnitOfWork, holder: Holder) -> Booking:
        """The booking, locked until the transaction ends."""
        booking = repository.lock_by(uow.session, **self._key(holder))
        if booking is None:
            raise _missing()
        return booking

    def shown(self, connection: Connection, holder: Holder) -> RowMapping:
        """What pages and mails show of the booking."""
        row = repository.shown(connection, **self._key(holder))
        if row is None:
            raise _missing()
        return row

    def _key(self, holder: Holder) -> dict[str, Any]:
        """Columns of the booking, and what they must be."""
        match holder:
            case ByLink(token, None):
                return {"link_hash": self._links.hash(token)}
            case ByLink(token, booking_id):
                return {"link_hash": self._links.hash(token), "id": booking_id}
            case ByPartner(partner_id, booking_id):
                return {"id": booking_id, "partner_id": partner_id}
            case ByStaff(actor, booking_id):
                require(actor, StaffRole.AGENT)
                return {"id": booking_id}


def _missing() -> Missing:
    return Missing("We have no such booking.")
