"""A system that is down: its jobs wait, one of them tries again, and nothing is forgotten that matters."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from exodrive.core import resilience
from exodrive.core.clock import ManualClock
from exodrive.core.contract import contract
from exodrive.core.errors import Unavailable
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState, Policy, job
from exodrive.core.resilience import Guard, System
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.breakers import BreakerService
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.dispatch import DispatchService
from exodrive.services.job.rules import BREAKER_OPEN, judge
from exodrive.settings import Settings

Get = Callable[[type[Any]], Any]
POLICY = Policy(queue="email", needs=System.MAIL, priority=2)


@job("test.breakers.mail", POLICY)
@contract
class NeedsMail:
    """Cannot be done without the mail server."""


@job("test.breakers.free", Policy(queue="email"))
@contract
class NeedsNothing:
    """Can always be done."""


KINDS = ("test.breakers.free", "test.breakers.mail")


def guard(client: redis.Redis, **options: Any) -> Guard:
    return Guard(System.MAIL, client, deadline=5, refusal=Unavailable, **options)


def fail(own: Guard, times: int = resilience._TRIPS_AFTER) -> None:
    def down() -> None:
        raise Unavailable("no answer")

    for _ in range(times):
        with pytest.raises(Unavailable):
            own.once(down)


@pytest.fixture
def promised(get: Get) -> None:
    with get(UnitOfWorkFactory)() as uow:
        for one in (NeedsMail(), NeedsMail(), NeedsMail(), NeedsNothing()):
            uow.enqueue(one)
        uow.commit()


def sent(get: Get) -> list[UUID]:
    due = get(DispatchService).publish(queues=("email",), kinds=KINDS, bound=100)
    return [one.id for one in due]


def test_jobs_of_a_system_that_is_down_are_not_sent(get: Get, promised: None, redis_client: redis.Redis):
    fail(guard(redis_client))
    assert len(sent(get)) == 1
    assert sent(get) == []
    (mail, gateway) = get(BreakerService).breakers()
    assert (mail.system, mail.state, mail.failures, mail.waiting) == ("mail", "open", 10, 3)
    assert mail.since is not None
    assert (gateway.system, gateway.state, gateway.since) == ("gateway", "closed", None)


def test_one_of_them_tries_again_and_an_answer_lets_all_go(
    get: Get, promised: None, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
):
    own = guard(redis_client)
    monkeypatch.setattr(resilience, "_CLOSED_FOR", 0)
    fail(own)
    assert len(sent(get)) == 2
    assert get(BreakerService).breakers()[0].state == "half-open"
    assert sent(get) == []
    own.once(lambda: None)
    assert get(BreakerService).breakers()[0].state == "closed"
    assert len(sent(get)) == 2


def test_while_one_tries_nobody_else_does(redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch):
    own, other = guard(redis_client), guard(redis_client)
    monkeypatch.setattr(resilience, "_CLOSED_FOR", 0)
    fail(own)

    def meanwhile() -> None:
        with pytest.raises(Unavailable, match="left alone") as refused:
            other.once(lambda: None)
        verdict = judge(refused.value, _attempt(), POLICY, _attempt().due_at)
        assert (verdict.state, verdict.counts, verdict.error_code) == (JobState.RETRYING, False, BREAKER_OPEN)

    own.once(meanwhile)
    other.once(lambda: None)


def test_a_wiped_redis_is_a_closed_breaker(get: Get, promised: None, redis_client: redis.Redis):
    own = guard(redis_client)
    fail(own)
    redis_client.flushdb()
    assert own.once(lambda: "answer") == "answer"
    assert get(BreakerService).breakers()[0].state == "closed"
    assert len(sent(get)) == 4
    fail(own, 9)
    assert own.once(lambda: "answer") == "answer"


def test_without_redis_the_console_is_told_so_and_jobs_are_sent(
    get: Get, promised: None, clock: ManualClock, database
):
    away = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0))
    breakers = BreakerService(database, clock, away)
    assert breakers.breakers() is None
    dispatch = DispatchService(database, clock, breakers)
    assert len(dispatch.publish(queues=("email",), kinds=KINDS, bound=100)) == 4


def test_the_breaker_can_be_switched_off(redis_client: redis.Redis):
    own = guard(redis_client, breaks=False)
    fail(own, 30)
    assert own.once(lambda: "answer") == "answer"


@pytest.mark.parametrize("tries", [1, 4])
def test_a_read_is_tried_as_often_as_is_set(redis_client: redis.Redis, tries: int):
    calls = []

    def down() -> None:
        calls.append(1)
        raise Unavailable("no answer")

    with pytest.raises(Unavailable):
        guard(redis_client, tries=tries).retried(down)
    assert len(calls) == tries


def test_the_settings_reach_the_guards(settings: Settings, redis_client: redis.Redis):
    from exodrive.container import make_guard

    changed = settings.model_copy(update={"service_retry_attempts": 2, "service_circuit_breaker": False})
    made = make_guard(System.GATEWAY, changed, redis_client, Unavailable)
    calls = []

    def down() -> None:
        calls.append(1)
        raise Unavailable("no answer")

    for _ in range(15):
        with pytest.raises(Unavailable, match="no answer"):
            made.retried(down)
    assert len(calls) == 30


def _attempt() -> Attempt:
    return Attempt(
        id=new_id(),
        job_id=new_id(),
        kind="test.breakers.mail",
        sealed=b"",
        attempts=7,
        max_attempts=8,
        request_id=None,
        worker="w",
        due_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
