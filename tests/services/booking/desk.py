"""What the holder of a booking does after the hold, in the fewest words."""

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
from exodrive.services.booking.contracts import ExtendedView, HeldView, ManageView, RefundView
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
from tests.services.booking.conftest import Way

NUMBERS = {card.title: card.number for card in CARDS}


@dataclass
class Desk:
    """The services that follow a hold."""

    get: Any
    database: Database
    clock: ManualClock
    way: Way

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
        return self.get(ManageService).view(self.way.holder(held))  # type: ignore[no-any-return]  # as above

    def extend(self, held: HeldView) -> ExtendedView:
        return self.holds.extend(self.way.holder(held), self.way.actor)

    def preview(self, held: HeldView) -> RefundView:
        return self.cancellation.preview(self.way.holder(held))

    def cancel(self, held: HeldView, expected: int, *, kept: int) -> RefundView:
        return self.cancellation.cancel(self.way.holder(held), expected, self.way.actor, kept=kept)

    def page(self, held: HeldView) -> str:
        """Where the gateway has it paid."""
        return self.checkout.start(self.way.holder(held), self.way.actor)

    def come_back(self, held: HeldView) -> None:
        self.checkout.settle_booking(self.way.holder(held), self.way.actor)

    def start(self, held: HeldView) -> str:
        """Open the gateway's page; its reference of the charge."""
        return self.page(held).rpartition("/")[2]

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
