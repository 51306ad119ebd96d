"""From hold to confirmed, whatever happens on the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from exodrive.core.actor import SYSTEM
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.ledger import Job
from exodrive.services.booking.contracts import BookingState, HeldView, PaymentState
from exodrive.services.booking.errors import HoldExpired
from exodrive.services.payment.contracts import Outcome
from exodrive.services.payment.errors import AlreadyPaid
from tests.services.booking.conftest import WAYS, Way
from tests.services.booking.desk import Desk

Hold = Callable[..., HeldView]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param  # type: ignore[no-any-return]  # what stands in `WAYS`


def test_paying_confirms_and_promises_mail_and_capture_once(
    desk: Desk, hold: Hold, database: Database
) -> None:
    held = hold()
    assert desk.pay(held) is Outcome.AUTHORISED
    assert desk.settle(held) is Outcome.ALREADY
    seen = desk.see(held)
    assert (seen.state, seen.payment_state) == (BookingState.CONFIRMED, PaymentState.AUTHORISED)
    assert desk.jobs("email.booking_confirmation") == 1
    with database.sessions() as session:
        capture = session.scalars(select(Job).where(Job.kind == "payment.capture")).one()
    assert capture.run_at == seen.starts_at - timedelta(hours=72)


def test_two_tabs_open_one_charge(desk: Desk, hold: Hold) -> None:
    held = hold()
    with ThreadPoolExecutor(4) as pool:
        urls = set(pool.map(lambda _: desk.page(held), range(4)))
    assert len(urls) == 1


def test_everyone_who_settles_at_once_makes_one_confirmation(desk: Desk, hold: Hold) -> None:
    held = hold()
    desk.enter(desk.start(held))
    payment = desk.payment(held)
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda _: desk.checkout.settle(payment, held.booking_id, SYSTEM), range(6)))
    assert outcomes.count(Outcome.AUTHORISED) == 1
    assert desk.jobs("email.booking_confirmation") == 1


def test_a_declined_card_leaves_the_hold_and_another_can_be_tried(desk: Desk, hold: Hold) -> None:
    held = hold()
    assert desk.pay(held, "Declined") is Outcome.FAILED
    seen = desk.see(held)
    assert (seen.state, seen.payment_failure) == (BookingState.HELD, "The bank declined this card.")
    assert desk.pay(held) is Outcome.AUTHORISED


def test_nothing_is_paid_twice(desk: Desk, hold: Hold) -> None:
    held = hold()
    desk.pay(held)
    with pytest.raises((HoldExpired, AlreadyPaid)):
        desk.start(held)


def test_an_expired_hold_cannot_be_paid(desk: Desk, hold: Hold, clock: ManualClock) -> None:
    held = hold()
    clock.move(timedelta(minutes=15))
    with pytest.raises(HoldExpired):
        desk.start(held)


def test_a_late_payment_confirms_if_the_car_is_still_free(desk: Desk, hold: Hold, clock: ManualClock) -> None:
    held = hold()
    reference = desk.start(held)
    clock.move(timedelta(minutes=16))
    desk.holds.expire_due()
    desk.enter(reference)
    assert desk.settle(held) is Outcome.AUTHORISED
    assert desk.see(held).state is BookingState.CONFIRMED
    assert desk.claims() == 1


def test_a_late_payment_for_a_car_that_is_gone_is_given_back_and_told(
    desk: Desk, hold: Hold, clock: ManualClock
) -> None:
    held = hold()
    reference = desk.start(held)
    clock.move(timedelta(minutes=16))
    hold()
    desk.enter(reference)
    desk.settle(held)
    desk.run_moves()
    seen = desk.see(held)
    assert (seen.state, seen.payment_state) == (BookingState.EXPIRED, PaymentState.RELEASED)
    assert desk.jobs("email.payment_too_late") == 1
    assert desk.jobs("email.booking_confirmation") == 0


def test_the_sweep_racing_a_payment_never_loses_money_or_car(
    desk: Desk, hold: Hold, clock: ManualClock
) -> None:
    for _ in range(5):
        held = hold()
        desk.enter(desk.start(held))
        clock.move(timedelta(minutes=15))
        with ThreadPoolExecutor(2) as pool:
            settled, swept = pool.submit(desk.settle, held), pool.submit(desk.holds.expire_due)
            assert settled.result() is Outcome.AUTHORISED
            swept.result()
        assert desk.see(held).state is BookingState.CONFIRMED
        assert desk.claims() == 1
        refund = desk.preview(held)
        desk.cancel(held, refund.amount, kept=0)
        clock.move(timedelta(minutes=1))


def test_coming_back_from_the_gateway_settles_what_is_open(desk: Desk, hold: Hold, get: Any) -> None:
    held = hold()
    desk.enter(desk.start(held))
    desk.come_back(held)
    assert desk.see(held).state is BookingState.CONFIRMED
