"""What the room above may know of a booking's money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Select
from sqlalchemy.orm import Session

from exodrive.core.errors import Missing
from exodrive.services.payment.authorisations import Authorisation, is_lost, ledger_of
from exodrive.services.payment.contracts import Ledger, Move, MoveState
from exodrive.services.payment.gateway import Gateway
from exodrive.services.payment.repository import PaymentRepository
from exodrive.services.payment.rules import FAILURES


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyView:
    """A booking's ledger; whether an authorisation is under way; in words, why the last one failed. `lost` when it was
    paid for and is not any more, `refused_at` since when the bank would not go on reserving."""

    ledger: Ledger
    pending: bool
    failure: str | None
    lost: bool
    refused_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """What is reserved for a booking and untouched; `refused` when the bank will not reserve it again."""

    authorisation_id: UUID
    lapses_at: datetime | None
    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingView:
    """A booking's ledger, and whether an authorisation is under way."""

    ledger: Ledger
    pending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """One money move; `failure` is the reason in words where it failed."""

    move: Move
    state: MoveState
    amount: int
    currency: str
    settled_at: datetime | None
    failure: str | None


class PaymentQueries:
    """Reads of a booking's money, inside or outside a transaction."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._payments = PaymentRepository()

    def money(self, at: Session | Connection, booking_id: UUID) -> MoneyView:
        """Where the money stands, for the one who pays."""
        state, failure = self._payments.last_try(at, booking_id) or (None, None)
        found = self._payments.authorisations(at, booking_id)
        return MoneyView(
            ledger=ledger_of(found),
            pending=state in (MoveState.OPEN, MoveState.PENDING),
            failure=FAILURES.get(failure or "refused") if state is MoveState.FAILED else None,
            lost=is_lost(found),
            refused_at=next((one.refused_at for one in reversed(found) if one.refused_at), None),
        )

    def standings(self, at: Session | Connection, booking_ids: Sequence[UUID]) -> dict[UUID, StandingView]:
        """Where the money of each of the bookings stands. One query."""
        found: dict[UUID, list[Authorisation]] = {booking_id: [] for booking_id in booking_ids}
        for one in self._payments.authorisations(at, *booking_ids):
            found[one.booking_id].append(one)
        return {
            booking_id: StandingView(ledger=ledger_of(all_), pending=bool(all_) and all_[-1].underway)
            for booking_id, all_ in found.items()
        }

    def reserve(self, at: Session | Connection, booking_id: UUID) -> Reserve | None:
        """What is reserved for a booking, if all of it is still, and it is not being renewed."""
        found = next((one for one in self._payments.authorisations(at, booking_id) if one.renewable), None)
        if found is None:
            return None
        return Reserve(
            authorisation_id=found.id, lapses_at=found.lapses_at, refused=found.refused_at is not None
        )

    def lapsing(self, before: datetime) -> Select[UUID, datetime | None]:
        """The bookings for which a reserve lapses before then, and when, as a part of a larger statement."""
        return self._payments.lapsing(self._gateway.name, before)

    def move(self, at: Session | Connection, payment_id: UUID) -> MoveView:
        """A move as it stands. Raises `Missing`."""
        found = self._payments.find(at, payment_id)
        if found is None:
            raise Missing("There is no such payment.")
        return MoveView(
            move=found.move,
            state=found.state,
            amount=found.amount,
            currency=found.currency,
            settled_at=found.settled_at,
            failure=FAILURES.get(found.failure or "refused") if found.state is MoveState.FAILED else None,
        )

    def kept(self, at: Session | Connection, booking_id: UUID) -> int:
        """What the customer will have paid once every open move has settled; minor units."""
        return sum(
            found.standing.kept for found in self._payments.authorisations(at, booking_id) if found.live
        )

    def underway(self, at: Session | Connection, booking_id: UUID) -> tuple[UUID, ...]:
        """Authorisations that are not decided yet."""
        found = self._payments.authorisations(at, booking_id)
        return tuple(one.id for one in found if one.underway)
