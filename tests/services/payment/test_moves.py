"""Captures, voids and refunds on their way to the gateway."""

from typing import Any

import pytest
from sqlalchemy import QueuePool

from exodrive.core.db import Database
from exodrive.services.payment.contracts import ChargeState, ExecuteMove, MoveState
from exodrive.services.payment.gateway import GatewayUnavailable
from exodrive.services.payment.guarded import GuardedGateway
from tests.services.payment.conftest import TOTAL, Desk


def test_a_move_is_written_with_its_job_and_carried_out_once(desk: Desk) -> None:
    payment_id = desk.authorised()
    move = desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, TOTAL))
    (job,) = desk.jobs("payment.move")
    assert str(move) in job.payload
    assert job.subject_id == desk.booking_id
    desk.moves.execute(move)
    desk.moves.execute(move)
    assert desk.charge(payment_id).captured == TOTAL
    assert desk.audit() == ["payment.authorised", "payment.captured"]
    assert desk.totals().paid == TOTAL


def test_an_intent_that_is_rolled_back_leaves_neither_row_nor_job(desk: Desk) -> None:
    payment_id = desk.authorised()
    with desk.uow() as uow:
        desk.payments.intend_capture(uow, payment_id, TOTAL)
    assert desk.moves_open() == []
    assert desk.jobs("payment.move") == []


def test_a_crash_after_the_gateways_deed_is_repaired_by_the_same_key(desk: Desk) -> None:
    payment_id = desk.authorised()
    move = desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, 40_000))
    desk.gateway.capture(desk.charge(payment_id).reference, 40_000, desk.row(move).idempotency_key)
    desk.moves.execute(move)
    assert desk.charge(payment_id).captured == 40_000
    assert desk.row(move).state is MoveState.SUCCEEDED


def test_later_moves_wait_for_earlier_ones(desk: Desk) -> None:
    payment_id = desk.authorised()
    desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, 40_000))
    void = desk.void(payment_id)
    desk.moves.execute(void)
    charge = desk.charge(payment_id)
    assert (charge.captured, charge.released) == (40_000, 60_000)
    assert desk.totals().reserved == 0


def test_a_gateway_that_is_silent_leaves_the_move_open(desk: Desk, monkeypatch: Any) -> None:
    payment_id = desk.authorised()
    move = desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, 1))

    def silent(*_: Any) -> None:
        raise GatewayUnavailable("silence")

    with monkeypatch.context() as patch:
        patch.setattr(desk.moves._gateway, "capture", silent)
        with pytest.raises(GatewayUnavailable):
            desk.moves.execute(move)
    assert desk.row(move).state is MoveState.OPEN
    desk.moves.execute(move)
    assert desk.row(move).state is MoveState.SUCCEEDED


def test_a_refused_capture_fails_and_its_refund_with_it(desk: Desk) -> None:
    payment_id = desk.authorised()
    capture = desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, TOTAL))
    refund = desk.write(lambda uow: desk.payments.intend_refund(uow, payment_id, TOTAL))
    desk.gateway.void(desk.charge(payment_id).reference, "by the gateway's own staff")
    desk.run_moves()
    assert [desk.row(move).failure for move in (capture, refund)] == ["refused", "refused"]
    totals = desk.totals()
    assert (totals.captured, totals.refunded) == (0, 0)
    assert desk.audit()[1:] == ["payment.move_failed", "payment.move_failed"]


def test_a_void_also_releases_what_a_refused_capture_left(desk: Desk, monkeypatch: Any) -> None:
    payment_id = desk.authorised()
    capture = desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, 40_000))
    void = desk.void(payment_id)
    assert desk.row(void).amount == 60_000
    reference = desk.charge(payment_id).reference
    desk.gateway.void(reference, "first")
    desk.moves.execute(void)
    assert desk.row(capture).state is MoveState.FAILED
    assert desk.row(void).amount == TOTAL
    assert desk.totals().reserved == 0
    assert desk.charge(payment_id).state == ChargeState.VOIDED


def test_refunds_add_up_to_what_was_captured(desk: Desk) -> None:
    payment_id = desk.captured(40_000)
    for amount in (30_000, 10_000):
        with desk.uow() as uow:
            move = desk.payments.intend_refund(uow, payment_id, amount)
            uow.commit()
        desk.moves.execute(move)
    totals = desk.totals()
    assert (totals.captured, totals.refunded, totals.paid, totals.reserved) == (40_000, 40_000, 0, 60_000)


def test_no_connection_is_held_while_the_gateway_is_asked(
    desk: Desk, database: Database, monkeypatch: Any
) -> None:
    """A connection that is checked out during a network call would be a transaction kept waiting."""
    held: list[int] = []
    gateway, pool = desk.payments._gateway, database.engine.pool
    assert isinstance(gateway, GuardedGateway)
    assert isinstance(pool, QueuePool)
    inner = gateway._inner
    for name in ("checkout", "read", "find", "capture", "void", "refund"):
        method = getattr(inner, name)

        def watched(*args: Any, _method: Any = method, **named: Any) -> Any:
            held.append(pool.checkedout())
            return _method(*args, **named)

        monkeypatch.setattr(inner, name, watched)
    never_opened = desk.intend()
    desk.settle(never_opened)
    payment_id = desk.captured(40_000)
    desk.moves.execute(desk.write(lambda uow: desk.payments.intend_refund(uow, payment_id, 1)))
    desk.moves.execute(desk.void(payment_id))
    assert len(held) == 6
    assert set(held) == {0}


def test_the_job_names_its_booking() -> None:
    assert ExecuteMove.__dataclass_fields__.keys() == {"payment_id", "booking_id"}
