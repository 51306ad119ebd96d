"""Webhooks in, and the sweeper."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
import wireup
from sqlalchemy import select, text

from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.services.payment.contracts import Outcome, SendSandboxWebhook
from exodrive.services.payment.events import PaymentEventService, PaymentSweeper
from exodrive.services.payment.gateway import BadSignature
from exodrive.services.payment.models import WebhookEvent
from exodrive.services.payment.sandbox import webhook
from exodrive.settings import Settings
from tests.services.payment.conftest import TOTAL, Desk, card


@pytest.fixture
def events(container: wireup.SyncContainer) -> PaymentEventService:
    return container.get(PaymentEventService)


@pytest.fixture
def sweeper(container: wireup.SyncContainer) -> PaymentSweeper:
    return container.get(PaymentSweeper)


@pytest.fixture
def signed(settings: Settings, desk: Desk) -> Any:
    """`signed(reference, event_id)`: headers and body as the sandbox sends them."""

    def make(reference: str, event_id: str = "evt_1") -> tuple[dict[str, str], bytes]:
        now = desk.clock.now()
        body = webhook.compose(
            SendSandboxWebhook(reference=reference, event_id=event_id, kind="charge.authorised"), now
        )
        secret = settings.sandbox_webhook_secret.get_secret_value()
        return {webhook.HEADER: webhook.sign(secret, body, now)}, body

    return make


def stored(database: Database) -> list[WebhookEvent]:
    with database.sessions() as session:
        return list(session.scalars(select(WebhookEvent).order_by(WebhookEvent.id)))


def test_an_event_is_stored_raw_once_with_its_job(desk: Desk, events, signed, database: Database) -> None:
    reference = desk.checkout(desk.intend())
    headers, body = signed(reference)
    for _ in range(3):
        events.receive("sandbox", headers, body)
    (row,) = stored(database)
    assert (row.source, row.event_id, row.kind, row.gateway_reference) == (
        "sandbox",
        "evt_1",
        "charge.authorised",
        reference,
    )
    assert row.body == body.decode()
    with database.read() as connection:
        at_rest = connection.exec_driver_sql("SELECT body FROM webhook_event").scalar_one()
    assert reference.encode() not in bytes(at_rest)
    (job,) = desk.jobs("payment.event")
    assert orjson.loads(job.payload) == {"event_id": str(row.id)}


def test_an_unsigned_event_leaves_nothing(desk: Desk, events, signed, database: Database) -> None:
    headers, body = signed("sbx_1")
    with pytest.raises(BadSignature):
        events.receive("sandbox", headers, body + b" ")
    assert stored(database) == []
    assert desk.jobs("payment.event") == []


def test_a_gateway_that_is_not_in_use_is_missing(events, signed) -> None:
    with pytest.raises(Missing):
        events.receive("stripe", *signed("sbx_1"))


def test_reading_an_event_has_its_payment_settled_once(
    desk: Desk, events, signed, database: Database
) -> None:
    payment_id = desk.intend()
    events.receive("sandbox", *signed(desk.checkout(payment_id)))
    (row,) = stored(database)
    events.read(row.id)
    events.read(row.id)
    (job,) = desk.jobs("payment.settle")
    assert orjson.loads(job.payload) == {"payment_id": str(payment_id), "booking_id": str(desk.booking_id)}
    assert job.cause["actor"] == "gateway"
    assert stored(database)[0].processed_at == desk.clock.now()


def test_each_event_has_a_settling_of_its_own(desk: Desk, events, signed, database: Database) -> None:
    """A settling that runs already may have asked the gateway before the second change."""
    reference = desk.checkout(desk.intend())
    for event_id in ("evt_1", "evt_2"):
        events.receive("sandbox", *signed(reference, event_id))
    for row in stored(database):
        events.read(row.id)
    assert len(desk.jobs("payment.settle")) == 2


def test_an_event_about_nothing_we_know_is_put_aside(desk: Desk, events, signed, database: Database) -> None:
    events.receive("sandbox", *signed("sbx_of_someone_else"))
    (row,) = stored(database)
    events.read(row.id)
    assert stored(database)[0].processed_at is not None
    assert desk.jobs("payment.settle") == []
    events.read(new_id())


def test_the_sweeper_asks_after_2_6_and_12_minutes(desk: Desk, sweeper: PaymentSweeper) -> None:
    desk.checkout(desk.intend())
    looks = []
    for minute in range(1, 13):
        desk.clock.move(timedelta(minutes=1))
        if sweeper.sweep():
            looks.append(minute)
    assert looks == [2, 6, 12]
    assert len(desk.jobs("payment.settle")) == 1, "while one is open, another promise is the same"


def test_the_sweeper_finds_a_payment_whose_tab_was_closed(desk: Desk, sweeper: PaymentSweeper) -> None:
    payment_id = desk.intend()
    desk.page.pay(desk.checkout(payment_id), card("Closed tab"))
    assert desk.jobs("sandbox.webhook") == []
    desk.clock.move(timedelta(minutes=2))
    assert sweeper.sweep() == 1
    assert desk.settle(payment_id) is Outcome.AUTHORISED
    assert sweeper.sweep() == 0


def test_the_sweeper_takes_up_moves_that_were_left(desk: Desk, sweeper: PaymentSweeper) -> None:
    payment_id = desk.authorised()
    desk.write(lambda uow: desk.payments.intend_capture(uow, payment_id, TOTAL))
    with desk.uow() as uow:  # the promise is lost, as when an operator cancels the job
        uow.session.execute(_CANCEL_JOBS)
        uow.commit()
    desk.clock.move(timedelta(hours=2))
    assert sweeper.sweep() == 1
    assert len(desk.jobs("payment.move")) == 2
    desk.run_moves()
    desk.clock.move(timedelta(days=1))
    assert sweeper.sweep() == 0


_CANCEL_JOBS = text("UPDATE job SET state = 'cancelled'")
