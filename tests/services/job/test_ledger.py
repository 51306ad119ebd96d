"""The ledger's moves on a real database: who gets a job, who may end it, what is sent when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import wireup
from sqlalchemy import func, select

from exodrive.core.clock import ManualClock
from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.errors import Unavailable
from exodrive.core.ledger import Job, JobState, Policy, job
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.dispatch import DispatchService, DueSignal
from exodrive.services.job.rules import LOST_LIMIT, Unreadable
from exodrive.services.job.service import JobService
from tests.product import wait_until

LEASE = timedelta(seconds=15)
MINUTE = timedelta(minutes=1)


@job("test.ledger.urgent", Policy(queue="email", priority=1))
@contract
class Urgent:
    """Before others."""

    number: int


@job("test.ledger.plain", Policy(queue="email"))
@contract
class Plain:
    """In its turn."""

    number: int


@job("test.ledger.elsewhere", Policy(queue="payment"))
@contract
class Elsewhere:
    """In another queue."""

    number: int


KINDS = ("test.ledger.elsewhere", "test.ledger.plain", "test.ledger.urgent")
Get = Callable[[type[Any]], Any]


@pytest.fixture
def promise(get: Get) -> Callable[..., None]:
    def write(*jobs: object, **options: Any) -> None:
        with get(UnitOfWorkFactory)() as uow:
            for one in jobs:
                uow.enqueue(one, **options)
            uow.commit()

    return write


@pytest.fixture
def dispatch(get: Get) -> DispatchService:
    return get(DispatchService)  # type: ignore[no-any-return]  # the container answers what is asked


@pytest.fixture
def attempts(get: Get) -> AttemptService:
    return get(AttemptService)  # type: ignore[no-any-return]  # as above


def publish(dispatch: DispatchService, bound: int = 1000) -> list[UUID]:
    return [due.id for due in dispatch.publish(queues=("email", "payment"), kinds=KINDS, bound=bound)]


def rows(database: Database) -> list[Job]:
    with database.sessions() as session:
        return list(session.scalars(select(Job).order_by(Job.created_at, Job.id)))


def count(database: Database) -> int:
    with database.sessions() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def test_a_job_exists_only_if_its_transaction_commits(get: Get, database: Database):
    with get(UnitOfWorkFactory)() as uow:
        uow.enqueue(Plain(number=1))
    assert count(database) == 0


def test_while_a_key_is_open_a_second_promise_is_the_same_one(
    promise, dispatch: DispatchService, attempts: AttemptService, database: Database
):
    promise(Plain(number=1), Plain(number=2), unique_key="one")
    promise(Plain(number=3), unique_key="one")
    assert count(database) == 1
    (job_id,) = publish(dispatch)
    attempt = attempts.claim(job_id, kinds=KINDS, lease=LEASE)
    assert attempt
    attempts.end(attempt)
    promise(Plain(number=4), unique_key="one")
    assert count(database) == 2


def test_what_is_more_important_goes_first_and_what_is_not_due_stays(
    promise, dispatch: DispatchService, clock: ManualClock, database: Database
):
    promise(Plain(number=1), Urgent(number=2), Elsewhere(number=3))
    promise(Urgent(number=4), run_at=clock.now() + MINUTE)
    plain, urgent, elsewhere, later = (row.id for row in rows(database))
    sent = publish(dispatch)
    assert set(sent) == {plain, urgent, elsewhere}
    assert sent.index(urgent) < sent.index(plain)
    assert publish(dispatch) == []
    clock.move(MINUTE)
    assert publish(dispatch) == [later]


def test_a_queue_is_filled_up_to_its_bound_by_importance(
    promise, dispatch: DispatchService, database: Database
):
    promise(*(Plain(number=number) for number in range(5)), *(Urgent(number=number) for number in range(5)))
    promise(Elsewhere(number=1))
    assert len(publish(dispatch, bound=7)) == 8
    states = {(row.kind, row.state) for row in rows(database)}
    assert ("test.ledger.urgent", JobState.SCHEDULED) not in states
    assert sum(row.state is JobState.SCHEDULED for row in rows(database)) == 3
    assert publish(dispatch, bound=7) == []


def test_an_unknown_kind_is_left(promise, dispatch: DispatchService, attempts: AttemptService, database):
    promise(Plain(number=1))
    assert dispatch.publish(queues=("email",), kinds=("something.else",), bound=10) == []
    (job_id,) = publish(dispatch)
    assert attempts.claim(job_id, kinds=("something.else",), lease=LEASE) is None
    assert rows(database)[0].state is JobState.WAITING


def test_two_relays_never_take_the_same_job(promise, dispatch: DispatchService):
    promise(*(Plain(number=number) for number in range(200)))
    with ThreadPoolExecutor(4) as pool:
        taken = [i for part in pool.map(lambda _: publish(dispatch, bound=60), range(12)) for i in part]
    assert len(taken) == len(set(taken))


def test_what_nobody_claims_is_sent_again(promise, dispatch: DispatchService, clock: ManualClock):
    promise(Plain(number=1))
    first = publish(dispatch)
    asked: dict[str, Any] = {"queues": ("email",), "kinds": KINDS, "bound": 10, "after": MINUTE}
    assert dispatch.publish_again(**asked) == []
    clock.move(MINUTE)
    assert [due.id for due in dispatch.publish_again(**asked)] == first
    assert dispatch.publish_again(**asked) == []


def test_what_could_not_be_sent_is_due_again(promise, dispatch: DispatchService, database: Database):
    promise(Plain(number=1))
    ids = publish(dispatch)
    dispatch.give_back(ids)
    assert rows(database)[0].state is JobState.SCHEDULED
    assert publish(dispatch) == ids


def test_of_many_workers_one_gets_the_job(promise, dispatch: DispatchService, attempts: AttemptService):
    promise(Plain(number=1))
    (job_id,) = publish(dispatch)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: attempts.claim(job_id, kinds=KINDS, lease=LEASE), range(16)))
    assert sum(attempt is not None for attempt in got) == 1


def test_a_failure_is_tried_again_later_and_the_ledger_says_why(
    promise, dispatch: DispatchService, attempts: AttemptService, clock: ManualClock, database: Database
):
    promise(Plain(number=1))
    (job_id,) = publish(dispatch)
    attempt = attempts.claim(job_id, kinds=KINDS, lease=LEASE)
    assert attempt
    assert attempts.payload(attempt) == Plain(number=1)
    assert attempts.end(attempt, Unavailable("down")) is JobState.RETRYING
    row = rows(database)[0]
    assert (row.attempts, row.lost, row.error_code, row.finished_at) == (1, 0, "unavailable", None)
    assert row.run_at > clock.now()
    assert attempts.claim(job_id, kinds=KINDS, lease=LEASE) is None
    clock.set(row.run_at)
    again = attempts.claim(job_id, kinds=KINDS, lease=LEASE)
    assert again
    assert attempts.end(again) is JobState.COMPLETED
    row = rows(database)[0]
    assert (row.attempts, row.error_code, row.finished_at) == (2, None, clock.now())


def test_a_worker_that_lost_its_lease_cannot_write_a_result(
    promise, dispatch: DispatchService, attempts: AttemptService, clock: ManualClock, database: Database
):
    promise(Plain(number=1))
    (job_id,) = publish(dispatch)
    first = attempts.claim(job_id, kinds=KINDS, lease=LEASE)
    assert first
    clock.move(LEASE - timedelta(seconds=1))
    assert attempts.renew([first.id], lease=LEASE) == {first.id}
    clock.move(LEASE - timedelta(seconds=1))
    assert dispatch.sweep() == []
    clock.move(timedelta(seconds=2))
    (lost,) = dispatch.sweep()
    assert (lost.id, lost.lost, lost.dead) == (job_id, 1, False)
    assert attempts.renew([first.id], lease=LEASE) == frozenset()
    second = attempts.claim(job_id, kinds=KINDS, lease=LEASE)
    assert second
    assert attempts.end(first) is None
    assert rows(database)[0].state is JobState.ACTIVE
    assert attempts.end(second) is JobState.COMPLETED
    row = rows(database)[0]
    assert (row.attempts, row.lost) == (1, 1)


def test_a_job_that_takes_its_workers_with_it_is_dead(
    promise, dispatch: DispatchService, attempts: AttemptService, clock: ManualClock, database: Database
):
    promise(Plain(number=1))
    (job_id,) = publish(dispatch)
    for time in range(1, LOST_LIMIT + 1):
        assert attempts.claim(job_id, kinds=KINDS, lease=LEASE)
        clock.move(LEASE * 2)
        (lost,) = dispatch.sweep()
        assert (lost.lost, lost.dead) == (time, time == LOST_LIMIT)
        clock.move(MINUTE)
    row = rows(database)[0]
    assert (row.state, row.error_code, row.attempts) == (JobState.DEAD, "lost", 0)
    assert row.finished_at is not None


def test_a_payload_that_does_not_load_is_dead_with_the_reason(
    promise, dispatch: DispatchService, attempts: AttemptService, database: Database
):
    promise(Plain(number=1))
    with database.sessions() as session:
        session.scalars(select(Job)).one().payload = '{"number": "ada@example.org"}'
        session.commit()
    (job_id,) = publish(dispatch)
    attempt = attempts.claim(job_id, kinds=KINDS, lease=LEASE)
    assert attempt
    with pytest.raises(Unreadable) as caught:
        attempts.payload(attempt)
    assert attempts.end(attempt, caught.value) is JobState.DEAD
    row = rows(database)[0]
    assert row.error_code == "unreadable_payload"
    assert (
        row.error_text
        == "Unreadable (unreadable_payload): The payload of test.ledger.plain is wrong at: number."
    )


def test_a_commit_rings(promise, database: Database):
    bell = DueSignal(database)
    try:
        assert bell.drain() == 0
        promise(Plain(number=1))
        wait_until(lambda: bell.drain() == 1)  # the server passes it on after the commit has returned
    finally:
        bell.close()


def test_depths_tell_what_stands_where(
    promise, dispatch: DispatchService, attempts: AttemptService, get: Get, clock: ManualClock
):
    promise(Plain(number=1), Plain(number=2), Elsewhere(number=3))
    promise(Plain(number=4), run_at=clock.now() + MINUTE)
    first = publish(dispatch)[0]
    assert attempts.claim(first, kinds=KINDS, lease=LEASE)
    began = clock.now()
    clock.move(timedelta(seconds=5))
    depths = {depth.queue: depth for depth in get(JobService).depths()}
    total = [
        sum(getattr(depth, name) for depth in depths.values()) for name in ("due", "active", "later", "dead")
    ]
    assert total == [2, 1, 1, 0]
    assert depths["email"].oldest_due == began


def test_the_container_knows_the_services(container: wireup.SyncContainer):
    for service in (AttemptService, DispatchService, JobService):
        assert container.get(service) is container.get(service)
