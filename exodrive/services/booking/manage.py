"""What the holder of a booking's link sees."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.services.booking import repository
from exodrive.services.booking.contracts import BookingCar, BookingState, ManageView
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.rules import extensions_left, masked, payment_state
from exodrive.services.car.contracts import ImageView
from exodrive.services.payment.queries import PaymentQueries
from exodrive.services.pricing.service import QuoteService
from exodrive.settings import Settings


class ManageService:
    """Reads of one booking: for its owner by token, for mails by id."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        settings: Settings,
        payments: PaymentQueries,
        quotes: QuoteService,
        links: BookingLinks,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._payments = payments
        self._quotes = quotes
        self._links = links

    def by_token(self, token: str) -> ManageView:
        """Raises `Missing` alike for a wrong, a revoked and a malformed token."""
        return self._view(link_hash=self._links.hash(token))

    def by_id(self, booking_id: UUID) -> ManageView:
        """The same view for the system's own use. Raises `Missing`."""
        return self._view(booking_id=booking_id)

    def _view(self, **key: Any) -> ManageView:
        with self._database.read() as connection:
            row = repository.shown(connection, **key)
            if row is None:
                raise Missing("We have no such booking.")
            money = self._payments.money(connection, row["id"])
        quote = self._quotes.get(row["quote_id"])
        return ManageView(
            id=row["id"],
            reference=row["reference"],
            state=BookingState(row["state"]),
            payment_state=payment_state(money.ledger, money.pending),
            payment_failure=money.failure,
            car=_car(row),
            pick_up=quote.pick_up_location,
            drop_off=quote.return_location,
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            days=quote.days,
            lines=quote.lines,
            total=row["total"],
            currency=row["currency"],
            deposit=row["deposit"],
            included_miles=quote.included_miles,
            overage_per_mile=quote.overage_per_mile,
            refunded=money.ledger.refunded,
            driver=row["customer_name"].split()[0],
            email=masked(row["customer_email"]),
            hold_expires_at=row["hold_expires_at"],
            extensions_left=extensions_left(
                row["hold_extensions"],
                self._settings.hold_extensions,
                row["hold_expires_at"],
                row["starts_at"],
            ),
            asked=quote.asked,
            policy=repository.policy_view(row["grace_minutes"], row["tiers"]),
            now=self._clock.now(),
        )


def _car(row: RowMapping) -> BookingCar:
    image = None
    if row["path"] is not None:
        image = ImageView(
            path=row["path"],
            widths=tuple(row["widths"]),
            width=row["width"],
            height=row["height"],
            alt_text=row["alt_text"],
        )
    return BookingCar(
        id=row["car_id"],
        slug=row["slug"],
        name=f"{row['make']} {row['model']}",
        year=row["year"],
        image=image,
    )
