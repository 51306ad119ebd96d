"""Cancelling: what waits at once, what runs when it looks; and jobs that are of no use any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import Clock, ManualClock
from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.errors import Unavailable
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState, Policy, job
from exodrive.core.types import key_ring
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.context import JobContext
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.control import JobControlService
from exodrive.services.job.dispatch import DispatchService
from exodrive.services.job.rules import Cancelled, Expired

Get = Callable[[type[Any]], Any]
LEASE = timedelta(seconds=15)
HOUR = timedelta(hours=1)
STAFF = Actor(kind=ActorKind.STAFF, id=str(new_id()), role="manager")


@job("test.cancel", Policy(queue="email", max_attempts=3, first_retry=60))
@contract
class Work:
    """Is not wanted after all."""


@job("test.expiring", Policy(queue="email", expires_after=3600))
@contract
class Reminder:
    """Is of no use an hour after its time."""


@job("test.cancel.about", Policy(queue="email"), subject="thing_id")
@contract
class Errand:
    """About a thing."""

    thing_id: UUID


KINDS = ("test.cancel", "test.cancel.about", "test.expiring")


def promise(get: Get, what: object, **options: Any) -> UUID:
    with get(UnitOfWorkFactory)() as uow:
        made: UUID = uow.enqueue(what, **options)
        uow.commit()
    return made


def begin(get: Get, job_id: UUID) -> Attempt | None:
    found: Attempt | None = get(AttemptService).claim(job_id, kinds=KINDS, lease=LEASE)
    return found


def row(database: Database, job_id: UUID) -> Any:
    with database.read() as connection:
        return connection.execute(text("SELECT * FROM job WHERE id = :id"), {"id": job_id}).one()


def send(get: Get) -> list[UUID]:
    return [one.id for one in get(DispatchService).publish(queues=("email",), kinds=KINDS, bound=10)]


@pytest.mark.parametrize("sent", [False, True])
def test_what_waits_is_cancelled_at_once(get: Get, database: Database, sent: bool):
    made = promise(get, Work())
    if sent:
        assert send(get) == [made]
    get(JobControlService).cancel([made], STAFF)
    assert row(database, made).state == "cancelled"
    assert begin(get, made) is None, "its message may still be on the way"
    assert send(get) == []


def test_what_runs_stops_when_it_looks_and_keeps_what_it_found(get: Get, database: Database):
    made = promise(get, Work())
    attempt = begin(get, made)
    assert attempt
    own = JobContext(attempt, get(AttemptService), get(Clock))
    own.check()
    own.log("half of it done")
    own.result({"done": 50})
    get(JobControlService).cancel([made], STAFF)
    assert row(database, made).state == "active"
    own._asked = 0.0  # half a second later
    with pytest.raises(Cancelled) as stopped:
        own.check()
    assert get(AttemptService).end(attempt, stopped.value, own.findings()) is JobState.CANCELLED
    ended = row(database, made)
    assert (ended.state, ended.error_code, ended.finished_at is not None) == ("cancelled", "cancelled", True)
    assert orjson.loads(key_ring.cipher.decrypt(bytes(ended.result))) == {"done": 50}
    with database.read() as connection:
        kept = connection.execute(text("SELECT outcome, log FROM job_attempt")).one()
    assert (kept.outcome, kept.log[0][1]) == ("cancelled", "half of it done")


def test_what_does_not_look_ends_as_it_does(get: Get, database: Database):
    done, failed = promise(get, Work()), promise(get, Work())
    attempts = [begin(get, one) for one in (done, failed)]
    get(JobControlService).cancel([done, failed], STAFF)
    assert get(AttemptService).end(attempts[0]) is JobState.COMPLETED, "the deed is done"
    assert get(AttemptService).end(attempts[1], Unavailable("down")) is JobState.CANCELLED, "not tried again"


def test_a_cancelled_job_whose_worker_vanished_is_not_tried_again(
    get: Get, clock: ManualClock, database: Database
):
    made = promise(get, Work())
    begin(get, made)
    get(JobControlService).cancel([made], STAFF)
    clock.move(timedelta(minutes=1))
    get(DispatchService).sweep()
    assert row(database, made).state == "cancelled"


def test_what_is_promised_about_a_subject_is_called_off_with_its_cause(
    get: Get, clock: ManualClock, database: Database
):
    about, other = new_id(), new_id()
    waiting, later, active, elsewhere = (
        promise(get, Errand(thing_id=subject), run_at=at)
        for subject, at in (
            (about, None),
            (about, clock.now() + HOUR),
            (about, None),
            (other, None),
        )
    )
    done = promise(get, Errand(thing_id=about))
    get(AttemptService).end(begin(get, done))
    begin(get, active)
    with get(UnitOfWorkFactory)() as uow:
        assert uow.call_off(Errand, Work, subject_id=about) == 3
    assert row(database, waiting).state == "scheduled", "it was not committed"
    with get(UnitOfWorkFactory)() as uow:
        uow.call_off(Errand, Work, subject_id=about)
        uow.commit()
    assert [row(database, one).state for one in (waiting, later, active, elsewhere, done)] == [
        "cancelled",
        "cancelled",
        "active",
        "scheduled",
        "completed",
    ]
    assert row(database, waiting).finished_at == clock.now()
    assert row(database, active).cancel_asked_at == clock.now()
    assert row(database, done).cancel_asked_at is None


def test_what_is_too_late_is_dead_with_the_reason(get: Get, clock: ManualClock, database: Database):
    made = {promise(get, Reminder(), run_at=clock.now() + HOUR) for _ in range(3)}
    clock.move(HOUR)
    (sent,) = (one.id for one in get(DispatchService).publish(queues=("email",), kinds=KINDS, bound=1))
    late, in_time = made - {sent}
    clock.move(HOUR - timedelta(seconds=1))
    assert get(DispatchService).expire() == []
    assert begin(get, in_time)
    clock.move(timedelta(seconds=1))
    assert {job_id for job_id, _ in get(DispatchService).expire()} == {late, sent}
    for one in (late, sent):
        found = row(database, one)
        assert (found.state, found.error_code, found.attempts) == ("dead", "expired", 0)
        assert found.error_text == "Its time was over before it could be done."
    assert row(database, in_time).state == "active", "what has begun may end"
    assert begin(get, late) is None


def test_a_worker_does_not_begin_what_became_too_late_on_the_way(
    get: Get, clock: ManualClock, database: Database
):
    made = promise(get, Work(), expires_at=clock.now() + HOUR)
    clock.move(HOUR)
    attempt = begin(get, made)
    assert attempt
    with pytest.raises(Expired) as late:
        get(AttemptService).payload(attempt)
    assert get(AttemptService).end(attempt, late.value) is JobState.DEAD
    assert row(database, made).error_code == "expired"


def test_a_retry_that_would_come_too_late_does_not_come(get: Get, clock: ManualClock, database: Database):
    made = promise(get, Work(), expires_at=clock.now() + timedelta(seconds=30))
    assert get(AttemptService).end(begin(get, made), Unavailable("down")) is JobState.RETRYING
    clock.move(timedelta(seconds=30))
    get(DispatchService).expire()
    assert (row(database, made).state, row(database, made).error_code) == ("dead", "expired")


def test_a_person_may_have_it_done_all_the_same(get: Get, clock: ManualClock, database: Database):
    made = promise(get, Work(), expires_at=clock.now())
    get(DispatchService).expire()
    get(JobControlService).retry([made], STAFF)
    assert get(DispatchService).expire() == []
    attempt = begin(get, made)
    assert attempt
    assert get(AttemptService).payload(attempt) == Work()


def test_reminders_are_of_use_until_what_they_remind_of(clock: ManualClock):
    from exodrive.core import ledger
    from exodrive.core.actor import SYSTEM

    due = clock.now() + HOUR
    made = ledger.job_row(Reminder(), now=clock.now(), run_at=due, unique_key=None, actor=SYSTEM)
    assert made["expires_at"] == due + HOUR
    own: datetime = due + timedelta(minutes=5)
    made = ledger.job_row(
        Reminder(), now=clock.now(), run_at=due, unique_key=None, actor=SYSTEM, expires_at=own
    )
    assert made["expires_at"] == own
