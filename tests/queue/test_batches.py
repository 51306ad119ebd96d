"""Many jobs and one that follows: promised once, when the last of them has ended, by whatever way."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.errors import Missing, Unavailable
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState, Policy, job
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.attempts import AttemptService, Ending
from exodrive.services.job.batches import BatchService
from exodrive.services.job.control import JobControlService
from exodrive.services.job.dispatch import DispatchService
from exodrive.services.job.upkeep import JobUpkeepService
from tests.statements import statements

Get = Callable[[type[Any]], Any]
LEASE = timedelta(seconds=15)
KINDS = ("test.batch.child", "test.batch.sum")
STAFF = Actor(kind=ActorKind.STAFF, id=str(new_id()), role="manager")


@job("test.batch.child", Policy(queue="email", max_attempts=2))
@contract
class Child:
    """One of many."""

    number: int


@job("test.batch.sum", Policy(queue="email", priority=1, max_attempts=3), subject="batch_id")
@contract
class Sum:
    """What follows."""

    batch_id: UUID


def begin(get: Get, children: int, actor: Actor = STAFF) -> UUID:
    batch_id = new_id()
    with get(UnitOfWorkFactory)(actor) as uow:
        found = (Child(number=number) for number in range(children))
        uow.enqueue_batch(found, then=Sum(batch_id=batch_id), batch_id=batch_id)
        uow.commit()
    return batch_id


def jobs(database: Database, kind: str, state: str | None = None) -> list[Any]:
    with database.read() as connection:
        found = connection.execute(
            text("SELECT * FROM job WHERE kind = :kind AND state = coalesce(:state, state) ORDER BY id"),
            {"kind": kind, "state": state},
        )
        return list(found)


def run(get: Get, job_id: UUID, error: Exception | None = None) -> JobState | None:
    attempts: AttemptService = get(AttemptService)
    attempt = attempts.claim(job_id, kinds=KINDS, lease=LEASE)
    assert attempt
    return attempts.end(attempt, error)


def test_what_follows_is_promised_when_the_last_has_ended(get: Get, clock: ManualClock, database: Database):
    batch_id = begin(get, 3)
    first, second, third = (row.id for row in jobs(database, "test.batch.child"))
    run(get, first)
    run(get, second, Missing("There is no such thing."))
    assert jobs(database, "test.batch.sum") == []
    assert get(BatchService).get(batch_id).percent == 66
    clock.move(timedelta(minutes=1))
    get(JobControlService).cancel([third], STAFF)
    (following,) = jobs(database, "test.batch.sum")
    found = get(BatchService).get(batch_id)
    assert (found.total, found.open, found.completed, found.dead, found.cancelled) == (3, 0, 1, 1, 1)
    assert (found.finished_at, found.following_id, found.percent) == (clock.now(), following.id, 100)
    assert (following.state, following.run_at, following.priority) == ("scheduled", clock.now(), 1)
    assert (following.subject_type, following.subject_id, following.max_attempts) == ("batch", batch_id, 3)
    assert following.cause["actor_id"] == STAFF.id
    attempt = get(AttemptService).claim(following.id, kinds=KINDS, lease=LEASE)
    assert get(AttemptService).payload(attempt) == Sum(batch_id=batch_id)


def test_workers_that_end_at_the_same_time_promise_it_once(get: Get, database: Database):
    for _ in range(5):
        begin(get, 16)
    ids = [row.id for row in jobs(database, "test.batch.child")]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda one: run(get, one), ids)) == {JobState.COMPLETED}
    assert len(jobs(database, "test.batch.sum", "scheduled")) == 5


def test_outcomes_of_many_batches_in_one_statement_do_not_wait_for_each_other(
    get: Get, clock: ManualClock, database: Database
):
    """Workers write many outcomes at once, in any order, of any batches: each locks several batches."""
    attempts: AttemptService = get(AttemptService)
    for _ in range(6):
        begin(get, 60)
    ids = [row.id for row in jobs(database, "test.batch.child")]
    shuffled = random.Random(7).sample(ids, len(ids))
    claimed = attempts.claim_all(shuffled, kinds=KINDS, lease=LEASE)
    endings = [Ending(attempt=one, ended_at=clock.now()) for one in claimed]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempts.end_all, (endings[at : at + 20] for at in range(0, len(ids), 20))))
    assert sum(len(answer) for answer in answers) == len(ids)
    assert len(jobs(database, "test.batch.sum")) == 6


def test_the_last_two_that_overlap_promise_it_once(get: Get, database: Database):
    """Each ends before the other's transaction commits: neither may take the other for open."""
    begin(get, 2)
    first, second = (row.id for row in jobs(database, "test.batch.child"))
    ending = text("UPDATE job SET state = 'completed', finished_at = now() WHERE id = :id")
    with database.engine.connect() as one, ThreadPoolExecutor(1) as pool:
        one.execute(ending, {"id": first})

        def other() -> None:
            with database.engine.begin() as connection:
                connection.execute(ending, {"id": second})

        waiting = pool.submit(other)
        one.commit()
        waiting.result(10)
    assert len(jobs(database, "test.batch.sum")) == 1


def test_a_child_that_is_tried_again_keeps_the_batch_open(get: Get, clock: ManualClock, database: Database):
    batch_id = begin(get, 1)
    (child,) = jobs(database, "test.batch.child")
    assert run(get, child.id, Unavailable("down")) is JobState.RETRYING
    assert get(BatchService).get(batch_id).open == 1
    clock.move(timedelta(minutes=5))
    assert run(get, child.id, Unavailable("down")) is JobState.DEAD
    assert get(BatchService).get(batch_id).dead == 1


def test_a_child_that_was_lost_for_good_counts(get: Get, clock: ManualClock, database: Database):
    batch_id = begin(get, 1)
    (child,) = jobs(database, "test.batch.child")
    while get(BatchService).get(batch_id).open:
        get(AttemptService).claim(child.id, kinds=KINDS, lease=LEASE)
        clock.move(timedelta(minutes=1))
        get(DispatchService).sweep()
    assert (get(BatchService).get(batch_id).dead, len(jobs(database, "test.batch.sum"))) == (1, 1)


def test_a_late_success_changes_nothing(get: Get, database: Database):
    batch_id = begin(get, 1)
    (child,) = jobs(database, "test.batch.child")
    run(get, child.id, Missing("There is no such thing."))
    get(JobControlService).retry([child.id], STAFF)
    assert run(get, child.id) is JobState.COMPLETED
    assert len(jobs(database, "test.batch.sum")) == 1
    assert get(BatchService).get(batch_id).dead == 1


def test_a_batch_that_is_called_off_still_says_so(get: Get, database: Database):
    batch_id = begin(get, 4)
    active = jobs(database, "test.batch.child")[0].id
    attempt = get(AttemptService).claim(active, kinds=KINDS, lease=LEASE)
    assert get(BatchService).cancel(batch_id) == 4
    assert get(BatchService).get(batch_id).cancelled == 3
    assert jobs(database, "test.batch.sum") == []
    assert get(AttemptService).progress(attempt), "the one that runs is told when it looks"
    assert get(AttemptService).end(attempt, Unavailable("stopped")) is JobState.CANCELLED
    assert len(jobs(database, "test.batch.sum")) == 1
    assert get(BatchService).cancel(batch_id) == 0


def test_of_no_children_it_is_due_at_once(get: Get, database: Database):
    batch_id = begin(get, 0)
    assert len(jobs(database, "test.batch.sum")) == 1
    assert get(BatchService).get(batch_id).finished_at is not None


def test_a_batch_exists_only_if_its_transaction_commits(get: Get, database: Database):
    with get(UnitOfWorkFactory)() as uow:
        batch_id = uow.enqueue_batch([Child(number=1)], then=Sum(batch_id=new_id()))
    with pytest.raises(Missing):
        get(BatchService).get(batch_id)
    assert jobs(database, "test.batch.child") == []


def test_a_large_batch_is_written_and_called_off_in_few_statements(get: Get, database: Database):
    with statements(database) as sent:
        batch_id = begin(get, 2500)
    assert len(sent) <= 8
    with statements(database) as sent:
        assert get(BatchService).cancel(batch_id) == 2500
    assert len(sent) == 4
    assert get(BatchService).get(batch_id).cancelled == 2500
    assert len(jobs(database, "test.batch.sum")) == 1


def test_children_stay_until_their_batch_has_finished(get: Get, clock: ManualClock, database: Database):
    batch_id = begin(get, 2)
    first, second = (row.id for row in jobs(database, "test.batch.child"))
    run(get, first)
    clock.move(timedelta(days=30))
    get(JobUpkeepService).prune()
    assert get(BatchService).get(batch_id).completed == 1
    run(get, second)
    clock.move(timedelta(days=30))
    get(JobUpkeepService).prune()
    assert jobs(database, "test.batch.child") == []
    assert get(BatchService).get(batch_id).completed == 2
    clock.move(timedelta(days=61))
    get(JobUpkeepService).prune()
    with pytest.raises(Missing):
        get(BatchService).get(batch_id)
