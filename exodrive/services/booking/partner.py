"""Bookings as the partner who made them finds them again."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from exodrive.core import cursor
from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid
from exodrive.services.booking import repository
from exodrive.services.booking.holder import partner_of
from exodrive.services.booking.partner_contracts import BookingQuery, PartnerBooking, PartnerBookingPage
from exodrive.services.booking.rules import payment_state
from exodrive.services.payment.queries import PaymentQueries

_ORDER = "partner"


class PartnerBookingService:
    """The list of a partner's own bookings; a single one is `ManageService`'s to show."""

    def __init__(self, *, database: Database, payments: PaymentQueries) -> None:
        self._database = database
        self._payments = payments

    def find(self, wanted: BookingQuery, actor: Actor) -> PartnerBookingPage:
        """A page of the bookings that `actor` made, newest first. Bookings that are made meanwhile move nothing. Raises
        `Forbidden` for anybody but a partner, `Invalid` for a cursor that is none."""
        partner_id = partner_of(actor)
        if partner_id is None:
            raise Forbidden("Only partners have bookings of their own.")
        before = _behind(wanted)
        with self._database.read() as connection:
            rows = repository.made_by(connection, partner_id, wanted, before=before, limit=wanted.limit + 1)
            items = self._lines(connection, rows[: wanted.limit])
        more = len(rows) > wanted.limit
        last = items[-1] if more else None
        return PartnerBookingPage(
            items=items,
            has_more=more,
            next_cursor=cursor.write(last.created_at, last.id, _ORDER) if last else None,
        )

    def _lines(self, connection: Connection, rows: Sequence[RowMapping]) -> tuple[PartnerBooking, ...]:
        money = self._payments.standings(connection, [row["id"] for row in rows])
        return tuple(
            PartnerBooking(
                **row, payment_state=payment_state(money[row["id"]].ledger, money[row["id"]].pending)
            )
            for row in rows
        )


def _behind(wanted: BookingQuery) -> UUID | None:
    """The booking that the page begins behind."""
    if wanted.cursor is None:
        return None
    found = cursor.read(wanted.cursor, _ORDER)
    if found is None:
        raise Invalid.at("cursor", "This is not a cursor that we gave.")
    return found[1]
