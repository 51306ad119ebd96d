"""An authorisation and what followed from it: one query sums it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Connection, Select, cast, func, select
from sqlalchemy.orm import Session, aliased

from exodrive.services.payment.contracts import Ledger, Move, MoveState
from exodrive.services.payment.models import Payment
from exodrive.services.payment.rules import Standing

UNSETTLED = (MoveState.OPEN, MoveState.PENDING)
_DONE = (MoveState.SUCCEEDED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """An authorisation and, summed up, what followed from it."""

    id: UUID
    booking_id: UUID
    state: MoveState
    currency: str
    standing: Standing
    lapses_at: datetime | None
    renewing: bool
    renewed_at: datetime | None
    refused_at: datetime | None  # since when its renewal stands refused

    @property
    def released(self) -> bool:
        """It has been released, or will be."""
        return self.standing.voided + self.standing.voiding > 0

    @property
    def live(self) -> bool:
        return self.state is MoveState.SUCCEEDED and self.standing.live

    @property
    def underway(self) -> bool:
        return self.state in UNSETTLED

    @property
    def renewable(self) -> bool:
        """All of it is reserved still, and nothing else lays claim to any."""
        return self.live and not self.renewing and self.standing.left_to_capture == self.standing.authorised

    @property
    def replaceable(self) -> bool:
        """Its renewal was refused: the customer may pay anew, and this is released when they have."""
        return self.renewable and self.refused_at is not None

    def lapsed(self, now: datetime) -> bool:
        """The bank has let go of it, as far as the gateway told beforehand."""
        return self.lapses_at is not None and self.lapses_at <= now


def _authorisations() -> Select[Any]:
    parent, child = aliased(Payment), aliased(Payment)

    def total(move: Move, states: Sequence[MoveState]) -> Any:
        chosen = func.sum(child.amount).filter(child.move == move, child.state.in_(states))
        return cast(func.coalesce(chosen, 0), BigInteger)

    def renewal(state: MoveState) -> Any:
        return func.max(child.settled_at).filter(child.move == Move.RENEW, child.state == state)

    open_renewals = func.count(child.id).filter(child.move == Move.RENEW, child.state.in_(UNSETTLED))

    return (
        select(
            parent.id,
            parent.booking_id,
            parent.state,
            parent.currency,
            parent.amount.label("authorised"),
            total(Move.CAPTURE, _DONE).label("captured"),
            total(Move.CAPTURE, UNSETTLED).label("capturing"),
            total(Move.VOID, _DONE).label("voided"),
            total(Move.VOID, UNSETTLED).label("voiding"),
            total(Move.REFUND, _DONE).label("refunded"),
            total(Move.REFUND, UNSETTLED).label("refunding"),
            parent.lapses_at,
            (open_renewals > 0).label("renewing"),
            renewal(MoveState.SUCCEEDED).label("renewed_at"),
            renewal(MoveState.FAILED).label("refused_at"),
        )
        .outerjoin(child, child.parent_id == parent.id)
        .where(parent.move == Move.AUTHORISE)
        .group_by(parent.id)
        .order_by(parent.id)
    )


_OF_BOOKING = _authorisations()


def of_bookings(at: Session | Connection, booking_ids: Sequence[UUID]) -> tuple[Authorisation, ...]:
    """Every authorisation of these bookings, oldest first."""
    parent = _OF_BOOKING.selected_columns.booking_id
    return tuple(_read(row) for row in at.execute(_OF_BOOKING.where(parent.in_(booking_ids))))


def _read(row: Any) -> Authorisation:
    made_up_for = (
        row.renewed_at is not None and row.refused_at is not None and row.refused_at < row.renewed_at
    )
    return Authorisation(
        id=row.id,
        booking_id=row.booking_id,
        state=row.state,
        currency=row.currency,
        standing=Standing(
            authorised=row.authorised,
            captured=row.captured,
            capturing=row.capturing,
            voided=row.voided,
            voiding=row.voiding,
            refunded=row.refunded,
            refunding=row.refunding,
        ),
        lapses_at=row.lapses_at,
        renewing=row.renewing,
        renewed_at=row.renewed_at,
        refused_at=None if made_up_for else row.refused_at,
    )


def ledger_of(found: Sequence[Authorisation]) -> Ledger:
    """The money of a booking, of all its authorisations. One that was let go without taking anything counts only while
    no other has taken its place, so that nothing is told twice."""
    succeeded = [one for one in found if one.state is MoveState.SUCCEEDED]
    counted = [one for one in succeeded if one.live or one.standing.captured] or succeeded[-1:]
    shown = next((one for one in counted if one.live), counted[-1] if counted else None)
    sums = [one.standing for one in counted]
    return Ledger(
        authorised=sum(item.authorised for item in sums),
        captured=sum(item.captured for item in sums),
        refunded=sum(item.refunded for item in sums),
        voided=sum(item.voided for item in sums),
        reserved=sum(item.reserved for item in sums),
        currency=shown.currency if shown else None,
        authorisation_id=shown.id if shown else None,
    )


def is_lost(found: Sequence[Authorisation]) -> bool:
    """Whether a booking was paid for and is not any more: what was reserved is gone, or will be, and nothing was
    taken."""
    succeeded = [one for one in found if one.state is MoveState.SUCCEEDED]
    untouched = all(one.standing.captured + one.standing.capturing == 0 for one in succeeded)
    return bool(succeeded) and untouched and all(one.replaceable or not one.live for one in succeeded)
