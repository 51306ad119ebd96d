"""What a customer does after the hold, in the fewest words."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from exodrive.core.actor import SYSTEM
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.ledger import Job
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.checkout import CheckoutService
from exodrive.services.booking.contracts import HeldView, ManageView
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.models import Booking
from exodrive.services.car.models import Claim
from exodrive.services.payment.contracts import MoveState, Outcome
from exodrive.services.payment.models import Payment
from exodrive.services.payment.moves import MoveService
from exodrive.services.payment.sandbox.cards import CARDS
from exodrive.services.payment.sandbox.contracts import PayByCard
from exodrive.services.payment.sandbox.page import SandboxPageService
from tests.services.booking.conftest import CUSTOMER

RETURN_URL = "http://127.0.0.1:8000/booking/token/paid"
NUMBERS = {card.title: card.number for card in CARDS}


@dataclass
class Desk:
    """The services that follow a hold."""

    get: Any
    database: Database
    clock: ManualClock

    @property
    def checkout(self) -> CheckoutService:
        return self.get(CheckoutService)  # type: ignore[no-any-return]  # the container's getter is untyped here

    @property
    def holds(self) -> HoldService:
        return self.get(HoldService)  # type: ignore[no-any-return]  # as above

    @property
    def cancellation(self) -> CancellationService:
        return self.get(CancellationService)  # type: ignore[no-any-return]  # as above

    def see(self, held: HeldView) -> ManageView:
        return self.get(ManageService).by_token(held.token)  # type: ignore[no-any-return]  # as above

    def start(self, held: HeldView) -> str:
        """Open the gateway's page; its reference of the charge."""
        return self.checkout.start(held.token, RETURN_URL, CUSTOMER).rpartition("/")[2]

    def enter(self, reference: str, card: str = "Success") -> None:
        """Type a card on the gateway's page."""
        self.get(SandboxPageService).pay(
            reference, PayByCard(number=NUMBERS[card], expiry="12/30", cvc="123")
        )

    def pay(self, held: HeldView, card: str = "Success") -> Outcome:
        """The whole way: checkout, card, back."""
        self.enter(self.start(held), card)
        return self.settle(held)

    def settle(self, held: HeldView) -> Outcome:
        return self.checkout.settle(self.payment(held), held.booking_id, SYSTEM)

    def payment(self, held: HeldView) -> UUID:
        """The booking's latest authorisation."""
        newest = (
            select(Payment.id)
            .where(Payment.booking_id == held.booking_id, Payment.move == "authorise")
            .order_by(Payment.id.desc())
        )
        with self.database.sessions() as session:
            return session.scalars(newest).first() or UUID(int=0)

    def run_moves(self) -> None:
        """Carry every open money move to the gateway, as its jobs would."""
        open_moves = (
            select(Payment.id)
            .where(Payment.move != "authorise", Payment.state == MoveState.OPEN)
            .order_by(Payment.id)
        )
        with self.database.sessions() as session:
            found = session.scalars(open_moves).all()
        for move in found:
            self.get(MoveService).execute(move)

    def jobs(self, kind: str) -> int:
        with self.database.sessions() as session:
            return session.scalar(select(func.count()).select_from(Job).where(Job.kind == kind)) or 0

    def claims(self) -> int:
        with self.database.sessions() as session:
            return session.scalar(select(func.count()).select_from(Claim)) or 0

    def bookings(self, state: str) -> int:
        with self.database.sessions() as session:
            return (
                session.scalar(select(func.count()).select_from(Booking).where(Booking.state == state)) or 0
            )
