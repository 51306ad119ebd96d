"""A job's story: each attempt with what was said and found, progress, result, and the wish to stop."""

from datetime import timedelta
from uuid import UUID

import orjson
import pybreaker
import pytest
from sqlalchemy import select, text

from exodrive.core.clock import ManualClock
from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.errors import Unavailable
from exodrive.core.ledger import Job, JobState, Policy, job
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.context import JobContext
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.dispatch import DispatchService
from exodrive.services.job.models import JobAttempt, Outcome
from exodrive.services.job.rules import Cancelled

LEASE = timedelta(seconds=15)


@job("test.story", Policy(queue="email", max_attempts=3))
@contract
class Story:
    """Has one."""

    number: int


@pytest.fixture
def attempts(get) -> AttemptService:
    return get(AttemptService)  # type: ignore[no-any-return]  # the container answers what is asked


@pytest.fixture
def job_id(get, database: Database) -> UUID:
    with get(UnitOfWorkFactory)() as uow:
        uow.enqueue(Story(number=1))
        uow.commit()
    return row(database).id


def row(database: Database) -> Job:
    with database.sessions() as session:
        return session.scalars(select(Job)).one()


def story(database: Database) -> list[JobAttempt]:
    with database.sessions() as session:
        return list(session.scalars(select(JobAttempt).order_by(JobAttempt.id)))


def begin(attempts: AttemptService, job_id: UUID) -> Attempt:
    attempt = attempts.claim(job_id, kinds=("test.story",), lease=LEASE)
    assert attempt
    return attempt


def test_every_attempt_is_kept_with_what_it_said(
    job_id: UUID, attempts: AttemptService, clock: ManualClock, database: Database, get
):
    due = clock.now()
    clock.move(timedelta(seconds=2))
    first = begin(attempts, job_id)
    own = JobContext(first, attempts, clock)
    own.log("asked the server\0")
    clock.move(timedelta(seconds=3))
    attempts.end(first, Unavailable("The server is down."), own.findings())
    clock.set(row(database).run_at)
    begin(attempts, job_id)
    clock.move(LEASE * 2)
    get(DispatchService).sweep()
    third = begin(attempts, job_id)
    attempts.end(third)
    kept = story(database)
    assert [one.outcome for one in kept] == [Outcome.RETRYING, Outcome.LOST, Outcome.COMPLETED]
    assert (kept[0].due_at, kept[0].started_at - due, kept[0].ended_at - kept[0].started_at) == (
        due,
        timedelta(seconds=2),
        timedelta(seconds=3),
    )
    assert [words for _, words in kept[0].log] == ["asked the server"]
    assert kept[0].error_text == "Unavailable (unavailable): The server is down."
    assert all(one.worker for one in kept)
    assert row(database).worker is None


def test_of_a_log_the_newest_lines_are_kept(job_id: UUID, attempts: AttemptService, clock: ManualClock):
    own = JobContext(begin(attempts, job_id), attempts, clock)
    for number in range(200):
        own.log(f"{number} " + "x" * 1000)
    lines = own.findings().log
    assert (len(lines), lines[-1][1][:4], len(lines[0][1])) == (50, "199 ", 300)


def test_progress_and_result_are_kept_and_the_result_is_encrypted(
    job_id: UUID, attempts: AttemptService, clock: ManualClock, database: Database
):
    attempt = begin(attempts, job_id)
    own = JobContext(attempt, attempts, clock)
    own.progress(40, "four of ten")
    assert (row(database).progress, row(database).progress_text) == (40, "four of ten")
    own.progress(41)  # too soon to be written
    assert row(database).progress == 40
    own.progress(100)
    own.result({"rows": 10})
    assert attempts.end(attempt, None, own.findings()) is JobState.COMPLETED
    assert row(database).progress == 100
    assert orjson.loads(row(database).result or "") == {"rows": 10}
    with database.read() as connection:
        assert b"rows" not in bytes(connection.execute(text("SELECT result FROM job")).scalar_one())
    with pytest.raises(ValueError, match="16384"):
        own.result({"rows": "x" * 20_000})


@pytest.mark.parametrize("heeds", [True, False])
def test_who_is_asked_to_stop_is_cancelled_unless_it_was_quicker(
    job_id: UUID, attempts: AttemptService, clock: ManualClock, database: Database, heeds: bool
):
    attempt = begin(attempts, job_id)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET cancel_asked_at = now()"))
    own = JobContext(attempt, attempts, clock)
    assert own.cancelled()
    if heeds:
        with pytest.raises(Cancelled) as caught:
            own.progress(50)
        assert attempts.end(attempt, caught.value) is JobState.CANCELLED
        assert story(database)[0].outcome is Outcome.CANCELLED
    else:
        assert attempts.end(attempt) is JobState.COMPLETED
    assert row(database).finished_at is not None


def test_a_cancelled_job_is_not_tried_again(job_id: UUID, attempts: AttemptService, database: Database):
    attempt = begin(attempts, job_id)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET cancel_asked_at = now()"))
    assert attempts.end(attempt, Unavailable("down")) is JobState.CANCELLED
    assert row(database).finished_at is not None


def test_an_attempt_that_a_breaker_refused_does_not_count(
    job_id: UUID, attempts: AttemptService, clock: ManualClock, database: Database
):
    for _ in range(10):
        attempt = begin(attempts, job_id)
        refusal = Unavailable("The mail server is left alone.")
        refusal.__cause__ = pybreaker.CircuitBreakerError("open")
        assert attempts.end(attempt, refusal) is JobState.RETRYING
        clock.set(row(database).run_at)
    assert (row(database).attempts, row(database).error_code) == (0, "breaker_open")
    assert {one.outcome for one in story(database)} == {Outcome.DEFERRED}
