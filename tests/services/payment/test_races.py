"""Many at once: threads on real connections, started together."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from exodrive.services.payment.contracts import ChargeState, MoveState, Outcome
from exodrive.services.payment.errors import AmountExceeded
from tests.services.payment.conftest import TOTAL, Desk, card


def at_once(*calls: Callable[[], object]) -> list[Any]:
    """Run all calls in threads that start together."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_eight_tabs_make_one_intent_and_one_charge(desk: Desk) -> None:
    intents = set(at_once(*[desk.intend] * 8))
    assert len(intents) == 1
    (payment_id,) = intents
    assert len(set(at_once(*[lambda: desk.checkout(payment_id)] * 8))) == 1
    assert desk.charges() == 1


def test_two_webhooks_the_return_and_the_sweeper_settle_a_payment_once(desk: Desk) -> None:
    for _ in range(5):
        payment_id = desk.intend()
        desk.page.pay(desk.checkout(payment_id), card())
        outcomes = at_once(*[partial(desk.settle, payment_id)] * 4)
        assert sorted(outcomes) == [Outcome.ALREADY] * 3 + [Outcome.AUTHORISED]
        desk.void(payment_id)
        desk.run_moves()
    assert desk.audit().count("payment.authorised") == 5
    assert desk.totals().reserved == 0


def test_of_two_paid_charges_one_is_kept(desk: Desk) -> None:
    first = desk.intend()
    first_reference = desk.checkout(first)
    with desk.uow() as uow:  # the first was given up, though its page is still open in a tab
        uow.session.connection().exec_driver_sql("UPDATE payment SET state = 'failed', failure = 'abandoned'")
        uow.commit()
    second = desk.intend()
    desk.page.pay(desk.checkout(second), card())
    desk.page.pay(first_reference, card())
    outcomes = at_once(*[lambda: desk.settle(first), lambda: desk.settle(second)] * 3)
    assert outcomes.count(Outcome.AUTHORISED) == 1
    desk.run_moves()
    states = {desk.charge(payment_id).state for payment_id in (first, second)}
    assert states == {ChargeState.AUTHORISED, ChargeState.VOIDED}
    assert desk.totals().reserved == TOTAL


def test_eight_refunds_at_once_never_exceed_what_was_captured(desk: Desk) -> None:
    payment_id = desk.captured(TOTAL)

    def refund() -> bool:
        try:
            desk.write(lambda uow: desk.payments.intend_refund(uow, payment_id, 30_000))
        except AmountExceeded:
            return False
        return True

    assert sum(at_once(*[refund] * 8)) == 3
    moves = desk.moves_open()
    at_once(*[partial(desk.moves.execute, move) for move in moves for _ in range(2)])
    assert desk.totals().refunded == desk.charge(payment_id).refunded == 90_000


def test_captures_and_voids_at_once_share_what_is_reserved(desk: Desk) -> None:
    payment_id = desk.authorised()

    def capture() -> bool:
        try:
            desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, 30_000))
        except AmountExceeded:
            return False
        return True

    def void() -> bool:
        return desk.write(lambda uow: desk.payments.intend_void(uow, payment_id)) is not None

    at_once(*[capture] * 5, *[void] * 3)
    at_once(*[partial(desk.moves.execute, move) for move in desk.moves_open() for _ in range(2)])
    totals, charge = desk.totals(), desk.charge(payment_id)
    assert totals.captured + totals.voided == TOTAL
    assert (charge.captured, charge.released) == (totals.captured, totals.voided)


def test_a_move_that_two_workers_carry_out_happens_once(desk: Desk) -> None:
    payment_id = desk.authorised()
    move = desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, 40_000))
    at_once(*[lambda: desk.moves.execute(move)] * 6)
    assert desk.charge(payment_id).captured == 40_000
    assert desk.row(move).state is MoveState.SUCCEEDED
    assert desk.audit().count("payment.captured") == 1


def test_a_payment_and_its_void_at_once_leave_no_money_reserved(desk: Desk) -> None:
    for _ in range(5):
        payment_id = desk.intend()
        reference = desk.checkout(payment_id)
        at_once(
            partial(desk.page.pay, reference, card()),
            partial(desk.void, payment_id),
            partial(desk.settle, payment_id),
        )
        desk.settle(payment_id)
        desk.run_moves()
        assert desk.charge(payment_id).state == ChargeState.VOIDED
        assert desk.totals().reserved == 0
