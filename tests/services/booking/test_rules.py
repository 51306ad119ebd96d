"""The booking's moves, the cancellation policy and ages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exodrive.core.errors import IllegalMove
from exodrive.services.booking.contracts import BookingState as State
from exodrive.services.booking.contracts import PaymentState, PolicyView, TierView
from exodrive.services.booking.policy_text import for_booking, in_general
from exodrive.services.booking.rules import (
    CAPTURE_MARGIN,
    MOVES,
    PAY_BY,
    RENEW_AHEAD,
    RenewalStep,
    age_on,
    check_move,
    masked,
    pay_by,
    payment_state,
    refund_amount,
    refund_share,
    renewal_step,
)
from exodrive.services.payment.contracts import Ledger

START = datetime(2026, 7, 10, 17, 0, tzinfo=UTC)
BOOKED = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
POLICY = PolicyView(
    grace_minutes=60,
    tiers=(TierView(hours=168, refund=10_000), TierView(hours=48, refund=5_000)),
)


def share(now: datetime, confirmed_at: datetime | None = BOOKED) -> int:
    return refund_share(POLICY, confirmed_at=confirmed_at, starts_at=START, now=now).basis_points


def test_every_state_has_its_moves_and_ends_are_ends() -> None:
    assert set(MOVES) == set(State)
    for end in (State.COMPLETED, State.CANCELLED, State.NO_SHOW):
        assert not MOVES[end]


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (State.CANCELLED, State.CONFIRMED),
        (State.EXPIRED, State.CANCELLED),
        (State.ACTIVE, State.CANCELLED),
        (State.CONFIRMED, State.EXPIRED),
        (State.COMPLETED, State.ACTIVE),
    ],
)
def test_a_move_that_the_machine_has_not_is_refused(state: State, to: State) -> None:
    with pytest.raises(IllegalMove):
        check_move(state, to)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START - timedelta(hours=168), 10_000),
        (START - timedelta(hours=168) + timedelta(seconds=1), 5_000),
        (START - timedelta(hours=48), 5_000),
        (START - timedelta(hours=48) + timedelta(seconds=1), 0),
        (START, 0),
        (START + timedelta(days=1), 0),
    ],
)
def test_the_tier_that_is_reached_counts_to_the_second(now: datetime, expected: int) -> None:
    assert share(now) == expected


def test_everything_comes_back_in_the_grace_period_but_not_after_pick_up() -> None:
    late = START - timedelta(minutes=30)
    assert share(late + timedelta(minutes=29), confirmed_at=late) == 10_000
    assert share(START, confirmed_at=late) == 0


def test_before_the_confirmation_nothing_is_owed() -> None:
    assert share(START, confirmed_at=None) == 10_000


@given(st.integers(0, 10**9), st.integers(-500, 500), st.integers(0, 500))
def test_waiting_never_brings_more_back(paid: int, hours: int, more: int) -> None:
    now = START + timedelta(hours=hours)
    sooner, later = (
        refund_amount(
            paid, refund_share(POLICY, confirmed_at=BOOKED - timedelta(days=60), starts_at=START, now=at)
        )
        for at in (now, now + timedelta(hours=more))
    )
    assert paid >= sooner >= later >= 0


def test_the_policy_is_said_once_and_from_its_data() -> None:
    assert in_general(POLICY)[1:3] == (
        "Full refund up to 7 days before pick-up.",
        "50% refund up to 48 hours before pick-up.",
    )
    dated = for_booking(POLICY, starts_at=START, zone="America/Los_Angeles")
    assert dated[1].startswith("Full refund until July 3, 2026, 10:00")


@pytest.mark.parametrize(
    ("tiers", "at", "basis"),
    [
        ((TierView(hours=1, refund=5_000),), START - timedelta(hours=1), "at least 1 hour before pick-up"),
        ((TierView(hours=1, refund=5_000),), START - timedelta(minutes=1), "less than 1 hour before pick-up"),
        ((TierView(hours=0, refund=5_000),), START + timedelta(hours=1), "after the time of pick-up"),
        ((), START - timedelta(hours=1), "more than 60 minutes after booking"),
    ],
)
def test_the_reason_is_true_at_the_ends_of_the_policy(
    tiers: tuple[TierView, ...], at: datetime, basis: str
) -> None:
    policy = PolicyView(grace_minutes=60, tiers=tiers)
    long_ago = START - timedelta(days=60)
    assert refund_share(policy, confirmed_at=long_ago, starts_at=START, now=at).basis == basis


def test_a_share_of_the_policy_is_said_exactly() -> None:
    policy = PolicyView(grace_minutes=0, tiers=(TierView(hours=1, refund=3_350),))
    assert in_general(policy)[0] == "33.5% refund up to 1 hour before pick-up."


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2001, 6, 10), date(2026, 6, 9), 24),
        (date(2001, 6, 10), date(2026, 6, 10), 25),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
    ],
)
def test_age_on_a_day(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


@pytest.mark.parametrize(
    ("sums", "pending", "state"),
    [
        ({}, False, PaymentState.UNPAID),
        ({}, True, PaymentState.PENDING),
        ({"authorised": 100, "reserved": 100}, False, PaymentState.AUTHORISED),
        ({"authorised": 100, "captured": 100}, False, PaymentState.PAID),
        ({"authorised": 100, "captured": 100, "refunded": 40}, False, PaymentState.PARTLY_REFUNDED),
        ({"authorised": 100, "captured": 100, "refunded": 100}, False, PaymentState.REFUNDED),
        ({"authorised": 100, "voided": 100}, False, PaymentState.RELEASED),
    ],
)
def test_one_word_for_the_money(sums: dict[str, int], pending: bool, state: PaymentState) -> None:
    none = {"authorised": 0, "captured": 0, "refunded": 0, "voided": 0, "reserved": 0}
    assert payment_state(Ledger(currency="USD", authorisation_id=None, **(none | sums)), pending) is state


def test_a_masked_address_is_recognised_by_its_owner_only() -> None:
    assert masked("ada@example.com") == "a…@example.com"


SECOND = timedelta(seconds=1)
CAPTURE = START - timedelta(hours=72)


@pytest.mark.parametrize(
    ("lapses_at", "now", "refused", "step"),
    [
        (CAPTURE - timedelta(days=3), CAPTURE - timedelta(days=3) - RENEW_AHEAD, False, RenewalStep.RENEW),
        (CAPTURE - timedelta(days=3), CAPTURE - timedelta(days=3) - RENEW_AHEAD - SECOND, False, None),
        (CAPTURE - timedelta(days=3), CAPTURE - timedelta(days=2), False, RenewalStep.RENEW),
        (CAPTURE + CAPTURE_MARGIN, CAPTURE, False, None),
        (CAPTURE + CAPTURE_MARGIN - SECOND, CAPTURE, False, RenewalStep.RENEW),
        (CAPTURE - timedelta(days=3), CAPTURE - timedelta(days=3) - SECOND, True, None),
        (CAPTURE - timedelta(days=3), CAPTURE - timedelta(days=3), True, RenewalStep.LET_GO),
        (None, CAPTURE, False, None),
        (None, CAPTURE, True, None),
    ],
)
def test_what_is_done_about_a_reserve(
    lapses_at: datetime | None, now: datetime, refused: bool, step: RenewalStep | None
) -> None:
    assert renewal_step(lapses_at=lapses_at, refused=refused, capture_at=CAPTURE, now=now) is step


@given(st.timedeltas(min_value=timedelta(hours=-71), max_value=timedelta(days=60)))
def test_who_has_to_pay_again_has_a_day_for_it_and_until_the_pick_up_at_most(ahead: timedelta) -> None:
    asked_at = CAPTURE - ahead
    due = pay_by(capture_at=CAPTURE, asked_at=asked_at, starts_at=START)
    assert due == START or due - asked_at >= PAY_BY
    assert due <= START
    assert due <= CAPTURE - PAY_BY or due - asked_at <= PAY_BY
