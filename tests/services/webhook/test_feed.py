"""The feed: strictly in order, without a gap whoever commits when, and honest about what it has forgotten."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from exodrive.core.actor import SYSTEM, Actor, ActorKind
from exodrive.core.contract import load
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.webhook.delivery import DeliveryService
from exodrive.services.webhook.errors import CursorExpired
from exodrive.services.webhook.event_contracts import EVENT_PAYLOADS, EventPage, EventType, EventView
from exodrive.services.webhook.feed import EventFeedService
from exodrive.services.webhook.publisher import WebhookPublisher
from exodrive.services.webhook.rules import REMEMBERED
from tests.services.webhook.conftest import BOOKING, MANAGER, Exchange, event, partner_of

AGENT = Actor(kind=ActorKind.STAFF, id=str(uuid4()), role=StaffRole.AGENT)


@pytest.fixture
def feed(get: Any) -> EventFeedService:
    found: EventFeedService = get(EventFeedService)
    return found


def follow(feed: EventFeedService, cursor: str | None = None, actor: Actor = MANAGER) -> list[EventView]:
    """Everything from a cursor to the end, page by page."""
    found: list[EventView] = []
    while True:
        page = feed.after(cursor, actor=actor, limit=7)
        found += page.items
        cursor = page.next_cursor
        if not page.has_more:
            return found


def references(page: EventPage) -> list[str]:
    return [one.data["reference"] for one in page.items]


def test_what_happened_in_its_order_and_whole(exchange: Exchange, feed: EventFeedService) -> None:
    for number in range(20):
        exchange.happen(reference=f"R{number}")
    exchange.happen(EventType.PAYMENT_CAPTURED)
    exchange.happen(EventType.CAR_CHANGED)
    assert feed.after(None, actor=MANAGER).items == ()  # nobody was told yet
    exchange.run()
    found = follow(feed)
    assert [one.data["reference"] for one in found[:20]] == [f"R{number}" for number in range(20)]
    assert [one.type for one in found[20:]] == [EventType.PAYMENT_CAPTURED, EventType.CAR_CHANGED]
    assert (found[0].subject_id, found[0].occurred_at, found[0].version) == (BOOKING, exchange.clock.now(), 1)
    for one in found:
        assert type(load(EVENT_PAYLOADS[one.type], one.data)) is EVENT_PAYLOADS[one.type]


def test_a_cursor_leads_on_and_means_the_same_for_ever(exchange: Exchange, feed: EventFeedService) -> None:
    for number in range(5):
        exchange.happen(reference=f"R{number}")
    exchange.run()
    first = feed.after(None, actor=MANAGER, limit=2)
    assert (references(first), first.has_more) == (["R0", "R1"], True)
    second = feed.after(first.next_cursor, actor=MANAGER, limit=3)
    assert (references(second), second.has_more) == (["R2", "R3", "R4"], False)
    assert feed.after(second.next_cursor, actor=MANAGER) == EventPage(
        items=(), has_more=False, next_cursor=second.next_cursor
    )
    exchange.happen(reference="R5")
    exchange.run()
    assert references(feed.after(second.next_cursor, actor=MANAGER)) == ["R5"]
    assert references(feed.after(first.next_cursor, actor=MANAGER, limit=3)) == ["R2", "R3", "R4"]


def test_only_some_types(exchange: Exchange, feed: EventFeedService) -> None:
    for kind in (EventType.BOOKING_CONFIRMED, EventType.PAYMENT_REFUNDED, EventType.CAR_RETIRED):
        exchange.happen(kind)
    exchange.endpoints.test(exchange.listen().endpoint_id, MANAGER)
    exchange.run()
    wanted = [EventType.CAR_RETIRED, EventType.BOOKING_CONFIRMED]
    page = feed.after(None, actor=MANAGER, types=wanted)
    assert [one.type for one in page.items] == wanted[::-1]
    assert [one.type.value for one in follow(feed)] == [
        "booking.confirmed",
        "payment.refunded",
        "car.retired",
    ]
    assert feed.after(None, actor=MANAGER, types=[EventType.WEBHOOK_TEST]).items == ()


def test_who_commits_late_is_read_late_and_not_missed(
    exchange: Exchange, feed: EventFeedService, get: Any
) -> None:
    """By the time or the id of the events this one would have been passed by."""
    with get(UnitOfWorkFactory)(SYSTEM) as slow:
        get(WebhookPublisher).publish(slow, [event(EventType.BOOKING_CONFIRMED, reference="SLOW")])
        slow.session.flush()
        exchange.happen(reference="QUICK")
        exchange.run()
        page = feed.after(None, actor=MANAGER)
        assert references(page) == ["QUICK"]
        slow.commit()
    exchange.run()
    assert references(feed.after(page.next_cursor, actor=MANAGER)) == ["SLOW"]


class Rush:
    """Writers whose transactions end in another order than they began in, and who else is there meanwhile."""

    def __init__(self, get: Any, parties: int) -> None:
        self._get = get
        self._begin, self.over = threading.Barrier(parties), threading.Event()
        moved = random.Random(7)
        self._pauses = [moved.random() / 100 for _ in range(120)]

    def write(self, share: int) -> None:
        self._begin.wait()
        for number in range(share * 20, share * 20 + 20):
            with self._get(UnitOfWorkFactory)(SYSTEM) as uow:
                told = event(EventType.BOOKING_CONFIRMED, reference=f"R{number}")
                self._get(WebhookPublisher).publish(uow, [told])
                uow.session.flush()
                threading.Event().wait(self._pauses[number])
                uow.commit()

    def place(self) -> None:
        self._begin.wait()
        while not self.over.is_set():
            self._get(DeliveryService).fan_out()

    def read(self) -> list[UUID]:
        """Everything, in the order in which it was met."""
        feed = self._get(EventFeedService)
        self._begin.wait()
        found: list[UUID] = []
        cursor, last = None, False
        while not last:
            last = self.over.is_set()
            page = feed.after(cursor, actor=MANAGER, limit=3)
            while page.items:
                found += [one.id for one in page.items]
                page = feed.after(page.next_cursor, actor=MANAGER, limit=3)
            cursor = page.next_cursor
        return found


def test_no_gap_and_nothing_twice_while_many_write_place_and_read(feed: EventFeedService, get: Any) -> None:
    rush = Rush(get, parties=10)
    with ThreadPoolExecutor(10) as pool:
        writers = [pool.submit(rush.write, share) for share in range(6)]
        others = [pool.submit(rush.place) for _ in range(2)]
        readers = [pool.submit(rush.read) for _ in range(2)]
        try:
            for one in writers:
                one.result()
            get(DeliveryService).fan_out()
        finally:
            rush.over.set()
        for each in others:
            each.result()
        told = [one.result() for one in readers]
    everything = [one.id for one in follow(feed)]
    assert len(everything) == 120
    assert told == [everything, everything]


def test_a_cursor_of_before_what_is_kept_says_so(
    exchange: Exchange, feed: EventFeedService, get: Any, database: Database
) -> None:
    for number in range(3):
        exchange.happen(reference=f"OLD{number}")
    exchange.run()
    early = feed.after(None, actor=MANAGER, limit=1).next_cursor
    idle = feed.after(None, actor=MANAGER).next_cursor
    exchange.clock.set(exchange.clock.now() + REMEMBERED + timedelta(seconds=1))
    exchange.happen(reference="NEW")
    exchange.run()
    assert get(DeliveryService).prune() == 3
    with pytest.raises(CursorExpired) as gone:
        feed.after(early, actor=MANAGER)
    assert (gone.value.kind, gone.value.code) == ("gone", "cursor_expired")
    assert references(feed.after(idle, actor=MANAGER)) == ["NEW"]  # it had read them all
    assert references(feed.after(None, actor=MANAGER)) == ["NEW"]
    exchange.clock.set(exchange.clock.now() + REMEMBERED + timedelta(seconds=1))
    latest = feed.after(idle, actor=MANAGER).next_cursor
    get(DeliveryService).prune()
    assert feed.after(latest, actor=MANAGER).next_cursor == latest  # nothing is kept, and nothing was missed
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM event_feed"))  # as after going back to an old backup
    with pytest.raises(CursorExpired):
        feed.after(latest, actor=MANAGER)


def test_nothing_is_forgotten_before_it_was_told(exchange: Exchange, get: Any) -> None:
    exchange.listen()
    exchange.happen()
    exchange.clock.set(exchange.clock.now() + REMEMBERED + timedelta(days=1))
    get(DeliveryService).prune()
    exchange.happen()
    exchange.run()
    assert len(exchange.post.promised("webhook.deliver")) == 2


@pytest.mark.parametrize("cursor", ["a", "soon", "AAAAAAAAAAAAAAAAAAAAAA", "é", "x" * 400])
def test_what_is_no_cursor(feed: EventFeedService, cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        feed.after(cursor, actor=MANAGER)
    assert list(refused.value.fields) == ["cursor"]


def test_a_cursor_does_not_tell_how_much_happens(exchange: Exchange, feed: EventFeedService) -> None:
    cursors = []
    for _ in range(3):
        exchange.happen()
        exchange.run()
        cursors.append(feed.after(None, actor=MANAGER).next_cursor)
    assert {len(one) for one in cursors} == {22}
    assert len({one[:4] for one in cursors}) == len({one[-4:] for one in cursors}) == 3


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_how_many_at_a_time(feed: EventFeedService, limit: int) -> None:
    with pytest.raises(Invalid):
        feed.after(None, actor=MANAGER, limit=limit)


def test_each_partner_reads_what_is_its_own_and_what_is_everyones(
    exchange: Exchange, feed: EventFeedService, database: Database
) -> None:
    palm, plaza = partner_of(database), partner_of(database, name="Plaza")
    exchange.happen(reference="PALM", partner=palm)
    exchange.happen(EventType.PAYMENT_FAILED, partner=palm)
    exchange.happen(reference="PLAZA", partner=plaza)
    exchange.happen(reference="NOBODYS")
    exchange.happen(EventType.CAR_PUBLISHED)
    exchange.run()
    assert [(one.type.value, one.data.get("reference")) for one in follow(feed, actor=palm)] == [
        ("booking.confirmed", "PALM"),
        ("payment.failed", None),
        ("car.published", None),
    ]
    assert [(one.type.value, one.data.get("reference")) for one in follow(feed, actor=plaza)] == [
        ("booking.confirmed", "PLAZA"),
        ("car.published", None),
    ]
    assert len(follow(feed)) == 5
    end = feed.after(None, actor=palm).next_cursor
    exchange.happen(reference="PLAZA", partner=plaza)
    exchange.run()
    later = feed.after(end, actor=palm)
    assert later.items == ()
    assert later.next_cursor != end  # so that it stays fresh while only others have news


@pytest.mark.parametrize(
    "actor", [AGENT, SYSTEM, Actor(kind=ActorKind.CUSTOMER), Actor(kind=ActorKind.PARTNER)]
)
def test_others_are_refused(feed: EventFeedService, actor: Actor) -> None:
    with pytest.raises(Forbidden):
        feed.after(None, actor=actor)
