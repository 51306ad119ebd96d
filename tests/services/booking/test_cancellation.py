"""Cancelling: what was shown is what comes back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from exodrive.core.clock import ManualClock
from exodrive.core.errors import IllegalMove
from exodrive.services.booking.contracts import BookingState, HeldView, PaymentState
from exodrive.services.booking.errors import RefundChanged
from exodrive.services.payment.service import PaymentService
from tests.services.booking.conftest import CUSTOMER
from tests.services.booking.desk import Desk

Hold = Callable[..., HeldView]


@pytest.fixture
def paid(desk: Desk, hold: Hold) -> HeldView:
    """Confirmed, 19 days before pick-up."""
    held = hold()
    desk.pay(held)
    return held


def test_a_hold_is_given_up_without_money_or_mail(desk: Desk, hold: Hold) -> None:
    held = hold()
    assert desk.cancellation.preview(held.token).amount == 0
    desk.cancellation.cancel(held.token, 0, CUSTOMER, kept=0)
    assert desk.see(held).state is BookingState.CANCELLED
    assert desk.claims() == 0
    assert desk.jobs("email.cancellation") == 0


def test_in_good_time_everything_that_was_reserved_is_released(desk: Desk, paid: HeldView) -> None:
    refund = desk.cancellation.preview(paid.token)
    assert (refund.amount, refund.kept) == (desk.see(paid).total, 0)
    desk.cancellation.cancel(paid.token, refund.amount, CUSTOMER, kept=refund.kept)
    desk.run_moves()
    seen = desk.see(paid)
    assert (seen.state, seen.payment_state) == (BookingState.CANCELLED, PaymentState.RELEASED)
    assert desk.claims() == 0
    assert desk.jobs("email.cancellation") == 1


def test_late_a_part_is_kept_and_the_rest_of_the_reservation_released(
    desk: Desk, paid: HeldView, clock: ManualClock
) -> None:
    clock.set(desk.see(paid).starts_at - timedelta(hours=100))
    refund = desk.cancellation.preview(paid.token)
    total = desk.see(paid).total
    assert refund.amount + refund.kept == total
    assert abs(refund.amount * 2 - total) <= 1
    desk.cancellation.cancel(paid.token, refund.amount, CUSTOMER, kept=refund.kept)
    desk.run_moves()
    assert desk.see(paid).payment_state is PaymentState.PAID


def test_what_was_captured_is_refunded(desk: Desk, paid: HeldView, clock: ManualClock) -> None:
    desk.get(PaymentService).capture(paid.booking_id, CUSTOMER)
    desk.run_moves()
    refund = desk.cancellation.preview(paid.token)
    desk.cancellation.cancel(paid.token, refund.amount, CUSTOMER, kept=refund.kept)
    desk.run_moves()
    assert desk.see(paid).payment_state is PaymentState.REFUNDED
    assert desk.see(paid).refunded == refund.amount


def test_a_refund_that_changed_since_it_was_shown_is_shown_again(
    desk: Desk, paid: HeldView, clock: ManualClock
) -> None:
    shown = desk.cancellation.preview(paid.token)
    clock.set(desk.see(paid).starts_at - timedelta(hours=100))
    with pytest.raises(RefundChanged):
        desk.cancellation.cancel(paid.token, shown.amount, CUSTOMER, kept=shown.kept)
    assert desk.see(paid).state is BookingState.CONFIRMED


def test_it_is_cancelled_once(desk: Desk, paid: HeldView) -> None:
    amount = desk.cancellation.preview(paid.token).amount

    def attempt(_: int) -> bool:
        try:
            desk.cancellation.cancel(paid.token, amount, CUSTOMER, kept=0)
        except IllegalMove:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
    assert desk.jobs("email.cancellation") == 1


def test_the_car_can_be_had_again_at_once(desk: Desk, paid: HeldView, hold: Hold) -> None:
    desk.cancellation.cancel(paid.token, desk.cancellation.preview(paid.token).amount, CUSTOMER, kept=0)
    hold(pick_up_date=date(2026, 6, 20))
