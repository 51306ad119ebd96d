"""Workers say that they are there."""

from datetime import UTC, datetime
from typing import Any

import pytest
import redis
from pydantic import SecretStr

from exodrive.container import make_redis
from exodrive.local.servers import free_port
from exodrive.services.job.workers import PoolKind, WorkerBook, WorkerPresence
from exodrive.settings import Settings

IDLE = WorkerPresence(
    name="here:1",
    pool=PoolKind.THREADS,
    slots=8,
    queues=("booking", "email"),
    since=datetime(2026, 6, 1, 10, tzinfo=UTC),
)
HEAVY = WorkerPresence(
    name="there:2",
    pool=PoolKind.PROCESSES,
    slots=2,
    queues=("report",),
    since=datetime(2026, 6, 2, tzinfo=UTC),
)


@pytest.fixture
def book(redis_client: redis.Redis) -> WorkerBook:
    return WorkerBook(redis_client)


def test_those_who_said_so_are_there_until_they_leave(book: WorkerBook):
    assert book.present() == ()
    book.say(HEAVY)
    book.say(IDLE)
    book.say(IDLE)
    assert book.present() == (IDLE, HEAVY)
    book.leave(IDLE.name)
    assert book.present() == (HEAVY,)


def test_one_that_fell_silent_is_forgotten(book: WorkerBook, redis_client: redis.Redis):
    book.say(IDLE)
    left: Any = redis_client.pttl("exodrive:worker:here:1")
    assert 15_000 < left <= 45_000, "it may miss one turn, or two"
    redis_client.delete("exodrive:worker:here:1")  # as when its time is over
    assert book.present() == ()
    assert redis_client.smembers("exodrive:workers") == set()


def test_without_redis_nobody_knows_and_nothing_breaks(settings: Settings):
    nowhere = settings.model_copy(update={"redis_url": SecretStr(f"redis://127.0.0.1:{free_port()}/0")})
    book = WorkerBook(make_redis(nowhere))
    book.say(IDLE)
    book.leave(IDLE.name)
    assert book.present() is None
