"""Parts of answers, and what is counted of answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.connection import Connection
from redis.retry import Retry

from exodrive.core.cache import KEPT, REMEMBERED, AnswerCache
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.local.servers import free_port
from tests.core.test_cache import Finder, nothing_more

MOMENT = timedelta(milliseconds=1)


class Watched(Connection):
    """Counts what is sent: a pipeline is one."""

    sent = 0

    def send_packed_command(self, *command: Any, **how: Any) -> None:
        type(self).sent += 1
        super().send_packed_command(*command, **how)


@pytest.fixture
def trips(redis_client: redis.Redis) -> Callable[[], int]:
    """How many round trips there have been since it was asked before."""
    seen = 0

    def since() -> int:
        nonlocal seen
        before, seen = seen, Watched.sent
        return seen - before

    since()
    return since


@pytest.fixture
def cache(
    redis_client: redis.Redis, clock: ManualClock, database: Database, trips: Callable[[], int]
) -> AnswerCache:
    where = redis_client.connection_pool.connection_kwargs
    pool = redis.ConnectionPool(connection_class=Watched, **where)
    made = AnswerCache(redis.Redis(connection_pool=pool), clock, database)
    made.answer(b"any", nothing_more, Finder())  # connected, and everything has a version
    trips()
    return made


def test_a_part_is_given_again_until_a_change_is_made_known(cache: AnswerCache, clock: ManualClock) -> None:
    find = Finder()
    assert [cache.part("p", find) for _ in range(2)] == [b"1", b"1"]
    cache.make_known(["something"])
    assert cache.part("p", find) == b"1"
    cache.make_known()
    assert [cache.part("p", find) for _ in range(2)] == [b"2", b"2"]
    clock.move(REMEMBERED)
    assert cache.part("p", find) == b"3"


def test_an_answer_and_its_parts_are_one_round_trip(cache: AnswerCache, trips: Callable[[], int]) -> None:
    answer = cache.answer(b"a", nothing_more, lambda: cache.part("p", Finder()) + cache.part("q", Finder()))
    assert (answer, trips()) == ((b"11", False), 1)
    cache.part("p", Finder())
    assert trips() == 1


def test_an_answer_is_as_old_as_its_oldest_part(cache: AnswerCache, clock: ManualClock) -> None:
    part = Finder()
    cache.part("p", part)
    clock.move(REMEMBERED - MOMENT)

    def answer() -> tuple[bytes, bool]:
        return cache.answer(b"a", nothing_more, lambda: cache.part("p", part))

    assert answer() == (b"1", False)
    clock.move(KEPT - REMEMBERED)
    assert answer() == (b"1", True)
    clock.move(MOMENT)
    assert answer() == (b"2", False)


def test_a_part_that_was_found_while_a_change_was_made_known_is_not_given_again(cache: AnswerCache) -> None:
    find = Finder(meanwhile=cache.make_known)
    assert [cache.part("p", find) for _ in range(3)] == [b"1", b"2", b"3"]


def test_a_change_that_was_made_known_while_an_answer_is_found_is_in_the_next(cache: AnswerCache) -> None:
    part = Finder()

    def find() -> bytes:
        cache.make_known()
        return cache.part("p", part)

    assert [cache.answer(b"a", nothing_more, find)[0] for _ in range(2)] == [b"1", b"2"]
    assert cache.part("p", part) == b"3"


def test_parts_that_others_cannot_see_are_not_kept(cache: AnswerCache, database: Database) -> None:
    find = Finder()
    with database.snapshot():
        assert [cache.part("p", find) for _ in range(2)] == [b"1", b"2"]
    assert cache.part("p", find) == b"3"


def test_without_valkey_every_part_is_found(clock: ManualClock, database: Database) -> None:
    with redis.Redis(port=free_port(), retry=Retry(NoBackoff(), 0)) as nobody:
        cache = AnswerCache(nobody, clock, database)
        find = Finder()
        assert [cache.part("p", find) for _ in range(2)] == [b"1", b"2"]
        cache.count("car.get", again=False)
        assert list(cache.samples()) == []


def figures(cache: AnswerCache) -> dict[tuple[str, str], float]:
    return {(one.labels["procedure"], one.labels["source"]): one.value for one in cache.samples()}


def test_answers_are_counted_for_all_processes(
    cache: AnswerCache, redis_client: redis.Redis, clock: ManualClock, database: Database
) -> None:
    other = AnswerCache(redis_client, clock, database)
    for one in (cache, cache, other):
        one.count("car.get", again=True)
    other.count("car.search", again=False)
    other.answer(b"a", nothing_more, Finder())
    counted = {("car.get", "memory"): 3, ("car.search", "database"): 1}
    assert [figures(one) for one in (cache, other)] == [counted] * 2


def test_counting_costs_no_round_trip(cache: AnswerCache, trips: Callable[[], int]) -> None:
    for _ in range(50):
        cache.count("car.get", again=True)
        cache.answer(b"any", nothing_more, Finder())
    assert trips() == 50
    assert figures(cache) == {("car.get", "memory"): 50}


def test_what_could_not_be_told_is_told_later(cache: AnswerCache, redis_client: redis.Redis) -> None:
    cache.count("car.get", again=True)
    redis_client.set("fleet:counted", "no table of counts")
    assert figures(cache) == {}
    redis_client.delete("fleet:counted")
    assert figures(cache) == {("car.get", "memory"): 1}
