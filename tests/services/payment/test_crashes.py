"""The line goes dead before the gateway hears us, or after it has done what we asked: the sums are right in the end."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
import wireup

from exodrive.core.clock import ManualClock
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.payment.announcing import PaymentEvents
from exodrive.services.payment.contracts import ChargeState, Outcome
from exodrive.services.payment.events import PaymentSweeper
from exodrive.services.payment.gateway import Gateway, GatewayUnavailable
from exodrive.services.payment.moves import MoveService
from exodrive.services.payment.sandbox.adapter import SandboxGateway
from exodrive.services.payment.service import PaymentService
from exodrive.settings import Settings
from tests.services.payment.conftest import TOTAL, Desk, card


class BadLine:
    """The sandbox at the end of a line that fails the first time it is used for each kind of call."""

    def __init__(self, inner: SandboxGateway, when: str) -> None:
        self._inner = inner
        self._when = when
        self._failed: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not callable(method) or name in self._failed:
            return method

        def call(*args: Any, **named: Any) -> Any:
            self._failed.add(name)
            if self._when == "after":
                method(*args, **named)
            raise GatewayUnavailable("the line is dead")

        return call


@pytest.fixture(params=["before", "after"])
def unlucky(
    request: pytest.FixtureRequest, desk: Desk, container: wireup.SyncContainer, settings: Settings
) -> Desk:
    """A desk whose calls fail once, before or after the gateway's deed."""
    line = cast(Gateway, BadLine(SandboxGateway(desk.database, desk.clock, settings), request.param))
    parts: Any = {
        "uow": container.get(UnitOfWorkFactory),
        "database": desk.database,
        "gateway": line,
        "audit": container.get(AuditService),
        "events": container.get(PaymentEvents),
    }
    desk.payments, desk.moves = PaymentService(**parts), MoveService(**parts)
    return desk


def again(act: Callable[[], Any]) -> Any:
    """Once in vain, then once more, as the customer, the job or the sweeper would."""
    with pytest.raises(GatewayUnavailable):
        act()
    return act()


def test_a_payment_from_its_page_to_its_refund(unlucky: Desk) -> None:
    payment_id = unlucky.intend()
    reference = again(lambda: unlucky.checkout(payment_id))
    assert unlucky.charges() == 1
    unlucky.page.pay(reference, card())
    assert again(lambda: unlucky.settle(payment_id)) is Outcome.AUTHORISED
    capture = unlucky.write(lambda uow: unlucky.payments.intend_capture(uow, payment_id, 60_000))
    again(lambda: unlucky.moves.execute(capture))
    void = unlucky.void(payment_id)
    again(lambda: unlucky.moves.execute(void))
    refund = unlucky.write(lambda uow: unlucky.payments.intend_refund(uow, payment_id, 10_000))
    again(lambda: unlucky.moves.execute(refund))
    charge, totals = unlucky.charge(payment_id), unlucky.totals()
    assert (charge.captured, charge.released, charge.refunded) == (60_000, 40_000, 10_000)
    assert (totals.captured, totals.voided, totals.refunded) == (60_000, 40_000, 10_000)
    assert (totals.paid, totals.reserved) == (50_000, 0)


def test_a_customer_who_never_reached_the_page_and_never_comes_back(
    unlucky: Desk, container: wireup.SyncContainer
) -> None:
    payment_id = unlucky.intend()
    with pytest.raises(GatewayUnavailable):
        unlucky.checkout(payment_id)
    sweeper, outcome = container.get(PaymentSweeper), Outcome.PENDING
    for _ in _minutes(unlucky.clock, 300):
        if sweeper.sweep():
            try:
                outcome = unlucky.settle(payment_id)
            except GatewayUnavailable:
                continue
        if outcome is Outcome.FAILED:
            break
    assert outcome is Outcome.FAILED
    assert unlucky.row(payment_id).failure in ("abandoned", "expired")
    assert unlucky.totals().reserved == 0
    assert unlucky.intend() != payment_id


def test_a_customer_who_paid_although_our_note_of_the_page_was_lost(unlucky: Desk) -> None:
    payment_id = unlucky.intend()
    with pytest.raises(GatewayUnavailable):
        unlucky.checkout(payment_id)
    reference = unlucky.checkout(payment_id)
    unlucky.page.pay(reference, card())
    with pytest.raises(GatewayUnavailable):
        unlucky.settle(payment_id)
    assert unlucky.settle(payment_id) is Outcome.AUTHORISED
    assert unlucky.charge(payment_id).state == ChargeState.AUTHORISED
    assert unlucky.totals().reserved == TOTAL


def _minutes(clock: ManualClock, count: int) -> Iterator[int]:
    for minute in range(count):
        clock.move(timedelta(minutes=1))
        yield minute
