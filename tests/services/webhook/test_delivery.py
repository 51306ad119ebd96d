"""From something that happens to a partner who knows: signed, once in effect, tried again, given up on, replayed."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from standardwebhooks import Webhook, WebhookVerificationError

from exodrive.core.actor import SYSTEM, Actor, ActorKind
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, IllegalMove, Missing
from exodrive.core.ledger import JobState
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.job.rates import JobRates
from exodrive.services.webhook.contracts import (
    PAUSES,
    TRIES,
    AddEndpoint,
    ChangeEndpoint,
    DeliveryState,
    Shut,
)
from exodrive.services.webhook.delivery import DeliveryService
from exodrive.services.webhook.event_contracts import EndpointPayload, Event, EventType
from exodrive.services.webhook.models import OutboundEvent
from exodrive.services.webhook.publisher import WebhookPublisher
from exodrive.services.webhook.rules import PATIENCE, REMEMBERED
from exodrive.services.webhook.targets import TargetRefused
from tests.services.booking.post import words
from tests.services.webhook.conftest import BOOKING, MANAGER, Exchange, event


def test_a_partner_is_told_and_can_check_who_says_so(exchange: Exchange) -> None:
    exchange.clock.set(datetime.now(UTC))  # the reference verifier reads the real clock
    partner = exchange.listen()
    exchange.happen()
    exchange.run()
    [(_, headers, body)] = exchange.receiver.requests
    told = Webhook(partner.secret).verify(body, headers)
    assert told["type"] == "booking.confirmed"
    assert told["version"] == 1
    assert told["data"] == {
        "id": str(BOOKING),
        "reference": "K7QM4TR9",
        "state": "confirmed",
        "car_id": str(BOOKING),
        "starts_at": "2026-06-01T10:00:00Z",
        "ends_at": "2026-06-04T10:00:00Z",
        "total": 267_000,
        "currency": "USD",
        "hold_expires_at": None,
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(partner.secret).verify(body.replace(b"K7QM", b"XXXX"), headers)
    [delivery] = exchange.log(partner)
    assert (delivery.state, delivery.status, delivery.tries) == (DeliveryState.DELIVERED, 204, 1)
    assert headers["webhook-id"] == str(delivery.event_id)
    assert exchange.see(partner).delivered_at == exchange.clock.now()
    assert exchange.post.failed() == []


def test_only_what_was_asked_for(exchange: Exchange) -> None:
    exchange.listen("payment.refunded")
    exchange.happen(EventType.BOOKING_CONFIRMED)
    exchange.happen(EventType.PAYMENT_REFUNDED)
    exchange.run()
    assert [json.loads(body)["type"] for _, _, body in exchange.receiver.requests] == ["payment.refunded"]


def test_what_did_not_happen_is_not_told(exchange: Exchange, get: Any) -> None:
    exchange.listen()
    with get(UnitOfWorkFactory)(SYSTEM) as uow:
        get(WebhookPublisher).publish(uow, [event(EventType.BOOKING_CONFIRMED)])
    exchange.run()
    assert exchange.receiver.requests == []


def test_an_event_that_is_not_thin_is_a_mistake_of_ours(exchange: Exchange) -> None:
    with pytest.raises(ValueError, match="bytes at most"):
        exchange.happen(reference="x" * 20_000)


def test_an_event_tells_what_its_type_promises(get: Any) -> None:
    other = EndpointPayload(endpoint_id=BOOKING)
    with get(UnitOfWorkFactory)(SYSTEM) as uow, pytest.raises(ValueError, match="another payload"):
        get(WebhookPublisher).publish(
            uow, [Event(type=EventType.CAR_CHANGED, subject_id=BOOKING, data=other)]
        )


def test_it_is_tried_again_by_the_plan_and_then_given_up(exchange: Exchange) -> None:
    partner = exchange.listen()
    exchange.receiver.answer(500, body=b"out of order")
    exchange.happen()
    exchange.run(timedelta(days=10))
    assert len(exchange.receiver.requests) == TRIES == 10
    assert len({headers["webhook-id"] for _, headers, _ in exchange.receiver.requests}) == 1
    assert len({body for _, _, body in exchange.receiver.requests}) == 1
    [delivery] = exchange.log(partner)
    assert (delivery.state, delivery.tries, delivery.status) == (DeliveryState.FAILED, 10, 500)
    tries = exchange.endpoints.story(delivery.id, MANAGER).tries
    waited = [(later.at - sooner.at).total_seconds() for later, sooner in itertools.pairwise(tries)]
    for seconds, planned in zip(reversed(waited), PAUSES, strict=True):
        assert planned * 0.75 <= seconds <= planned * 1.25
    assert {one.answer for one in tries} == {"out of order"}
    [job] = exchange.post.promised("webhook.deliver")
    assert job.state is JobState.DEAD
    assert exchange.see(partner).failing_since == tries[-1].at


def test_a_partner_who_comes_back_has_missed_nothing(exchange: Exchange) -> None:
    partner = exchange.listen()
    exchange.receiver.answer(503, 503, 503, 200)
    exchange.happen()
    exchange.run(timedelta(hours=1))
    [delivery] = exchange.log(partner)
    assert (delivery.state, delivery.tries) == (DeliveryState.DELIVERED, 4)
    assert exchange.see(partner).failing_since is None


def test_who_asks_to_be_left_alone_is(exchange: Exchange) -> None:
    exchange.listen()
    exchange.receiver.answer(429, 200, headers={"Retry-After": "1800"})
    exchange.happen()
    exchange.run(timedelta(minutes=29))
    assert len(exchange.receiver.requests) == 1
    exchange.run(timedelta(minutes=2))
    assert len(exchange.receiver.requests) == 2


def test_who_is_gone_is_not_asked_again(exchange: Exchange) -> None:
    partner = exchange.listen()
    exchange.receiver.answer(410)
    exchange.happen()
    exchange.happen()
    exchange.run(timedelta(days=10))
    assert len(exchange.receiver.requests) == 1
    assert exchange.see(partner).shut is Shut.GONE
    assert {one.state for one in exchange.log(partner)} == {DeliveryState.FAILED, DeliveryState.SKIPPED}
    exchange.happen()
    exchange.run()
    assert len(exchange.log(partner)) == 2
    exchange.post.run("email")
    assert exchange.post.subjects() == ["Webhooks to Palm Hotel have stopped"]
    assert "gone for good (410)" in words(exchange.post.mail("Webhooks to"))
    with pytest.raises(IllegalMove):
        exchange.endpoints.test(partner.endpoint_id, MANAGER)


def test_who_fails_for_days_is_shut_and_brought_up_to_date_when_opened(exchange: Exchange) -> None:
    partner = exchange.listen()
    exchange.receiver.answer(500)
    begun = exchange.clock.now()
    exchange.happen()
    exchange.run(PATIENCE)
    exchange.happen()
    exchange.run(timedelta(minutes=1))
    seen = exchange.see(partner)
    assert (seen.shut, seen.shut_at) == (Shut.FAILING, begun + PATIENCE)
    exchange.happen()
    exchange.receiver.answer(200)
    exchange.receiver.requests.clear()
    exchange.endpoints.open(partner.endpoint_id, MANAGER)
    exchange.endpoints.replay(partner.endpoint_id, begun, MANAGER)
    exchange.run(timedelta(minutes=1))
    assert len({headers["webhook-id"] for _, headers, _ in exchange.receiver.requests}) == 3
    assert exchange.see(partner).failing_since is None


def test_an_endpoint_is_not_flooded(exchange: Exchange, get: Any) -> None:
    """What is over the rate waits for the next minute, and it is no try."""
    partner = exchange.listen()
    for _ in range(600):
        get(JobRates).take(f"webhook:{partner.endpoint_id}", 600)
    exchange.happen()
    exchange.run()
    [delivery] = exchange.log(partner)
    assert (delivery.state, delivery.tries, exchange.receiver.requests) == (DeliveryState.PENDING, 0, [])
    [job] = exchange.post.promised("webhook.deliver")
    assert (job.state, job.attempts, job.error_code) == (JobState.RETRYING, 0, "over_rate")


def test_a_secret_is_changed_without_a_gap(exchange: Exchange) -> None:
    exchange.clock.set(datetime.now(UTC))
    old = exchange.listen()
    new = exchange.endpoints.rotate(old.endpoint_id, MANAGER)
    exchange.happen()
    exchange.run()
    [(_, headers, body)] = exchange.receiver.requests
    assert Webhook(old.secret).verify(body, headers) == Webhook(new.secret).verify(body, headers)
    exchange.clock.set(exchange.clock.now() + timedelta(hours=25))
    exchange.happen()
    exchange.run()
    assert len(exchange.receiver.requests[1][1]["webhook-signature"].split()) == 1


def test_one_delivery_is_sent_again_under_the_same_id(exchange: Exchange) -> None:
    partner = exchange.listen()
    exchange.happen()
    exchange.run()
    [first] = exchange.log(partner)
    exchange.endpoints.send_again(first.id, MANAGER)
    exchange.run()
    assert [one.replay for one in exchange.log(partner)] == [1, 0]
    assert len({headers["webhook-id"] for _, headers, _ in exchange.receiver.requests}) == 1
    exchange.endpoints.change(
        partner.endpoint_id, ChangeEndpoint(description="Palm", events=["payment.failed"]), MANAGER
    )
    with pytest.raises(IllegalMove):
        exchange.endpoints.send_again(first.id, MANAGER)


def test_a_test_is_sent_to_one_only(exchange: Exchange) -> None:
    partner, other = exchange.listen(), exchange.listen()
    exchange.endpoints.test(partner.endpoint_id, MANAGER)
    exchange.run()
    assert [json.loads(body)["type"] for _, _, body in exchange.receiver.requests] == ["webhook.test"]
    assert exchange.log(other) == []


def test_many_events_are_told_once_each_whoever_carries_them(
    exchange: Exchange, get: Any, database: Database
) -> None:
    partner = exchange.listen()
    for _ in range(60):
        exchange.happen()
    service = get(DeliveryService)
    with ThreadPoolExecutor(6) as pool:
        told = sum(pool.map(lambda _: service.fan_out(), range(6)))
    assert told == 60
    assert (
        len(list(exchange.endpoints.deliveries(partner.endpoint_id, MANAGER))) == 51
    )  # a page, and that there is more
    with database.read() as connection:
        events = connection.execute(
            select(OutboundEvent.position, OutboundEvent.at).order_by(OutboundEvent.position)
        ).all()
        sent = connection.execute(text("SELECT count(*) FROM webhook_delivery")).scalar_one()
    assert (len({row.position for row in events}), sent) == (60, 60)
    assert [row.at for row in events] == sorted(row.at for row in events)


def test_what_is_old_is_forgotten_whole(exchange: Exchange, get: Any, database: Database) -> None:
    exchange.listen()
    exchange.happen()
    exchange.run()
    exchange.clock.set(exchange.clock.now() + REMEMBERED + timedelta(seconds=1))
    exchange.happen()
    exchange.run()
    assert get(DeliveryService).prune() == 1
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(OutboundEvent)).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM webhook_try")).scalar_one() == 1


def test_secrets_and_addresses_are_encrypted(exchange: Exchange, database: Database) -> None:
    partner = exchange.listen()
    with database.read() as connection:
        row = connection.execute(text("SELECT secret, url FROM webhook_endpoint")).one()
    assert partner.secret.encode() not in bytes(row.secret)
    assert exchange.receiver.url.encode() not in bytes(row.url)


def test_agents_and_strangers_are_refused(exchange: Exchange) -> None:
    partner = exchange.listen()
    agent = Actor(kind=ActorKind.STAFF, id=str(uuid4()), role=StaffRole.AGENT)
    for attempt in (
        lambda: exchange.endpoints.everything(agent),
        lambda: exchange.endpoints.rotate(partner.endpoint_id, agent),
        lambda: exchange.endpoints.test(partner.endpoint_id, SYSTEM),
    ):
        with pytest.raises(Forbidden):
            attempt()
    with pytest.raises(Missing):
        exchange.endpoints.get(uuid4(), MANAGER)


def test_an_address_that_nothing_is_sent_to_is_refused_when_it_is_given(exchange: Exchange) -> None:
    with pytest.raises(TargetRefused):
        exchange.endpoints.add(
            AddEndpoint(url="gopher://partner.example", description="x", events=["booking.confirmed"]),
            MANAGER,
        )
