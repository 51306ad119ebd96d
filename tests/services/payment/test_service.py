"""Intents, and what the gateway's reports make of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from exodrive.core.actor import SYSTEM
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.services.payment.contracts import ChargeReport, ChargeState, Move, MoveState, Outcome
from exodrive.services.payment.errors import AlreadyPaid, AmountExceeded, PaymentClosed
from tests.services.payment.conftest import RETURN_URL, TOTAL, Desk, card


def test_two_tabs_share_one_intent_and_one_charge(desk: Desk) -> None:
    first, second = desk.intend(), desk.intend()
    assert first == second
    assert desk.checkout(first) == desk.checkout(second)
    assert desk.charges() == 1


def test_another_amount_does_not_join_an_open_intent(desk: Desk) -> None:
    desk.intend()
    with pytest.raises(PaymentClosed):
        desk.intend(TOTAL + 1)


def test_a_payment_is_told_as_authorised_once(desk: Desk) -> None:
    payment_id = desk.intend()
    reference = desk.checkout(payment_id)
    assert desk.settle(payment_id) is Outcome.PENDING
    desk.page.pay(reference, card())
    assert desk.settle(payment_id) is Outcome.AUTHORISED
    assert desk.settle(payment_id) is Outcome.ALREADY
    assert desk.audit() == ["payment.authorised"]
    totals = desk.totals()
    assert (totals.authorised, totals.reserved, totals.captured) == (TOTAL, TOTAL, 0)
    assert totals.authorisation_id == payment_id


def test_a_paid_booking_is_not_paid_again(desk: Desk) -> None:
    payment_id = desk.authorised()
    with pytest.raises(AlreadyPaid):
        desk.intend()
    with pytest.raises(AlreadyPaid):
        desk.checkout(payment_id)


@pytest.mark.parametrize(
    ("title", "failure"), [("Declined", "declined"), ("Insufficient funds", "insufficient_funds")]
)
def test_a_declined_card_fails_and_the_next_try_is_a_new_intent(desk: Desk, title: str, failure: str) -> None:
    payment_id = desk.intend()
    desk.page.pay(desk.checkout(payment_id), card(title))
    assert desk.settle(payment_id) is Outcome.FAILED
    assert desk.settle(payment_id) is Outcome.ALREADY
    row = desk.row(payment_id)
    assert (row.state, row.failure) == (MoveState.FAILED, failure)
    with pytest.raises(PaymentClosed):
        desk.checkout(payment_id)
    assert desk.authorised() != payment_id
    assert desk.totals().authorised == TOTAL


def test_an_unknown_payment_is_missing(desk: Desk) -> None:
    with pytest.raises(Missing):
        desk.payments.read_gateway(new_id())
    with pytest.raises(Missing):
        desk.write(lambda uow: desk.payments.record(uow, new_id(), None))


def test_an_intent_the_gateway_never_heard_of_is_abandoned_after_half_an_hour(desk: Desk) -> None:
    payment_id = desk.intend()
    assert desk.settle(payment_id) is Outcome.PENDING
    desk.clock.move(timedelta(minutes=30))
    assert desk.settle(payment_id) is Outcome.FAILED
    assert desk.row(payment_id).failure == "abandoned"


def test_a_crash_between_the_gateways_page_and_our_note_of_it_is_repaired(desk: Desk) -> None:
    payment_id = desk.intend()
    made = desk.gateway.checkout(
        key=str(payment_id), amount=TOTAL, currency="USD", description="Booking", return_url=RETURN_URL
    )
    desk.page.pay(made.reference, card())
    assert desk.settle(payment_id) is Outcome.AUTHORISED
    assert desk.row(payment_id).gateway_reference == made.reference


def test_a_payment_that_was_given_up_counts_when_the_money_comes_after_all(desk: Desk) -> None:
    payment_id = desk.intend()
    desk.clock.move(timedelta(minutes=31))
    assert desk.settle(payment_id) is Outcome.FAILED
    made = desk.gateway.checkout(
        key=str(payment_id), amount=TOTAL, currency="USD", description="Booking", return_url=RETURN_URL
    )
    desk.page.pay(made.reference, card())
    assert desk.settle(payment_id) is Outcome.AUTHORISED
    assert desk.totals().reserved == TOTAL


def test_a_second_authorisation_is_given_back(desk: Desk) -> None:
    first = desk.intend()
    reference = desk.checkout(first)
    desk.write(
        lambda uow: desk.payments.record(uow, first, replace(_report(desk, first), state=ChargeState.FAILED))
    )
    second = desk.authorised()
    desk.page.pay(reference, card())
    assert desk.settle(first) is Outcome.ALREADY
    assert desk.row(first).failure == "duplicate"
    desk.run_moves()
    assert desk.charge(first).state == ChargeState.VOIDED
    assert desk.charge(second).state == ChargeState.AUTHORISED
    assert desk.totals().reserved == TOTAL
    assert desk.totals().authorisation_id == second
    assert desk.settle(first) is Outcome.ALREADY
    assert desk.moves_open() == []


def _report(desk: Desk, payment_id: UUID) -> ChargeReport:
    report = desk.payments.read_gateway(payment_id)
    assert report is not None
    return report


@pytest.mark.parametrize("change", [{"amount": TOTAL - 1}, {"currency": "EUR"}])
def test_money_that_is_not_what_was_asked_for_is_refused_and_released(
    desk: Desk, change: dict[str, Any], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    payment_id = desk.intend()
    desk.page.pay(desk.checkout(payment_id), card())
    report = replace(_report(desk, payment_id), **change)
    assert desk.write(lambda uow: desk.payments.record(uow, payment_id, report)) is Outcome.FAILED
    assert "payment.mismatch" in capsys.readouterr().out + caplog.text
    assert desk.write(lambda uow: desk.payments.record(uow, payment_id, report)) is Outcome.ALREADY
    assert desk.row(payment_id).failure == "mismatch"
    desk.run_moves()
    assert desk.charge(payment_id).state == ChargeState.VOIDED
    assert desk.totals().authorised == 0


def test_a_void_closes_a_checkout_that_is_still_open(desk: Desk) -> None:
    payment_id = desk.intend()
    reference = desk.checkout(payment_id)
    desk.void(payment_id)
    desk.run_moves()
    assert desk.charge(payment_id).state == ChargeState.VOIDED
    assert desk.row(payment_id).state is MoveState.FAILED
    desk.page.pay(reference, card())
    assert desk.settle(payment_id) is Outcome.ALREADY
    assert desk.charge(payment_id).state == ChargeState.VOIDED


def test_money_that_comes_while_the_void_is_on_its_way_is_released(desk: Desk) -> None:
    payment_id = desk.intend()
    reference = desk.checkout(payment_id)
    desk.void(payment_id)
    desk.page.pay(reference, card())
    assert desk.settle(payment_id) is Outcome.FAILED
    desk.run_moves()
    assert desk.charge(payment_id).state == ChargeState.VOIDED
    assert desk.totals().reserved == 0


def test_a_checkout_that_appears_after_its_void_cannot_be_paid(desk: Desk) -> None:
    payment_id = desk.intend()
    desk.void(payment_id)
    desk.run_moves()  # the gateway knows nothing yet
    made = desk.gateway.checkout(
        key=str(payment_id), amount=TOTAL, currency="USD", description="Booking", return_url=RETURN_URL
    )
    desk.page.pay(made.reference, card())
    assert desk.settle(payment_id) is Outcome.ALREADY
    desk.run_moves()
    assert desk.charge(payment_id).state == ChargeState.VOIDED


def test_an_intent_that_ends_while_the_page_is_made_sends_nobody_there(desk: Desk, monkeypatch) -> None:
    payment_id = desk.intend()
    inner = desk.payments._gateway
    checkout = inner.checkout

    def slow(**asked):
        made = checkout(**asked)
        desk.clock.move(timedelta(minutes=31))
        desk.write(lambda uow: desk.payments.record(uow, payment_id, None))
        return made

    monkeypatch.setattr(inner, "checkout", slow)
    with pytest.raises(PaymentClosed):
        desk.checkout(payment_id)
    desk.run_moves()
    assert desk.charge(payment_id).state == ChargeState.VOIDED


def test_a_void_is_the_same_when_asked_again(desk: Desk) -> None:
    payment_id = desk.authorised()
    first = desk.void(payment_id)
    assert desk.void(payment_id) == first
    desk.run_moves()
    assert desk.void(payment_id) == first
    totals = desk.totals()
    assert (totals.voided, totals.reserved) == (TOTAL, 0)
    assert desk.audit()[-1] == "payment.voided"


def test_nothing_above_what_is_left(desk: Desk) -> None:
    payment_id = desk.authorised()
    for amount in (0, -1, TOTAL + 1):
        with pytest.raises(AmountExceeded), desk.uow() as uow:
            desk.payments.intend_capture(uow, payment_id, amount)
    desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, TOTAL - 1))
    with pytest.raises(AmountExceeded):
        desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, 2))
    with pytest.raises(AmountExceeded):
        desk.write(lambda uow: desk.payments.intend_refund(uow, payment_id, TOTAL))


def test_what_is_not_authorised_cannot_be_captured(desk: Desk) -> None:
    payment_id = desk.intend()
    with pytest.raises(AmountExceeded):
        desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, 1))


def test_capture_takes_what_is_reserved_once(desk: Desk) -> None:
    desk.authorised()
    desk.payments.capture(desk.booking_id, SYSTEM)
    desk.payments.capture(desk.booking_id, SYSTEM)
    desk.run_moves()
    desk.payments.capture(desk.booking_id, SYSTEM)
    assert desk.totals().captured == TOTAL
    assert len(desk.jobs("payment.move")) == 1


@pytest.mark.parametrize("back", [0, 1, TOTAL // 2, TOTAL])
@pytest.mark.parametrize("before", ["authorised", "capturing", "captured", "part"])
def test_giving_back_ends_with_the_right_sums_whatever_was_done_before(
    desk: Desk, back: int, before: str
) -> None:
    payment_id = desk.authorised()
    if before != "authorised":
        amount = TOTAL // 4 if before == "part" else TOTAL
        desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, amount))
    if before in ("captured", "part"):
        desk.run_moves()
    desk.write(lambda uow: desk.payments.give_back(uow, desk.booking_id, back))
    desk.run_moves()
    totals = desk.totals()
    assert totals.paid == TOTAL - back
    assert totals.reserved == 0
    assert totals.captured + totals.voided == TOTAL
    with pytest.raises(AmountExceeded):
        desk.write(lambda uow: desk.payments.give_back(uow, desk.booking_id, TOTAL - back + 1))


def test_giving_back_nothing_of_nothing_is_nothing(desk: Desk) -> None:
    desk.write(lambda uow: desk.payments.give_back(uow, desk.booking_id, 0))
    with pytest.raises(AmountExceeded):
        desk.write(lambda uow: desk.payments.give_back(uow, desk.booking_id, 1))
    assert desk.totals().authorisation_id is None


def test_intents_of_one_transaction_keep_their_order(desk: Desk) -> None:
    payment_id = desk.authorised()

    def both(uow):
        return [desk.payments.intend_capture(uow, payment_id, 1) for _ in range(50)]

    made = desk.write(both)
    assert made == sorted(made)
    assert all(desk.row(move).move is Move.CAPTURE for move in made)
