"""Endpoints of partners: their own only, told of what is theirs, under the rules that hold for everybody."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook

from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, IllegalMove, Missing
from exodrive.services.partner.contracts import PartnerState
from exodrive.services.partner.models import Partner
from exodrive.services.webhook.contracts import (
    MOST_ENDPOINTS,
    AddEndpoint,
    ChangeEndpoint,
    DeliveryState,
    NewSecret,
    Shut,
)
from exodrive.services.webhook.delivery import DeliveryService
from exodrive.services.webhook.errors import TooManyEndpoints
from exodrive.services.webhook.event_contracts import EventType
from exodrive.services.webhook.rules import PATIENCE, REMEMBERED
from exodrive.services.webhook.service import PartnerEndpointService
from exodrive.services.webhook.targets import TargetRefused
from tests.services.booking.post import words
from tests.services.webhook.conftest import MANAGER, Exchange, partner_of

CHANGE = ChangeEndpoint(description="Another", events=["payment.failed"])


@pytest.fixture
def palm(database: Database) -> Actor:
    return partner_of(database)


@pytest.fixture
def plaza(database: Database) -> Actor:
    return partner_of(database, name="Plaza", email="desk@plaza.example")


def arrived(exchange: Exchange) -> list[tuple[str, str | None]]:
    """What the receiver was sent: types and references."""
    bodies = [json.loads(body) for _, _, body in exchange.receiver.requests]
    return [(told["type"], told["data"].get("reference")) for told in bodies]


def test_a_partner_is_told_of_its_own_and_can_check_who_says_so(exchange: Exchange, palm: Actor) -> None:
    exchange.clock.set(datetime.now(UTC))  # the reference verifier reads the real clock
    mine = exchange.listen(partner=palm)
    exchange.happen(partner=palm)
    exchange.run()
    [(_, headers, body)] = exchange.receiver.requests
    assert Webhook(mine.secret).verify(body, headers)["data"]["reference"] == "K7QM4TR9"
    new = exchange.own.rotate(mine.endpoint_id, palm)
    exchange.own.test(mine.endpoint_id, palm)
    exchange.run()
    _, headers, body = exchange.receiver.requests[1]
    for secret in (mine.secret, new.secret):
        assert Webhook(secret).verify(body, headers)["type"] == "webhook.test"


def test_who_is_told_of_what(exchange: Exchange, palm: Actor, plaza: Actor) -> None:
    def happen() -> None:
        exchange.receiver.requests.clear()
        exchange.happen(reference="PALM", partner=palm)
        exchange.happen(reference="PLAZA", partner=plaza)
        exchange.happen(reference="NOBODYS")
        exchange.happen(EventType.CAR_CHANGED)
        exchange.run()

    theirs = exchange.listen(partner=palm)
    happen()
    told = [("booking.confirmed", "PALM"), ("car.changed", None)]
    assert arrived(exchange) == told
    exchange.receiver.requests.clear()
    exchange.run(timedelta(seconds=1))
    exchange.own.replay(theirs.endpoint_id, exchange.clock.now() - timedelta(days=1), palm)
    exchange.run()
    assert arrived(exchange) == told
    exchange.own.shut(theirs.endpoint_id, palm)
    exchange.listen()
    happen()
    assert len(arrived(exchange)) == 4


def _deeds(own: PartnerEndpointService, endpoint: UUID, delivery: UUID) -> list[Callable[[Actor], object]]:
    """Everything that can be done with an endpoint, in an order in which all of it succeeds."""
    return [
        lambda actor: own.get(endpoint, actor),
        lambda actor: own.deliveries(endpoint, actor),
        lambda actor: own.story(delivery, actor),
        lambda actor: own.send_again(delivery, actor),
        lambda actor: own.test(endpoint, actor),
        lambda actor: own.replay(endpoint, datetime(2026, 5, 1, tzinfo=UTC), actor),
        lambda actor: own.change(endpoint, CHANGE, actor),
        lambda actor: own.rotate(endpoint, actor),
        lambda actor: own.shut(endpoint, actor),
        lambda actor: own.open(endpoint, actor),
        lambda actor: own.remove(endpoint, actor),
    ]


def test_what_is_anothers_or_nobodys_is_missing_alike(
    exchange: Exchange, palm: Actor, plaza: Actor, database: Database
) -> None:
    mine = exchange.listen(partner=palm)
    ours = exchange.listen()
    exchange.happen(partner=palm)
    exchange.run()
    [delivery] = exchange.log(mine)
    [of_ours] = exchange.log(ours)
    known = _deeds(exchange.own, mine.endpoint_id, delivery.id)
    houses = _deeds(exchange.own, ours.endpoint_id, of_ours.id)
    nothing = _deeds(exchange.own, uuid4(), uuid4())
    for deed, of_house, of_nobody in zip(known, houses, nothing, strict=True):
        answers = set()
        for foreign, actor in ((deed, plaza), (of_house, palm), (of_nobody, palm)):
            with pytest.raises(Missing) as refused:
                foreign(actor)
            answers.add(refused.value.message)
        assert len(answers) == 1
        for actor in (MANAGER, SYSTEM):
            with pytest.raises(Forbidden):
                deed(actor)
    assert exchange.own.everything(plaza) == ()
    assert exchange.see(mine).events != ("payment.failed",)
    for deed in known:
        deed(palm)
    with database.read() as connection:
        audited = connection.execute(
            text(
                "SELECT DISTINCT actor_kind, actor_id FROM audit_entry WHERE subject_id = :id"
                " AND action LIKE 'webhook.%'"
            ),
            {"id": mine.endpoint_id},
        ).all()
    assert [tuple(row) for row in audited] == [("partner", palm.id)]


def test_a_list_of_ones_own(exchange: Exchange, palm: Actor, plaza: Actor) -> None:
    mine = exchange.listen(partner=palm)
    exchange.listen(partner=plaza)
    exchange.listen()
    [seen] = exchange.own.everything(palm)
    assert (seen.id, seen.partner_id, seen.partner) == (mine.endpoint_id, UUID(palm.id), "Palm Hotel")
    assert [one.partner for one in exchange.endpoints.everything(MANAGER)] == ["Palm Hotel", "Plaza", None]
    assert exchange.endpoints.of_partner(UUID(palm.id), MANAGER) == (seen,)
    with pytest.raises(Forbidden):
        exchange.endpoints.of_partner(UUID(palm.id), palm)


def test_the_rules_for_addresses_are_the_same(exchange: Exchange, palm: Actor) -> None:
    command = AddEndpoint(url="gopher://partner.example", description="x", events=["booking.confirmed"])
    with pytest.raises(TargetRefused):
        exchange.own.add(command, palm)


def test_ten_at_most_however_many_come_at_once(exchange: Exchange, palm: Actor, plaza: Actor) -> None:
    def try_one(_: int) -> NewSecret | None:
        try:
            return exchange.listen(partner=palm)
        except TooManyEndpoints:
            return None

    with ThreadPoolExecutor(6) as pool:
        made = [one for one in pool.map(try_one, range(MOST_ENDPOINTS + 5)) if one]
    assert len(made) == len(exchange.own.everything(palm)) == MOST_ENDPOINTS
    exchange.listen(partner=plaza)
    exchange.own.remove(made[0].endpoint_id, palm)
    exchange.listen(partner=palm)
    with pytest.raises(TooManyEndpoints) as refused:
        exchange.listen(partner=palm)
    assert (refused.value.kind, refused.value.code) == ("conflict", "too_many_endpoints")
    exchange.listen()


def test_off_by_whom(exchange: Exchange, palm: Actor) -> None:
    mine = exchange.listen(partner=palm)
    exchange.own.shut(mine.endpoint_id, palm)
    assert exchange.see(mine).shut is Shut.BY_PARTNER
    exchange.own.open(mine.endpoint_id, palm)
    exchange.endpoints.shut(mine.endpoint_id, MANAGER)
    with pytest.raises(IllegalMove, match="We have switched"):
        exchange.own.open(mine.endpoint_id, palm)
    exchange.endpoints.open(mine.endpoint_id, MANAGER)
    assert exchange.own.get(mine.endpoint_id, palm).shut is None


def test_one_that_is_removed_is_gone_for_everybody(
    exchange: Exchange, palm: Actor, get: Any, database: Database
) -> None:
    mine = exchange.listen(partner=palm)
    exchange.happen(partner=palm)
    exchange.run()
    [delivery] = exchange.log(mine)
    exchange.happen(partner=palm)
    get(DeliveryService).fan_out()
    exchange.own.remove(mine.endpoint_id, palm)
    exchange.run()
    assert len(exchange.receiver.requests) == 1
    assert (exchange.own.everything(palm), exchange.endpoints.everything(MANAGER)) == ((), ())
    for look in (
        lambda: exchange.see(mine),
        lambda: exchange.log(mine),
        lambda: exchange.endpoints.story(delivery.id, MANAGER),
        lambda: exchange.endpoints.open(mine.endpoint_id, MANAGER),
    ):
        with pytest.raises(Missing):
            look()
    with database.read() as connection:
        left = text("SELECT count(*) FROM webhook_endpoint")
        get(DeliveryService).prune()
        assert connection.execute(left).scalar_one() == 1  # as long as there is something in its log
        exchange.clock.set(exchange.clock.now() + REMEMBERED + timedelta(days=1))
        get(DeliveryService).prune()
        assert connection.execute(left).scalar_one() == 0


def test_nothing_is_sent_while_the_partner_is_suspended(
    exchange: Exchange, palm: Actor, get: Any, database: Database
) -> None:
    def turn(state: PartnerState) -> None:
        with database.sessions.begin() as session:
            session.get_one(Partner, UUID(palm.id)).state = state

    mine = exchange.listen(partner=palm)
    exchange.happen(partner=palm, reference="UNDERWAY")
    get(DeliveryService).fan_out()
    turn(PartnerState.SUSPENDED)
    exchange.happen(partner=palm, reference="LATER")
    exchange.run()
    assert exchange.receiver.requests == []
    assert [one.state for one in exchange.log(mine)] == [DeliveryState.SKIPPED]
    turn(PartnerState.ACTIVE)
    exchange.run(timedelta(seconds=1))
    exchange.own.replay(mine.endpoint_id, exchange.clock.now() - timedelta(days=1), palm)
    exchange.run()
    assert arrived(exchange) == [("booking.confirmed", "UNDERWAY"), ("booking.confirmed", "LATER")]


@pytest.mark.parametrize("whose", ["partner", "house"])
def test_who_hears_that_it_was_switched_off(exchange: Exchange, palm: Actor, whose: str) -> None:
    partner = palm if whose == "partner" else None
    exchange.listen(partner=partner)
    exchange.receiver.answer(500)
    exchange.happen(partner=partner)
    exchange.run(PATIENCE)
    exchange.happen(partner=partner)
    exchange.run(timedelta(minutes=1))
    exchange.post.run("email")
    told = {str(mail["To"]).rpartition("<")[2].strip(">"): mail for mail in exchange.post.inbox.messages}
    house = next(mail for address, mail in told.items() if address != "desk@palm.example")
    assert "No message has reached it for five days." in words(house)
    if partner is None:
        assert len(told) == 1
        assert "It is an endpoint of" not in words(house)
        return
    assert len(told) == 2
    assert "It is an endpoint of Palm Hotel" in words(house)
    theirs = told["desk@palm.example"]
    assert "switch it on again by the API" in words(theirs)
    assert "/admin/" not in str(theirs)
    assert theirs["Reply-To"]
