"""Counting calls: cheap with each, in the table every minute, gone after thirteen months."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from sqlalchemy import text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.queue import workers
from exodrive.queue.config import Timing
from exodrive.queue.runner import Runner
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import DayOfUse, KeyUse, UseOfProcedure
from exodrive.services.partner.usage import UsageService
from tests.queue.ticks import promise_all
from tests.services.partner.conftest import Trade
from tests.statements import statements

assert workers.__all__  # whose import fills the registry

AGENT = Actor(kind=ActorKind.STAFF, id=str(uuid4()), role=StaffRole.AGENT)
TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)


@pytest.fixture
def usage(get: Any) -> UsageService:
    made: UsageService = get(UsageService)
    return made


@pytest.fixture
def key_id(trade: Trade) -> UUID:
    return trade.key(trade.partner()).key_id


def call(usage: UsageService, key_id: UUID, procedure: str, *statuses: int) -> None:
    for status in statuses:
        usage.count(key_id, procedure, status)


def of(usage: UsageService, key_id: UUID, trade: Trade) -> KeyUse:
    return usage.of_keys([key_id], trade.manager)[key_id]


def test_counting_asks_the_database_nothing(usage: UsageService, key_id: UUID, database: Database):
    with statements(database) as seen:
        call(usage, key_id, "car.list", 200, 200, 404, 500)
    assert seen == []


def test_what_was_counted_is_in_the_table_a_minute_later(
    usage: UsageService, key_id: UUID, trade: Trade, clock: ManualClock
):
    call(usage, key_id, "car.list", 200, 200, 404, 500)
    call(usage, key_id, "booking.hold", 201)
    assert usage.store() == 2
    clock.move(DAY)
    call(usage, key_id, "car.list", 429)
    assert usage.store() == 1
    use = usage.of_keys([key_id], trade.manager, days=3)[key_id]
    assert use.days == (
        DayOfUse(day=TODAY - DAY, calls=0, refused=0, failed=0),
        DayOfUse(day=TODAY, calls=5, refused=1, failed=1),
        DayOfUse(day=TODAY + DAY, calls=1, refused=1, failed=0),
    )
    assert use.procedures == (
        UseOfProcedure(procedure="car.list", calls=5, refused=2, failed=1),
        UseOfProcedure(procedure="booking.hold", calls=1, refused=0, failed=0),
    )
    assert use.calls == 6


def test_counts_of_a_day_add_up(usage: UsageService, key_id: UUID, trade: Trade):
    for _ in range(3):
        call(usage, key_id, "car.list", 200, 400)
        usage.store()
    assert usage.store() == 0
    assert of(usage, key_id, trade).days[-1] == DayOfUse(day=TODAY, calls=6, refused=3, failed=0)


def test_what_a_killed_run_had_taken_is_stored_by_the_next(
    usage: UsageService, key_id: UUID, trade: Trade, redis_client: redis.Redis
):
    call(usage, key_id, "car.list", 200)
    redis_client.rename("api:usage", "api:usage:taken")
    call(usage, key_id, "car.list", 200, 200)
    usage.store()
    assert of(usage, key_id, trade).calls == 3
    assert redis_client.keys("api:usage*") == []


def test_a_key_that_there_is_not_is_left_out(usage: UsageService, key_id: UUID, trade: Trade):
    call(usage, uuid4(), "car.list", 200)
    call(usage, key_id, "car.list", 200)
    usage.store()
    assert of(usage, key_id, trade).calls == 1


def test_a_call_goes_on_where_redis_is_away_and_the_next_does_not_wait_for_it(
    key_id: UUID, get: Any, database: Database, clock: ManualClock
):
    tries: list[object] = []

    class Away(redis.Redis):
        def execute_command(self, *args: Any, **options: Any) -> Any:
            tries.append(args[0])
            raise redis.ConnectionError

    usage = UsageService(uow=get(UnitOfWorkFactory), database=database, clock=clock, client=Away())
    call(usage, key_id, "car.list", 200, 200, 200)
    assert len(tries) == 1
    clock.move(timedelta(seconds=30))
    call(usage, key_id, "car.list", 200)
    assert len(tries) == 2


def test_each_key_has_its_own_figures(usage: UsageService, key_id: UUID, trade: Trade):
    other = trade.key(trade.partner("Grand Hotel")).key_id
    call(usage, key_id, "car.list", 200)
    call(usage, other, "car.list", 200, 200)
    usage.store()
    used = usage.of_keys([key_id, other], trade.manager)
    assert [used[key_id].calls, used[other].calls] == [1, 2]
    assert used[other].procedures == (UseOfProcedure(procedure="car.list", calls=2, refused=0, failed=0),)


def test_agents_do_not_see_what_partners_call(usage: UsageService, key_id: UUID):
    with pytest.raises(Forbidden):
        usage.of_keys([key_id], AGENT)


def test_it_is_kept_for_thirteen_months(
    usage: UsageService, key_id: UUID, clock: ManualClock, database: Database
):
    for _ in range(3):
        call(usage, key_id, "car.list", 200)
        usage.store()
        clock.move(DAY)
    clock.move(timedelta(days=394))
    assert usage.forget() == 1
    with database.read() as connection:
        days = connection.execute(text("SELECT day FROM api_usage ORDER BY day")).scalars().all()
    assert days == [TODAY + DAY, TODAY + 2 * DAY]


def test_the_schedule_has_it_done(
    container: Any, get: Any, usage: UsageService, key_id: UUID, database: Database
):
    call(usage, key_id, "car.list", 200)
    promise_all(get, "api.usage", "api.forget_usage")
    with database.read() as connection:
        ids = list(connection.execute(text("SELECT id FROM job")).scalars())
    runner = Runner(container, Timing())
    try:
        runner.run(ids)
    finally:
        runner.close()
    with database.read() as connection:
        states = connection.execute(text("SELECT state, result IS NOT NULL FROM job")).all()
        assert connection.execute(text("SELECT calls FROM api_usage")).scalars().all() == [1]
    assert states == [("completed", True)] * 2
