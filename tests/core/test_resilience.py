"""The guard of an outside system, on a real Redis."""

import threading
import time

import pytest
import redis

from exodrive.core import resilience
from exodrive.core.errors import Invalid, Unavailable
from exodrive.core.resilience import Guard


class Away(Unavailable):
    """The system's own way of not answering."""


class System:
    """Fails as often as it is told to, and counts who asks."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.failures > 0:
            self.failures -= 1
            raise Away("no answer")
        return "answer"


@pytest.fixture
def guard(redis_client: redis.Redis) -> Guard:
    return Guard("test", redis_client, deadline=5, refusal=Away)


def trip(guard: Guard) -> None:
    down = System(failures=1000)
    for _ in range(resilience._TRIPS_AFTER):
        with pytest.raises(Away):
            guard.once(down)


def test_a_read_is_tried_three_times(guard: Guard) -> None:
    assert guard.retried(system := System(failures=2)) == "answer"
    assert system.calls == 3
    with pytest.raises(Away, match="no answer"):
        guard.retried(system := System(failures=3))
    assert system.calls == 3


def test_what_moves_money_is_tried_once(guard: Guard) -> None:
    system = System(failures=1)
    with pytest.raises(Away):
        guard.once(system)
    assert system.calls == 1


def test_no_try_starts_after_the_deadline(redis_client: redis.Redis) -> None:
    calls = []

    def slow() -> str:
        calls.append(1)
        time.sleep(0.2)
        raise Away("no answer")

    with pytest.raises(Away):
        Guard("slow", redis_client, deadline=0.1, refusal=Away).retried(slow)
    assert len(calls) == 1


def test_a_system_that_is_down_is_left_alone_by_all_processes(
    guard: Guard, redis_client: redis.Redis
) -> None:
    trip(guard)
    other_process = Guard("test", redis_client, deadline=5, refusal=Away)
    system = System()
    with pytest.raises(Away, match="left alone"):
        other_process.once(system)
    assert system.calls == 0
    assert Guard("another", redis_client, deadline=5, refusal=Away).once(system) == "answer"


def test_after_a_while_one_call_tries_again(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resilience, "_CLOSED_FOR", 0)
    trip(guard)
    assert guard.once(System()) == "answer"
    assert guard.once(System()) == "answer"


def test_a_refusal_is_an_answer(guard: Guard) -> None:
    def refuse() -> str:
        raise Invalid("no")

    for _ in range(resilience._TRIPS_AFTER + 1):
        with pytest.raises(Invalid):
            guard.once(refuse)
    assert guard.once(System()) == "answer"


def test_a_slow_call_keeps_nobody_else_waiting(guard: Guard) -> None:
    """pybreaker holds a lock around a call: threads must not share one."""
    inside, leave = threading.Event(), threading.Event()

    def wait() -> str:
        inside.set()
        assert leave.wait(5)
        return "late"

    thread = threading.Thread(target=guard.once, args=(wait,))
    thread.start()
    try:
        assert inside.wait(5)
        assert guard.once(System()) == "answer"
    finally:
        leave.set()
        thread.join()


def test_without_redis_calls_go_through() -> None:
    nowhere = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    guard = Guard("test", nowhere, deadline=5, refusal=Away)
    assert guard.once(System()) == "answer"
    with pytest.raises(Away):
        guard.once(System(failures=1))
