"""Pure rules of a booking's life: its moves, the cancellation policy, ages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from exodrive.core.errors import IllegalMove
from exodrive.core.money import BASIS_POINTS, portion
from exodrive.services.booking.contracts import BookingState as State
from exodrive.services.booking.contracts import PaymentState, PolicyView
from exodrive.services.payment.contracts import Ledger

# The one state machine. `expired → confirmed` is the late payment that finds the car still free.
MOVES: dict[State, frozenset[State]] = {
    State.HELD: frozenset({State.CONFIRMED, State.EXPIRED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.ACTIVE, State.CANCELLED, State.NO_SHOW}),
    State.ACTIVE: frozenset({State.RETURNED}),
    State.RETURNED: frozenset({State.COMPLETED}),
    State.EXPIRED: frozenset({State.CONFIRMED}),
    State.COMPLETED: frozenset(),
    State.CANCELLED: frozenset(),
    State.NO_SHOW: frozenset(),
}


def check_move(state: State, to: State) -> None:
    """Raises `IllegalMove` where the machine has no such move."""
    if to not in MOVES[state]:
        raise IllegalMove(f"A booking that is {state.value.replace('_', ' ')} cannot become {to.value}.")


def age_on(birth_date: date, day: date) -> int:
    """Full years on a day; somebody born on 29 February has a birthday on 1 March of common years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def hold_ends(now: datetime, minutes: int, starts_at: datetime) -> datetime:
    """When a hold made or extended at `now` ends: never after the pick-up that it is for."""
    return min(now + timedelta(minutes=minutes), starts_at)


def extensions_left(used: int, most: int, expires_at: datetime | None, starts_at: datetime) -> int:
    """How often a hold can still be extended; not at all once it lasts until its pick-up."""
    if expires_at is not None and expires_at >= starts_at:
        return 0
    return max(0, most - used)


RENEW_AHEAD = timedelta(days=1)
"""A reserve is made anew when it would lapse within so long."""
CAPTURE_MARGIN = timedelta(hours=1)
"""A capture that is due no longer than this before the lapse may come too late for it."""
PAY_BY = timedelta(hours=24)
"""So long before the capture a customer who was asked to pay again has to have done it; and nobody gets less time."""


def capture_at(starts_at: datetime, hours: int) -> datetime:
    """When a booking is charged."""
    return starts_at - timedelta(hours=hours)


class RenewalStep(StrEnum):
    """What is to be done about a reserve."""

    RENEW = "renew"
    LET_GO = "let_go"  # it has lapsed, and the bank does not reserve it again


def renewal_step(
    *, lapses_at: datetime | None, refused: bool, capture_at: datetime, now: datetime
) -> RenewalStep | None:
    """What is to be done about a reserve now, if anything. None lapses as far as nobody says when."""
    if lapses_at is None:
        return None
    if refused:
        return RenewalStep.LET_GO if lapses_at <= now else None
    soon = lapses_at - now <= RENEW_AHEAD and capture_at > lapses_at - CAPTURE_MARGIN
    return RenewalStep.RENEW if soon else None


def pay_by(*, capture_at: datetime, asked_at: datetime, starts_at: datetime) -> datetime:
    """Until when a customer who was asked at `asked_at` to pay again has time, before the staff decide."""
    return min(max(capture_at - PAY_BY, asked_at + PAY_BY), starts_at)


@dataclass(frozen=True, slots=True)
class Share:
    """Which part comes back (basis points), why, and until when that holds (None: no further change)."""

    basis_points: int
    basis: str
    until: datetime | None


def refund_share(
    policy: PolicyView, *, confirmed_at: datetime | None, starts_at: datetime, now: datetime
) -> Share:
    """The share of what was paid that comes back on cancelling at `now`. Before the confirmation nothing is owed.
    The grace period after booking ends at pick-up at the latest."""
    if confirmed_at is None:
        return Share(BASIS_POINTS, "nothing has been charged yet", None)
    grace_ends = min(confirmed_at + timedelta(minutes=policy.grace_minutes), starts_at)
    if now < grace_ends:
        return Share(BASIS_POINTS, f"within {policy.grace_minutes} minutes of booking", grace_ends)
    for tier in policy.tiers:
        ends = starts_at - timedelta(hours=tier.hours)
        if now <= ends:
            return Share(tier.refund, f"at least {_hours(tier.hours)} before pick-up", ends)
    return Share(0, _too_late(policy, starts_at, now), None)


def _too_late(policy: PolicyView, starts_at: datetime, now: datetime) -> str:
    if now >= starts_at:
        return "after the time of pick-up"
    if not policy.tiers:
        return f"more than {policy.grace_minutes} minutes after booking"
    return f"less than {_hours(policy.tiers[-1].hours)} before pick-up"


def _hours(hours: int) -> str:
    return "1 hour" if hours == 1 else f"{hours} hours"


def refund_amount(paid: int, share: Share) -> int:
    """The amount of the share, rounded half-even."""
    return portion(paid, share.basis_points)


def payment_state(ledger: Ledger, pending: bool) -> PaymentState:
    """One word for a booking's money."""
    if ledger.captured:
        if ledger.refunded >= ledger.captured:
            return PaymentState.REFUNDED
        return PaymentState.PARTLY_REFUNDED if ledger.refunded else PaymentState.PAID
    if ledger.reserved:
        return PaymentState.AUTHORISED
    if pending:
        return PaymentState.PENDING
    return PaymentState.RELEASED if ledger.voided else PaymentState.UNPAID


def masked(email: str) -> str:
    """An address that its owner recognises and nobody else learns: `j…@example.com`."""
    name, _, host = email.rpartition("@")
    return f"{name[:1]}…@{host}"
