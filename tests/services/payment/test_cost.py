"""How many round trips money costs: these counts are promises."""

from typing import Any

import pytest

from exodrive.core.db import Database
from exodrive.services.payment.contracts import ChargeReport
from tests.services.payment.conftest import TOTAL, Desk, card
from tests.statements import statements


@pytest.fixture
def paid(desk: Desk) -> tuple[Any, ChargeReport]:
    payment_id = desk.intend()
    desk.page.pay(desk.checkout(payment_id), card())
    report = desk.payments.read_gateway(payment_id)
    assert report is not None
    return payment_id, report


def test_an_intent_is_a_look_and_a_row(desk: Desk, database: Database) -> None:
    with desk.uow() as uow, statements(database) as sent:
        desk.payments.intend_authorise(uow, desk.booking_id, TOTAL, "USD")
    assert len(sent) == 2


def test_an_outcome_is_a_lock_a_sum_a_row_and_its_audit(desk: Desk, database: Database, paid: Any) -> None:
    with desk.uow() as uow, statements(database) as sent:
        desk.payments.record(uow, *paid)
    assert len(sent) == 4
    desk.write(lambda uow: desk.payments.record(uow, *paid))
    with desk.uow() as uow, statements(database) as sent:
        desk.payments.record(uow, *paid)
    assert len(sent) == 2


def test_totals_are_one_query_however_many_moves(desk: Desk, database: Database) -> None:
    payment_id = desk.captured(40_000)
    for _ in range(5):
        desk.write(lambda uow: desk.payments.intend_refund(uow, payment_id, 1_000))
    desk.run_moves()
    with statements(database) as sent:
        totals = desk.totals()
    assert len(sent) == 1
    assert (totals.captured, totals.refunded) == (40_000, 5_000)
