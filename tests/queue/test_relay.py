"""What the relay makes of due jobs: how many messages, and what happens when the broker does not take them."""

import json
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
import redis
import wireup
from pydantic import SecretStr
from sqlalchemy import text

from exodrive.core.clock import SystemClock
from exodrive.core.db import Database
from exodrive.local.servers import free_port
from exodrive.queue.broker import Broker
from exodrive.queue.celery_app import create_celery
from exodrive.queue.config import Timing
from exodrive.queue.relay import Doorbell, Relay, run
from exodrive.services.job.breakers import BreakerService
from exodrive.services.job.dispatch import DispatchService
from exodrive.settings import Settings
from tests.queue.jobs import Note, Slow

TIMING = Timing(poll=0.1)
BOUND = 400
Promise = Callable[..., None]


@pytest.fixture
def broker(settings: Settings, container: wireup.SyncContainer) -> Iterator[Broker]:
    made = Broker(create_celery(settings, lambda _: container))
    yield made
    made.close()


@pytest.fixture
def dispatch(database: Database, redis_client: redis.Redis) -> DispatchService:
    clock = SystemClock()
    return DispatchService(database, clock, BreakerService(database, clock, redis_client))


def _messages(client: redis.Redis, queue: str = "email") -> list[int]:
    """How many ids each message of a queue carries."""
    raw = cast(list[bytes], client.lrange(queue, 0, -1))
    return [len(json.loads(b64decode(json.loads(message)["body"]))[0][0]) for message in raw]


def _states(database: Database) -> dict[str, int]:
    with database.read() as connection:
        rows = connection.execute(text("SELECT state, count(*) AS number FROM job GROUP BY state"))
        return {row.state: row.number for row in rows}


def test_a_single_job_travels_alone(dispatch, broker: Broker, redis_client: redis.Redis, promise: Promise):
    promise(Note(text="one"))
    relay = Relay(dispatch, broker, TIMING, spread=8, bound=BOUND)
    assert relay.turn()
    assert not relay.turn()
    assert _messages(redis_client) == [1]


def test_a_backlog_travels_in_batches_up_to_the_bound(
    dispatch, broker: Broker, redis_client: redis.Redis, promise: Promise, database: Database
):
    promise(*(Note(text=str(number)) for number in range(500)))
    relay = Relay(dispatch, broker, TIMING, spread=8, bound=BOUND)
    relay.turn()
    assert _messages(redis_client) == [50] * 8
    assert _states(database) == {"waiting": 400, "scheduled": 100}
    relay.turn()
    assert sum(_messages(redis_client)) == 400


def test_behind_many_that_wait_few_travel_together(
    dispatch, broker: Broker, redis_client: redis.Redis, promise: Promise, database: Database
):
    promise(*(Note(text=str(number)) for number in range(BOUND + 20)))
    relay = Relay(dispatch, broker, TIMING, spread=8, bound=BOUND)
    relay.turn()
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE job SET state = 'completed', finished_at = now()"
                " WHERE id IN (SELECT id FROM job WHERE state = 'waiting' LIMIT 20)"
            )
        )
    relay.turn()
    assert _messages(redis_client) == [20] + [50] * 8, "nobody is kept waiting by a message of twenty"


def test_a_few_jobs_are_spread_over_the_threads(
    dispatch, broker: Broker, redis_client: redis.Redis, promise: Promise
):
    promise(*(Note(text=str(number)) for number in range(16)))
    Relay(dispatch, broker, TIMING, spread=8, bound=BOUND).turn()
    assert _messages(redis_client) == [2] * 8


def test_a_job_that_was_lost_travels_alone(
    dispatch, broker: Broker, redis_client: redis.Redis, promise: Promise, database: Database
):
    promise(*(Note(text=str(number)) for number in range(20)), Slow(text="poison", seconds=0))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET lost = 1 WHERE kind = 'test.slow'"))
    Relay(dispatch, broker, TIMING, spread=2, bound=BOUND).turn()
    assert sorted(_messages(redis_client)) == [1, 10, 10]


def test_while_the_broker_is_down_jobs_stay_due(
    dispatch, settings: Settings, container: wireup.SyncContainer, promise: Promise, database: Database
):
    nowhere = settings.model_copy(update={"redis_url": SecretStr(f"redis://127.0.0.1:{free_port()}/0")})
    broker = Broker(create_celery(nowhere, lambda _: container))
    promise(Note(text="one"))
    relay = Relay(dispatch, broker, TIMING, spread=8, bound=BOUND)
    with pytest.raises(Exception, match="refused"):
        relay.turn()
    assert _states(database) == {"scheduled": 1}


class _Flaky:
    """In the place of the outside system: takes so many messages and then breaks."""

    def __init__(self, takes: int) -> None:
        self._takes = takes

    def check(self) -> None: ...

    def send(self, queue: str, ids: Any, limits: Any) -> None:
        if self._takes == 0:
            raise ConnectionError("gone")
        self._takes -= 1


def test_what_a_breaking_broker_did_not_take_is_due_again(dispatch, promise: Promise, database: Database):
    promise(*(Note(text=str(number)) for number in range(40)))
    relay = Relay(dispatch, cast(Broker, _Flaky(3)), TIMING, spread=8, bound=BOUND)
    with pytest.raises(ConnectionError):
        relay.turn()
    assert _states(database) == {"waiting": 15, "scheduled": 25}


class _Slow(SystemClock):
    def now(self) -> datetime:
        return super().now() - timedelta(milliseconds=30)


@pytest.mark.parametrize("clock", [SystemClock(), _Slow()], ids=["a clock that is right", "one that is slow"])
def test_it_rings_and_stops_when_told(
    broker: Broker, redis_client: redis.Redis, promise: Promise, database: Database, clock: SystemClock
):
    dispatch = DispatchService(database, clock, BreakerService(database, clock, redis_client))
    doorbell = Doorbell(database)
    slow = Timing(poll=30)
    thread = threading.Thread(
        target=run, args=(Relay(dispatch, broker, slow, spread=8, bound=BOUND), doorbell, slow)
    )
    thread.start()
    try:
        for number in range(3):
            time.sleep(0.3)
            promise(Note(text=str(number)))
            deadline = time.monotonic() + 10
            while len(_messages(redis_client)) <= number:
                assert time.monotonic() < deadline, "the clock alone would take 30 s"
                time.sleep(0.005)
    finally:
        doorbell.stop()
        thread.join(10)
        doorbell.close()
    assert not thread.is_alive()
