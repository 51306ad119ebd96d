"""Watching the ledger and stepping in."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import redis
from sqlalchemy import select, text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.errors import Invalid, Missing, Unavailable
from exodrive.core.ids import new_id
from exodrive.core.ledger import Job, JobState, Policy, job, kinds
from exodrive.core.resilience import Guard
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.console import JobConsoleService
from exodrive.services.job.contracts import ChangeJobs, JobFilter, PauseScope
from exodrive.services.job.control import JobControlService
from exodrive.services.job.dispatch import DispatchService
from exodrive.services.job.masking import MASK
from exodrive.services.job.rhythm import Recurring
from exodrive.services.job.schedule import ScheduleService
from exodrive.services.payment.contracts import SweepPayments

LEASE = timedelta(seconds=15)
HOUR = timedelta(hours=1)
OWNER = Actor(kind=ActorKind.STAFF, id="s-1", request_id="r-1", role="owner")
QUEUES = ("booking", "email", "payment", "upkeep", "webhook")


@job("test.console", Policy(queue="email", max_attempts=1), subject="booking_id")
@contract
class Watched:
    """Somebody looks at it."""

    booking_id: UUID
    email: str = "ada@example.org"


@pytest.fixture
def console(get) -> JobConsoleService:
    return get(JobConsoleService)  # type: ignore[no-any-return]  # the container answers what is asked


@pytest.fixture
def control(get) -> JobControlService:
    return get(JobControlService)  # type: ignore[no-any-return]  # as above


@pytest.fixture
def promise(get) -> Callable[..., list[UUID]]:
    def write(number: int = 1, **options) -> list[UUID]:
        subjects = [new_id() for _ in range(number)]
        with get(UnitOfWorkFactory)() as uow:
            for subject in subjects:
                uow.enqueue(Watched(booking_id=subject), **options)
            uow.commit()
        with get(Database).read() as connection:
            found = connection.execute(select(Job.id, Job.subject_id)).all()
        by_subject = {subject: job_id for job_id, subject in found}
        return [by_subject[subject] for subject in subjects if subject in by_subject]

    return write


@pytest.fixture
def run(get, clock: ManualClock) -> Callable[..., None]:
    def attempt(job_id: UUID, error: Exception | None = None) -> None:
        mine = get(AttemptService).claim(job_id, kinds=("test.console",), lease=LEASE)
        assert mine
        clock.move(timedelta(seconds=2))
        get(AttemptService).end(mine, error)

    return attempt


def publish(get) -> list[UUID]:
    return [due.id for due in get(DispatchService).publish(queues=QUEUES, kinds=list(kinds()), bound=1000)]


def states(database: Database) -> dict[UUID, JobState]:
    with database.read() as connection:
        return {row.id: row.state for row in connection.execute(select(Job.id, Job.state))}


def carry_out(get, control: JobControlService) -> int:
    """Run the bulk order as its worker does."""
    (order,) = get(JobConsoleService).find(JobFilter(kind="job.bulk")).jobs
    mine = get(AttemptService).claim(order.id, kinds=("job.bulk",), lease=LEASE)
    payload = get(AttemptService).payload(mine)
    assert isinstance(payload, ChangeJobs)
    changed = control.carry_out(payload, order.id, lambda percent, words: None)
    get(AttemptService).end(mine)
    return changed


def test_the_overview_counts_what_ended_and_how_long_it_took(
    console: JobConsoleService, promise, run, clock: ManualClock, get
):
    good, bad, waiting = promise(3)
    clock.move(timedelta(seconds=3))
    run(good)
    run(bad, Missing("There is no such booking."))
    schedule = get(ScheduleService)
    (slot,) = schedule.slots([Recurring(SweepPayments(), timedelta(minutes=1))], ())
    schedule.promise(slot)
    view = console.overview(HOUR)
    (queue, payment) = view.queues
    assert payment.depth
    assert payment.depth.due == 1
    assert (queue.completed, queue.died, queue.success) == (1, 1, 0.5)
    assert (queue.run_p50, queue.run_p95, queue.wait_p50) == (2, 2, 4)
    assert queue.depth is not None
    assert (queue.depth.due, queue.depth.dead) == (1, 1)
    assert sum(point.completed for point in view.points) == 1
    (found,) = view.schedules
    assert (found.silent, found.last_state, found.rhythm) == (False, JobState.SCHEDULED, "every minute")
    clock.move(timedelta(minutes=3))
    assert console.overview(HOUR).schedules[0].silent
    assert get(AttemptService).claim(waiting, kinds=("test.console",), lease=LEASE)
    (running,) = console.overview(HOUR).running
    assert (running.id, running.kind) == (waiting, "test.console")
    clock.move(HOUR * 2)
    assert console.overview(HOUR).points == ()


def test_the_overview_shows_breakers(console: JobConsoleService, redis_client: redis.Redis):
    guard = Guard("mail", redis_client, deadline=1, refusal=Unavailable)

    def down() -> None:
        raise Unavailable("down")

    for _ in range(10):
        with pytest.raises(Unavailable):
            guard.once(down)
    breakers = console.overview(HOUR).breakers
    assert breakers is not None
    assert [(one.system, one.state) for one in breakers] == [
        ("mail", "open"),
        ("gateway", "closed"),
    ]


def test_a_list_is_filtered_and_paged(console: JobConsoleService, promise, run, clock: ManualClock):
    ids = promise(120)
    run(ids[0], Missing("?"))
    first = console.find(JobFilter(kind="test.console"))
    second = console.find(JobFilter(), first.cursor)
    third = console.find(JobFilter(), second.cursor)
    seen = [line.id for page in (first, second, third) for line in page.jobs]
    assert seen == sorted(ids, reverse=True)
    assert (len(first.jobs), third.cursor) == (50, None)
    dead = console.find(JobFilter(states=["dead"])).jobs
    assert [line.id for line in dead] == [ids[0]]
    for words in (str(ids[0]), str(dead[0].subject_id), "not_found"):
        assert console.count(JobFilter(text=words)) == 1
    assert console.count(JobFilter(subject_type="booking", subject_id=dead[0].subject_id)) == 1
    assert console.count(JobFilter(queue="payment")) == 0
    assert console.count(JobFilter(since=clock.now())) == 0
    assert console.count(JobFilter(until=clock.now(), error_code="not_found")) == 1


def test_a_job_tells_its_story_without_what_is_personal(console: JobConsoleService, promise, run, get, clock):
    (job_id,) = promise()
    run(job_id, RuntimeError("ada@example.org"))
    view = console.job(job_id)
    assert view.payload is not None
    assert view.payload["email"] == MASK
    assert view.payload["booking_id"] == str(view.line.subject_id)
    (attempt,) = view.attempts
    assert (attempt.number, attempt.outcome, attempt.error_code) == (1, "dead", "unexpected")
    assert "ada" not in str(view)
    get(JobControlService).retry([job_id], OWNER)
    assert get(AttemptService).claim(job_id, kinds=("test.console",), lease=LEASE)
    assert [one.outcome for one in console.job(job_id).attempts] == ["dead", None]
    with pytest.raises(Missing):
        console.job(new_id())


def test_why_a_job_waits_is_told_in_words(promise, get, clock: ManualClock, database: Database):
    console, control = get(JobConsoleService), get(JobControlService)
    (job_id,) = promise(run_at=clock.now() + HOUR)
    assert console.job(job_id).why == "It is to run at 2026-06-01 11:00:00 UTC."
    clock.move(HOUR)
    assert "relay" in str(console.job(job_id).why)
    publish(get)
    assert console.job(job_id).why == "It was sent to the workers; 0 of its queue come first."
    control.pause(PauseScope.KIND, "test.console", OWNER)
    assert "kind test.console is paused" in str(console.job(job_id).why)
    control.resume(PauseScope.KIND, "test.console", OWNER)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET kind = 'gone'"))
    assert "no worker knows the kind gone" in str(console.job(job_id).why)


@pytest.mark.parametrize("pause", [(PauseScope.QUEUE, "email"), (PauseScope.KIND, "test.console")])
def test_what_is_paused_is_neither_sent_nor_begun_and_goes_on_when_resumed(
    control: JobControlService, promise, get, database: Database, pause: tuple[PauseScope, str]
):
    (job_id,) = promise()
    assert publish(get) == [job_id]
    control.pause(*pause, OWNER)
    control.pause(*pause, OWNER)
    assert get(AttemptService).claim(job_id, kinds=("test.console",), lease=LEASE) is None, (
        "its message came late"
    )
    promise()
    assert publish(get) == []
    control.resume(*pause, OWNER)
    assert len(publish(get)) == 2
    with database.read() as connection:
        actions = connection.execute(text("SELECT action FROM audit_entry ORDER BY id")).scalars().all()
    assert actions == ["job.paused", "job.paused", "job.resumed"]


def test_waiting_jobs_are_cancelled_at_once_and_a_running_one_is_asked(
    control: JobControlService, promise, get, database: Database
):
    waiting, active = promise(2)
    assert get(AttemptService).claim(active, kinds=("test.console",), lease=LEASE)
    assert control.cancel([waiting, active], OWNER).jobs == 2
    assert states(database) == {waiting: JobState.CANCELLED, active: JobState.ACTIVE}
    assert get(JobConsoleService).job(active).cancel_asked_at is not None


def test_a_retried_job_has_all_its_attempts_again(
    control: JobControlService, promise, run, get, database: Database
):
    (job_id,) = promise()
    run(job_id, Missing("?"))
    assert control.retry([job_id], OWNER).jobs == 1
    assert publish(get) == [job_id]
    run(job_id)
    assert states(database) == {job_id: JobState.COMPLETED}
    assert control.retry([job_id], OWNER).jobs == 0, "what is done stays done"


def test_a_retry_makes_no_second_promise_of_a_unique_one(
    control: JobControlService, promise, run, database: Database
):
    dead = []
    for _ in range(2):
        dead += promise(unique_key="one")
        run(dead[-1], Missing("?"))
    assert control.retry(dead, OWNER).jobs == 1
    assert states(database) == {dead[0]: JobState.DEAD, dead[1]: JobState.SCHEDULED}
    assert control.retry(dead, OWNER).jobs == 1, "the one that lives is merely due again"


def test_all_that_match_are_changed_by_a_job(
    control: JobControlService, promise, get, clock: ManualClock, database: Database
):
    ids = promise(1100)
    ordered = control.cancel(JobFilter(kind="test.console"), OWNER)
    assert (ordered.jobs, ordered.order_id is not None) == (1100, True)
    clock.move(timedelta(seconds=1))
    later = promise()
    assert carry_out(get, control) == 1100
    now = states(database)
    assert {now[one] for one in ids} == {JobState.CANCELLED}
    assert now[later[0]] is JobState.SCHEDULED
    with database.read() as connection:
        entries = connection.execute(text("SELECT action, actor_id, data FROM audit_entry ORDER BY id")).all()
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ("job.bulk_cancel", "s-1"),
        ("job.bulk_cancel_done", "s-1"),
    ]
    assert (entries[0].data["jobs"], entries[1].data["changed"]) == (1100, 1100)


def test_an_order_about_everything_spares_itself(
    control: JobControlService, promise, get, database: Database
):
    (job_id,) = promise()
    control.cancel(JobFilter(), OWNER)
    assert carry_out(get, control) == 1
    assert states(database)[job_id] is JobState.CANCELLED


def test_what_ended_is_deleted_with_its_story(control: JobControlService, promise, run, database: Database):
    ended, waiting = promise(2)
    run(ended)
    assert control.delete([ended, waiting], OWNER).jobs == 1
    assert list(states(database)) == [waiting]
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM job_attempt")).scalar_one() == 0


def test_jobs_are_put_first(control: JobControlService, promise, get):
    first, second = promise(2)
    control.reprioritise([second], 0, OWNER)
    assert publish(get) == [second, first]
    with pytest.raises(Invalid):
        control.reprioritise([second], 10, OWNER)


def test_no_ids_are_no_jobs(control: JobControlService, promise, database: Database):
    promise()
    assert control.cancel([], OWNER).jobs == 0
    assert set(states(database).values()) == {JobState.SCHEDULED}


def test_dead_jobs_are_grouped_by_cause(console: JobConsoleService, promise, run):
    one, two, three = promise(3)
    run(one, Missing("?"))
    run(two, Missing("?"))
    run(three, RuntimeError("?"))
    groups = console.groups_of_dead()
    assert [(group.error_code, group.jobs) for group in groups] == [("not_found", 2), ("unexpected", 1)]
    assert groups[0].sample_id == two
