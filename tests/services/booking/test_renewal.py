"""A booking far ahead stays paid for, or everybody learns that it is not."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from exodrive.core.clock import ManualClock
from exodrive.services.booking.contracts import BookingState, HeldView, PaymentState
from exodrive.services.booking.renewal import RenewalService
from exodrive.services.payment.contracts import MoveState
from exodrive.services.payment.errors import AlreadyPaid
from exodrive.services.payment.models import Payment
from tests.services.booking.desk import Desk
from tests.services.booking.post import Post, words
from tests.services.payment.test_races import at_once

Hold = Callable[..., HeldView]
QUEUES = ("payment", "booking", "email")
FAR = {"pick_up_date": date(2026, 7, 6), "return_date": date(2026, 7, 9)}  # five weeks ahead
BEGIN = datetime.fromisoformat("2026-06-01T10:00Z")


@pytest.fixture
def booked(desk: Desk, hold: Hold) -> Callable[..., HeldView]:
    """`booked("Renewal declined")`: a booking five weeks ahead, paid with that card."""

    def make(card: str = "Success", **dates: Any) -> HeldView:
        held = hold(**FAR | dates)
        desk.pay(held, card)
        return held

    return make


@pytest.fixture
def sweep(get: Any) -> Callable[[], int]:
    return get(RenewalService).sweep  # type: ignore[no-any-return]  # the container's getter is untyped here


def moves(desk: Desk, move: str) -> list[Payment]:
    with desk.database.sessions() as session:
        return list(session.scalars(select(Payment).where(Payment.move == move).order_by(Payment.id)))


def refuse(post: Post, clock: ManualClock, sweep: Callable[[], int]) -> None:
    """Six days on, the bank refuses to go on reserving."""
    clock.set(BEGIN + timedelta(days=6))
    assert sweep() == 1
    post.run(*QUEUES)


def test_a_reserve_is_renewed_each_week_until_its_capture(
    desk: Desk, booked: Any, sweep: Any, post: Post, clock: ManualClock
) -> None:
    held = booked()
    seen = desk.see(held)
    while clock.now() < seen.charged_at:
        post.travel(min(clock.now() + timedelta(hours=1), seen.charged_at), "payment", "booking")
        sweep()
    renewals = moves(desk, "renew")
    assert [renewal.state for renewal in renewals] == [MoveState.SUCCEEDED] * 5
    post.run("payment", "booking")
    assert desk.see(held).payment_state is PaymentState.PAID
    assert desk.jobs("email.pay_again") == 0
    assert desk.jobs("email.payment_receipt") == 1


def test_what_is_captured_before_it_lapses_is_left_alone(
    desk: Desk, booked: Any, sweep: Any, clock: ManualClock
) -> None:
    booked(
        pick_up_date=date(2026, 6, 10), return_date=date(2026, 6, 12)
    )  # charged on the 7th, lapses on the 8th
    clock.set(BEGIN + timedelta(days=6, hours=1))
    assert sweep() == 0
    assert moves(desk, "renew") == []


def test_two_sweeps_at_once_renew_once(desk: Desk, booked: Any, sweep: Any, clock: ManualClock) -> None:
    booked()
    clock.set(BEGIN + timedelta(days=6))
    at_once(*[sweep] * 4)
    assert len(moves(desk, "renew")) == 1
    assert sweep() == 0


def test_a_cancelled_booking_is_not_renewed(desk: Desk, booked: Any, sweep: Any, clock: ManualClock) -> None:
    held = booked()
    clock.set(BEGIN + timedelta(days=6))
    refund = desk.preview(held)
    desk.cancel(held, refund.amount, kept=refund.kept)
    assert sweep() == 0
    assert moves(desk, "renew") == []


def test_a_refusal_asks_the_customer_and_tells_the_staff(
    desk: Desk, booked: Any, sweep: Any, post: Post, clock: ManualClock
) -> None:
    held = booked("Renewal declined")
    refuse(post, clock, sweep)
    seen = desk.see(held)
    assert (seen.state, seen.payment_state) == (BookingState.CONFIRMED, PaymentState.AUTHORISED)
    assert seen.pay_again is not None
    assert seen.pay_again.by == seen.charged_at - timedelta(hours=24)
    asked = words(post.mail("Please pay again"))
    assert "Please pay again by July 2, 2026, 10:00 AM PDT." in asked
    assert "The bank declined this card." in asked
    assert "charged on July 3, 2026, 10:00 AM PDT" in asked
    assert f"/booking/{held.token}" in asked
    assert "The renewal of $2,923.65 failed." in words(post.mail("Failed renewal of"))
    assert not post.failed()


def test_the_customer_pays_again_and_all_goes_on(
    desk: Desk, booked: Any, sweep: Any, post: Post, clock: ManualClock
) -> None:
    held = booked("Renewal declined")
    refuse(post, clock, sweep)
    desk.pay(held)
    seen = desk.see(held)
    assert (seen.state, seen.payment_state, seen.pay_again) == (
        BookingState.CONFIRMED,
        PaymentState.AUTHORISED,
        None,
    )
    with pytest.raises(AlreadyPaid):
        desk.start(held)
    sweep()
    post.travel(seen.charged_at - timedelta(days=10), *QUEUES)
    sweep()
    post.travel(seen.charged_at - timedelta(days=4), *QUEUES)
    sweep()
    post.travel(seen.charged_at, *QUEUES)
    assert desk.see(held).payment_state is PaymentState.PAID
    assert [row.amount for row in moves(desk, "capture")] == [seen.total]
    assert not [subject for subject in post.subjects() if subject.startswith("To be decided")]
    assert desk.jobs("email.booking_confirmation") == 1


def test_nobody_pays_and_the_staff_decide(
    desk: Desk, booked: Any, sweep: Any, post: Post, clock: ManualClock
) -> None:
    held = booked("Renewal declined")
    refuse(post, clock, sweep)
    due = desk.see(held).pay_again
    assert due is not None
    assert due.by is not None
    clock.set(BEGIN + timedelta(days=7))
    assert sweep() == 1  # what was reserved first is gone
    post.run(*QUEUES)
    assert desk.see(held).payment_state is PaymentState.RELEASED
    assert sweep() == 0
    post.travel(due.by - timedelta(minutes=1), *QUEUES)
    assert not [subject for subject in post.subjects() if subject.startswith("To be decided")]
    post.travel(due.by, *QUEUES)
    told = words(post.mail("To be decided"))
    assert "stays booked, and nothing happens to it by itself. Please decide" in told
    assert held.token not in told
    seen = desk.see(held)
    assert (seen.state, desk.claims()) == (BookingState.CONFIRMED, 1)
    assert seen.pay_again is not None
    assert seen.pay_again.by is None
    desk.pay(held)  # late is better than never
    assert desk.see(held).pay_again is None


def test_a_capture_finds_the_reserve_lapsed_and_is_paid_all_the_same(
    desk: Desk, booked: Any, post: Post
) -> None:
    """Nobody swept: the clock was down for a month."""
    held = booked()
    post.travel(desk.see(held).charged_at, *QUEUES)
    assert desk.see(held).payment_state is PaymentState.PAID


def test_a_capture_that_cannot_be_renewed_asks_the_customer_and_is_made_when_they_pay(
    desk: Desk, booked: Any, post: Post
) -> None:
    held = booked("Renewal declined")
    charged_at = desk.see(held).charged_at
    post.travel(charged_at, *QUEUES)
    seen = desk.see(held)
    assert (seen.state, seen.payment_state) == (BookingState.CONFIRMED, PaymentState.RELEASED)
    assert seen.pay_again is not None
    assert seen.pay_again.by == charged_at + timedelta(hours=24)
    assert "The amount is charged at once." in words(post.mail("Please pay again"))
    desk.pay(held)
    post.run(*QUEUES)
    assert desk.see(held).payment_state is PaymentState.PAID


def test_a_cancellation_after_paying_again_tells_of_one_payment(
    desk: Desk, booked: Any, sweep: Any, post: Post, clock: ManualClock
) -> None:
    held = booked("Renewal declined")
    total = desk.see(held).total
    refuse(post, clock, sweep)
    desk.pay(held)
    refund = desk.preview(held)
    assert (refund.paid, refund.amount) == (total, total)
    desk.cancel(held, refund.amount, kept=0)
    post.run(*QUEUES)
    told = words(post.mail("Cancelled"))
    assert "Rental: $2,923.65 Cancellation fee: $0" in told
    assert "Released on your card: $2,923.65" in told


def test_a_booking_that_was_never_paid_is_not_asked_for(desk: Desk, hold: Hold) -> None:
    held = hold(**FAR)
    assert desk.see(held).pay_again is None
