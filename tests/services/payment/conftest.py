"""A booking to be paid, and the parts that pay it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select

from exodrive.core.actor import SYSTEM
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.ledger import Job
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.models import AuditEntry
from exodrive.services.booking.models import Booking
from exodrive.services.payment.contracts import Ledger, Outcome
from exodrive.services.payment.gateway import Gateway
from exodrive.services.payment.models import Payment, SandboxCharge
from exodrive.services.payment.moves import MoveService
from exodrive.services.payment.sandbox.cards import CARDS
from exodrive.services.payment.sandbox.contracts import PayByCard
from exodrive.services.payment.sandbox.page import SandboxPageService
from exodrive.services.payment.service import PaymentService
from tests.factories import make_booking, make_car, make_location, make_policy

T = TypeVar("T")
RETURN_URL = "http://127.0.0.1:8000/booking/token/paid"
NUMBERS = {card.title: card.number for card in CARDS}
TOTAL = 100_000


def card(title: str = "Success", **over: Any) -> PayByCard:
    """One of the test cards, by its title."""
    return PayByCard(**{"number": NUMBERS[title], "expiry": "12/30", "cvc": "123"} | over)


@pytest.fixture
def booking(database: Database) -> Booking:
    """A booking; money moves do not ask for its state."""
    return make_booking(database, make_car(database, make_location(database)), make_policy(database))


@dataclass
class Desk:
    """Does what the booking room does, in the fewest words."""

    uow: UnitOfWorkFactory
    payments: PaymentService
    moves: MoveService
    gateway: Gateway
    page: SandboxPageService
    database: Database
    clock: ManualClock
    booking_id: UUID

    def intend(self, amount: int = TOTAL) -> UUID:
        return self.write(lambda uow: self.payments.intend_authorise(uow, self.booking_id, amount, "USD"))

    def write(self, step: Callable[[UnitOfWork], T]) -> T:
        """One step as a transaction of its own."""
        with self.uow() as uow:
            answer = step(uow)
            uow.commit()
        return answer

    def checkout(self, payment_id: UUID) -> str:
        """Open the hosted page; answers the gateway's reference."""
        url = self.payments.open_checkout(payment_id, "Booking K7QM4TR9", RETURN_URL, SYSTEM)
        return url.rpartition("/")[2]

    def settle(self, payment_id: UUID) -> Outcome:
        report = self.payments.read_gateway(payment_id)
        return self.write(lambda uow: self.payments.record(uow, payment_id, report))

    def authorised(self, amount: int = TOTAL) -> UUID:
        """A payment that went well."""
        payment_id = self.intend(amount)
        self.page.pay(self.checkout(payment_id), card())
        assert self.settle(payment_id) is Outcome.AUTHORISED
        return payment_id

    def captured(self, amount: int = TOTAL) -> UUID:
        payment_id = self.authorised()
        self.moves.execute(self.write(lambda uow: self.payments.intend_capture(uow, payment_id, amount)))
        return payment_id

    def void(self, payment_id: UUID) -> UUID:
        """Intend the release of a payment that has something to release."""
        move = self.write(lambda uow: self.payments.intend_void(uow, payment_id))
        assert move is not None
        return move

    def totals(self) -> Ledger:
        with self.database.read() as connection:
            return self.payments.totals(connection, self.booking_id)

    def row(self, payment_id: UUID) -> Payment:
        with self.database.sessions() as session:
            return session.get_one(Payment, payment_id)

    def charge(self, payment_id: UUID) -> SandboxCharge:
        with self.database.sessions() as session:
            return session.scalars(
                select(SandboxCharge).where(SandboxCharge.idempotency_key == str(payment_id))
            ).one()

    def charges(self) -> int:
        with self.database.sessions() as session:
            return len(session.scalars(select(SandboxCharge)).all())

    def moves_open(self) -> list[UUID]:
        with self.database.sessions() as session:
            return list(
                session.scalars(
                    select(Payment.id)
                    .where(Payment.parent_id.is_not(None), Payment.state == "open")
                    .order_by(Payment.id)
                )
            )

    def run_moves(self) -> None:
        for move in self.moves_open():
            self.moves.execute(move)

    def jobs(self, kind: str) -> list[Job]:
        with self.database.sessions() as session:
            return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)))

    def audit(self) -> list[str]:
        with self.database.sessions() as session:
            return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def desk(get: Any, database: Database, clock: ManualClock, booking: Booking) -> Desk:
    """The payment room around one booking."""
    return Desk(
        uow=get(UnitOfWorkFactory),
        payments=get(PaymentService),
        moves=get(MoveService),
        gateway=get(Gateway),
        page=get(SandboxPageService),
        database=database,
        clock=clock,
        booking_id=booking.id,
    )
