"""What is kept is given again only while nothing was said to have changed; steps after a commit come after it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from exodrive.core.cache import KEPT, MOST_BYTES, AnswerCache
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.local.servers import free_port


class Finder:
    """Finds another answer each time, and counts."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.asked = 0
        self._meanwhile = meanwhile

    def __call__(self) -> bytes:
        self.asked += 1
        self._meanwhile()
        return str(self.asked).encode()


def nothing_more() -> tuple[str, ...]:
    return ()


@pytest.fixture
def cache(redis_client: redis.Redis, clock: ManualClock, database: Database) -> AnswerCache:
    return AnswerCache(redis_client, clock, database)


def test_an_answer_is_given_again_until_a_change_is_made_known(cache: AnswerCache) -> None:
    find = Finder()
    assert [cache.answer(b"a", nothing_more, find) for _ in range(2)] == [(b"1", False), (b"1", True)]
    assert cache.answer(b"b", nothing_more, find) == (b"2", False)
    cache.make_known()
    assert [cache.answer(b"a", nothing_more, find) for _ in range(2)] == [(b"3", False), (b"3", True)]


def test_a_change_outdates_what_tells_of_it_and_nothing_else(cache: AnswerCache) -> None:
    find = Finder()
    told_of = {b"a": ("here", "there"), b"b": ("there",), b"c": ()}

    def again() -> list[bool]:
        return [cache.answer(key, partial(told_of.__getitem__, key), find)[1] for key in told_of]

    assert [again(), again()] == [[False] * 3, [True] * 3]
    cache.make_known(["here"])
    assert again() == [False, True, True]
    cache.make_known(["nowhere", "there"])
    assert again() == [False, False, True]
    cache.make_known()
    assert again() == [False] * 3


def test_what_an_answer_tells_of_is_asked_once(cache: AnswerCache) -> None:
    told_of = Finder()
    for _ in range(3):
        cache.answer(b"a", lambda: [told_of().decode()], Finder())
        cache.make_known()
    assert told_of.asked == 1


def test_a_subject_of_which_nothing_was_ever_written_is_forgotten(
    cache: AnswerCache, redis_client: redis.Redis
) -> None:
    cache.answer(b"a", lambda: ["asked", "written"], Finder())
    cache.make_known(["written"])
    both = [f"fleet:{one}" for one in ("asked", "written")]
    assert redis_client.exists(*both) == 2
    assert [redis_client.persist(one) for one in both] == [True, False]  # whether it would have ended


def test_every_process_hears_of_it(
    cache: AnswerCache, redis_client: redis.Redis, clock: ManualClock, database: Database
) -> None:
    find = Finder()
    cache.answer(b"a", nothing_more, find)
    AnswerCache(redis_client, clock, database).make_known()
    assert cache.answer(b"a", nothing_more, find) == (b"2", False)


def test_without_a_word_it_is_found_anew_after_a_while(cache: AnswerCache, clock: ManualClock) -> None:
    find = Finder()
    cache.answer(b"a", nothing_more, find)
    clock.move(KEPT - timedelta(milliseconds=1))
    assert cache.answer(b"a", nothing_more, find) == (b"1", True)
    clock.move(timedelta(milliseconds=1))
    assert cache.answer(b"a", nothing_more, find) == (b"2", False)


def test_what_was_found_while_a_change_was_made_known_is_not_given_again(cache: AnswerCache) -> None:
    find = Finder(meanwhile=cache.make_known)
    assert [cache.answer(b"a", nothing_more, find)[1] for _ in range(3)] == [False] * 3


def test_a_valkey_that_has_forgotten_everything_brings_nothing_back(
    cache: AnswerCache, redis_client: redis.Redis
) -> None:
    find = Finder()
    cache.answer(b"a", nothing_more, find)
    redis_client.flushdb()
    assert [cache.answer(b"a", nothing_more, find) for _ in range(2)] == [(b"2", False), (b"2", True)]


def test_without_valkey_every_answer_is_found(clock: ManualClock, database: Database) -> None:
    with redis.Redis(port=free_port(), retry=Retry(NoBackoff(), 0)) as nobody:
        cache = AnswerCache(nobody, clock, database)
        find = Finder()
        assert [cache.answer(b"a", nothing_more, find)[1] for _ in range(2)] == [False, False]
        cache.make_known()


def test_an_error_is_not_kept(cache: AnswerCache) -> None:
    def fail() -> bytes:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            cache.answer(b"a", nothing_more, fail)
    assert cache.answer(b"a", nothing_more, Finder()) == (b"1", False)


def test_what_others_cannot_see_is_neither_kept_nor_answered_from_what_is(
    cache: AnswerCache, database: Database
) -> None:
    find = Finder()
    cache.answer(b"a", nothing_more, find)
    for apart in (database.together, database.snapshot):
        with apart():
            assert cache.answer(b"a", nothing_more, find)[1] is False
    assert cache.answer(b"a", nothing_more, find) == (b"1", True)


def test_of_many_who_want_the_same_one_asks(cache: AnswerCache) -> None:
    crowd, arrived = 8, threading.Semaphore(0)

    def wait_for_the_others() -> None:
        for _ in range(crowd - 1):
            assert arrived.acquire(timeout=10)

    find = Finder(wait_for_the_others)

    def want(_: int) -> bytes:
        arrived.release()
        return cache.answer(b"a", nothing_more, find)[0]

    with ThreadPoolExecutor(crowd) as pool:
        assert set(pool.map(want, range(crowd))) == {b"1"}
    assert find.asked == 1


def test_it_holds_so_much_and_forgets_what_was_asked_for_longest_ago(cache: AnswerCache) -> None:
    large = bytes(MOST_BYTES // 4)
    for key in (b"a", b"b", b"c", b"a", b"d"):
        cache.answer(key, nothing_more, lambda: large)
    assert [cache.answer(key, nothing_more, lambda: b"")[1] for key in (b"a", b"c", b"d", b"b")] == [
        True
    ] * 3 + [False]


@pytest.fixture
def done() -> list[str]:
    return []


def test_steps_follow_a_commit_and_nothing_else(get: Any, done: list[str]) -> None:
    uows = get(UnitOfWorkFactory)

    def step() -> None:
        done.append("step")

    with uows() as uow:
        uow.after_commit(step)
    assert done == []
    with uows() as uow:
        uow.after_commit(step)
        uow.after_commit(step)
        uow.commit()
        assert done == ["step"]
        uow.commit()
    assert done == ["step"]


def test_inside_one_transaction_of_many_they_wait_for_its_end(
    get: Any, database: Database, done: list[str]
) -> None:
    uows = get(UnitOfWorkFactory)

    def write() -> None:
        with uows() as uow:
            uow.after_commit(lambda: done.append("step"))
            uow.commit()

    def fail() -> None:
        with database.together():
            write()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert done == []
    with database.together():
        write()
        assert done == []
    assert done == ["step"]
    write()
    assert done == ["step"] * 2
