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
from tests.services.booking.conftest import CUSTOMER, WAYS, Way
from tests.services.booking.desk import Desk

Hold = Callable[..., HeldView]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param  # type: ignore[no-any-return]  # what stands in `WAYS`


@pytest.fixture
def paid(desk: Desk, hold: Hold) -> HeldView:
    """Confirmed, 19 days before pick-up."""
    held = hold()
    desk.pay(held)
    return held


def test_a_hold_is_given_up_without_money_or_mail(desk: Desk, hold: Hold) -> None:
    held = hold()
    assert desk.preview(held).amount == 0
    desk.cancel(held, 0, kept=0)
    assert desk.see(held).state is BookingState.CANCELLED
    assert desk.claims() == 0
    assert desk.jobs("email.cancellation") == 0


def test_in_good_time_everything_that_was_reserved_is_released(desk: Desk, paid: HeldView) -> None:
    refund = desk.preview(paid)
    assert (refund.amount, refund.kept) == (desk.see(paid).total, 0)
    desk.cancel(paid, refund.amount, kept=refund.kept)
    desk.run_moves()
    seen = desk.see(paid)
    assert (seen.state, seen.payment_state) == (BookingState.CANCELLED, PaymentState.RELEASED)
    assert desk.claims() == 0
    assert desk.jobs("email.cancellation") == 1


def test_late_a_part_is_kept_and_the_rest_of_the_reservation_released(
    desk: Desk, paid: HeldView, clock: ManualClock
) -> None:
    clock.set(desk.see(paid).starts_at - timedelta(hours=100))
    refund = desk.preview(paid)
    total = desk.see(paid).total
    assert refund.amount + refund.kept == total
    assert abs(refund.amount * 2 - total) <= 1
    desk.cancel(paid, refund.amount, kept=refund.kept)
    desk.run_moves()
    assert desk.see(paid).payment_state is PaymentState.PAID


def test_what_was_captured_is_refunded(desk: Desk, paid: HeldView, clock: ManualClock) -> None:
    desk.get(PaymentService).capture(paid.booking_id, CUSTOMER)
    desk.run_moves()
    refund = desk.preview(paid)
    desk.cancel(paid, refund.amount, kept=refund.kept)
    desk.run_moves()
    assert desk.see(paid).payment_state is PaymentState.REFUNDED
    assert desk.see(paid).refunded == refund.amount


def test_a_refund_that_changed_since_it_was_shown_is_shown_again(
    desk: Desk, paid: HeldView, clock: ManualClock
) -> None:
    shown = desk.preview(paid)
    clock.set(desk.see(paid).starts_at - timedelta(hours=100))
    with pytest.raises(RefundChanged):
        desk.cancel(paid, shown.amount, kept=shown.kept)
    assert desk.see(paid).state is BookingState.CONFIRMED


def test_it_is_cancelled_once(desk: Desk, paid: HeldView) -> None:
    amount = desk.preview(paid).amount

    def attempt(_: int) -> bool:
        try:
            desk.cancel(paid, amount, kept=0)
        except IllegalMove:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
    assert desk.jobs("email.cancellation") == 1


def test_the_car_can_be_had_again_at_once(desk: Desk, paid: HeldView, hold: Hold) -> None:
    desk.cancel(paid, desk.preview(paid).amount, kept=0)
    hold(pick_up_date=date(2026, 6, 20))
