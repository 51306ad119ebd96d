"""What the holder of a booking sees."""

from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.services.booking import repository
from exodrive.services.booking.access import BookingAccess
from exodrive.services.booking.contracts import BookingCar, BookingState, ManageView
from exodrive.services.booking.holder import Holder
from exodrive.services.booking.paying_again import pay_again
from exodrive.services.booking.rules import capture_at, extensions_left, masked, payment_state
from exodrive.services.car.contracts import ImageView
from exodrive.services.payment.queries import MoneyView, PaymentQueries
from exodrive.services.pricing.service import QuoteService
from exodrive.settings import Settings


class ManageService:
    """Reads of one booking: for its holder, for mails by id."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        settings: Settings,
        payments: PaymentQueries,
        quotes: QuoteService,
        access: BookingAccess,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._payments = payments
        self._quotes = quotes
        self._access = access

    def view(self, holder: Holder) -> ManageView:
        """The booking as it stands. Raises `Missing`."""
        with self._database.read() as connection:
            row = self._access.shown(connection, holder)
            money = self._payments.money(connection, row["id"])
        return self._view(row, money)

    def by_id(self, booking_id: UUID) -> ManageView:
        """The same view for the system's own use. Raises `Missing`."""
        with self._database.read() as connection:
            row = repository.shown(connection, id=booking_id)
            if row is None:
                raise Missing("There is no such booking.")
            money = self._payments.money(connection, row["id"])
        return self._view(row, money)

    def _view(self, row: RowMapping, money: MoneyView) -> ManageView:
        quote = self._quotes.get(row["quote_id"])
        now = self._clock.now()
        charged_at = capture_at(row["starts_at"], self._settings.capture_hours)
        return ManageView(
            id=row["id"],
            reference=row["reference"],
            state=BookingState(row["state"]),
            payment_state=payment_state(money.ledger, money.pending),
            payment_failure=money.failure,
            pay_again=pay_again(
                BookingState(row["state"]), money, starts_at=row["starts_at"], charged_at=charged_at, now=now
            ),
            charged_at=charged_at,
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
            now=now,
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
