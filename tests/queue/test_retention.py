"""What was kept long enough is forgotten, what somebody needs stays, and the schedule sees to it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.ids import new_id
from exodrive.queue import workers
from exodrive.queue.config import Timing
from exodrive.queue.runner import Runner
from exodrive.services.account.contracts import LinkPurpose
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import StaffLink, StaffSession
from exodrive.services.account.retention import LINKS_KEPT, AccountRetention
from exodrive.services.account.rules import IDLE
from exodrive.services.booking.retention import KEPT, QuoteRetention
from exodrive.services.payment.models import WebhookEvent
from exodrive.services.payment.retention import KEPT as EVENTS_KEPT
from exodrive.services.payment.retention import GatewayEventRetention
from tests.factories import add, make_booking, make_car, make_location, make_policy, make_quote
from tests.queue.ticks import promise_all
from tests.staff import make_staff

assert workers.__all__  # whose import fills the registry

Get = Callable[[type[Any]], Any]
SECOND = timedelta(seconds=1)


def ids(database: Database, table: str) -> set[Any]:
    with database.read() as connection:
        return set(connection.execute(text(f"SELECT id FROM {table}")).scalars())


def session_of(database: Database, get: Get, **over: Any) -> StaffSession:
    email = f"{new_id()}@exodrive.example"
    staff = make_staff(database, get(StaffKeys), email=email)
    values = {"staff_id": staff.id, "token_hash": new_id().bytes, "label": "Firefox", "place": "192.0.2.0"}
    return add(database, StaffSession(**values, **over))


def event(database: Database, processed_at: datetime | None, now: datetime) -> WebhookEvent:
    made = WebhookEvent(
        source="sandbox",
        event_id=str(new_id()),
        kind="x",
        body="{}",
        received_at=now,
        processed_at=processed_at,
    )
    return add(database, made)


def test_quotes_that_nobody_booked_go_and_booked_ones_stay(get: Get, clock: ManualClock, database: Database):
    car, policy = make_car(database, make_location(database)), make_policy(database)
    old = clock.now() - KEPT - SECOND
    gone = [make_quote(database, car, created_at=old - SECOND, expires_at=old) for _ in range(3)]
    recent = make_quote(database, car, created_at=old, expires_at=old + SECOND)
    booked = make_quote(database, car, created_at=old - SECOND, expires_at=old)
    make_booking(database, car, policy, booked)
    assert get(QuoteRetention).forget() == len(gone)
    assert ids(database, "quote") == {recent.id, booked.id}
    assert get(QuoteRetention).forget() == 0


def test_sessions_that_are_over_go(get: Get, clock: ManualClock, database: Database):
    now = clock.now()
    alive = session_of(
        database, get, created_at=now, seen_at=now - IDLE + SECOND, expires_at=now + timedelta(days=1)
    )
    session_of(database, get, created_at=now, seen_at=now - IDLE, expires_at=now + timedelta(days=1))
    session_of(database, get, created_at=now, seen_at=now, expires_at=now)
    assert get(AccountRetention).forget() == 2
    assert ids(database, "staff_session") == {alive.id}


def test_links_of_long_ago_go(get: Get, clock: ManualClock, database: Database):

    staff, now = make_staff(database, get(StaffKeys)), clock.now()

    def link(expires_at: datetime) -> StaffLink:
        made = StaffLink(
            staff_id=staff.id,
            purpose=LinkPurpose.RESET,
            token_hash=new_id().bytes,
            created_at=expires_at - timedelta(hours=1),
            expires_at=expires_at,
        )
        return add(database, made)

    kept = link(now - LINKS_KEPT)
    link(now - LINKS_KEPT - SECOND)
    assert get(AccountRetention).forget() == 1
    assert ids(database, "staff_link") == {kept.id}


def test_events_that_were_acted_on_go(get: Get, clock: ManualClock, database: Database):
    now = clock.now()
    open_, recent = event(database, None, now), event(database, now - EVENTS_KEPT, now)
    event(database, now - EVENTS_KEPT - SECOND, now)
    assert get(GatewayEventRetention).forget() == 1
    assert ids(database, "webhook_event") == {open_.id, recent.id}


def test_the_schedule_has_it_done(container: Any, get: Get, database: Database):
    promise_all(get, "account.forget", "booking.forget_quotes", "payment.forget_events")
    runner = Runner(container, Timing())
    try:
        runner.run(list(ids(database, "job")))
    finally:
        runner.close()
    with database.read() as connection:
        states = connection.execute(text("SELECT state, result IS NOT NULL FROM job")).all()
    assert states == [("completed", True)] * 3
