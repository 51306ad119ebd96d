"""The console of jobs: how the queues stand, and pausing them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid, Missing
from exodrive.core.ledger import JobState
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.models import Staff
from exodrive.services.booking.desk_jobs import JobSubjectService
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.console_contracts import FindJobs, Window
from exodrive.services.job.console_desk import JobDeskService
from exodrive.services.job.contracts import JobFilter, PauseScope, Verb
from exodrive.services.job.control import JobControlService
from exodrive.services.job.rhythm import Recurring
from exodrive.services.job.schedule import ScheduleService
from exodrive.services.job.workers import PoolKind, WorkerBook, WorkerPresence
from exodrive.services.payment.contracts import SweepPayments
from tests.admin.console import LEASE, audited, body, send, state_of
from tests.staff import actor_of
from tests.statements import statements

Enter = Callable[..., FlaskClient]


def test_the_overview_tells_how_everything_stands(
    enter: Enter, promise: Callable[..., list[UUID]], run: Callable[..., None], get: Any
) -> None:
    client = enter(StaffRole.MANAGER)
    good, bad, running = promise(3)
    run(good)
    run(bad, Missing("?"))
    assert get(AttemptService).claim(running, kinds=("test.desk",), lease=LEASE)
    page = body(client, "/admin/jobs")
    for shown in ("1 completed and 1 failed", "Slowest of twenty", "50 %", "2.0 s", str(running), "webhook"):
        assert shown in page, shown
    assert 'class="bar-failed"' in page
    for window, words in (
        ("24h", "The last 24 hours"),
        ("7d", "The last 7 days"),
        ("nonsense", "The last hour"),
    ):
        assert words in body(client, "/admin/jobs", window=window)


def test_htmx_gets_the_living_part_alone(enter: Enter) -> None:
    client = enter(StaffRole.MANAGER)
    part = client.get("/admin/jobs", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in part
    assert "Queues" in part


def test_the_overview_and_the_list_cost_the_same_however_much_there_is(
    enter: Enter,
    promise: Callable[..., list[UUID]],
    run: Callable[..., None],
    database: Database,
    booking: Any,
) -> None:
    client = enter(StaffRole.MANAGER)

    def cost(path: str, **query: str) -> int:
        """Without whose session it is, and the places, which the schedule asks for as often as it has entries."""
        with statements(database) as sent:
            body(client, path, **query)
        return sum("staff_session" not in one and "FROM location" not in one for one in sent)

    asked: tuple[tuple[str, dict[str, str]], ...] = (
        ("/admin/jobs", {}),
        ("/admin/jobs/list", {}),
        ("/admin/jobs/list", {"state": "dead"}),
    )
    run(promise(subject=booking.id)[0], Missing("?"))
    before = [cost(path, **query) for path, query in asked]
    for job_id in promise(30, subject=booking.id):
        run(job_id, Missing("?"))
    promise(30)
    assert [cost(path, **query) for path, query in asked] == before
    assert before[1:] == [2, 3]  # the list and the references; for dead ones their causes too
    assert before[0] <= 10


def test_a_queue_is_paused_and_resumed_after_a_question(enter: Enter, database: Database) -> None:
    client = enter(StaffRole.MANAGER)
    for deed, audit in (("pause", "job.paused"), ("resume", "job.resumed")):
        path = f"/admin/jobs/{deed}?scope=queue&name=email"
        assert f"{deed.title()} email?" in body(client, path)
        assert send(client, path).status_code == 303
        assert audited(database)[-1] == audit
        page = body(client, "/admin/jobs")
        assert ("Nothing is paused." in page) == (deed == "resume")
        assert ("Robin Manager" in page.partition("<main")[2]) == (deed == "pause")


@pytest.mark.parametrize(
    "query", ["", "?scope=queue&name=nonsense", "?scope=x&name=email", "?scope=kind&name=email"]
)
def test_what_is_no_queue_is_not_paused(enter: Enter, query: str) -> None:
    client = enter(StaffRole.OWNER)
    assert client.get(f"/admin/jobs/pause{query}").status_code == 404
    assert send(client, f"/admin/jobs/pause{query}").status_code == 404


def test_the_services_ask_for_the_role_themselves(
    get: Any, hire: Callable[..., Staff], promise: Callable[..., list[UUID]], database: Database
) -> None:
    agent = actor_of(hire(StaffRole.AGENT))
    desk, control, subjects = get(JobDeskService), get(JobControlService), get(JobSubjectService)
    (job_id,) = promise()
    for call in (
        lambda: desk.overview(Window.HOUR, agent),
        lambda: desk.find(JobFilter(), agent),
        lambda: desk.count(JobFilter(), agent, Verb.RETRY),
        lambda: desk.groups_of_dead(agent),
        lambda: desk.story(job_id, agent),
        lambda: desk.order(job_id, agent),
        lambda: subjects.bookings("K7QM4TR9", None, agent),
        lambda: subjects.references([], agent),
        lambda: control.retry([job_id], agent),
        lambda: control.cancel(JobFilter(), agent),
        lambda: control.delete([job_id], agent),
        lambda: control.reprioritise([job_id], 1, agent),
        lambda: control.pause(PauseScope.QUEUE, "email", agent),
        lambda: control.resume(PauseScope.QUEUE, "email", agent),
    ):
        with pytest.raises(Forbidden):
            call()
    assert state_of(database, job_id) is JobState.SCHEDULED
    with pytest.raises(Invalid):
        desk.which(FindJobs(since="2026-02-30T10:00"))


def test_a_schedule_tells_its_runs_and_silence_is_red(enter: Enter, get: Any, clock: ManualClock) -> None:
    client, schedule = enter(StaffRole.MANAGER), get(ScheduleService)
    assert "Never promised so far: " in body(client, "/admin/jobs")
    every_minute = Recurring(SweepPayments(), timedelta(minutes=1))
    for _ in range(2):
        (slot,) = schedule.slots([every_minute], ())
        assert schedule.promise(slot)
        clock.move(timedelta(minutes=1))
    page = body(client, "/admin/jobs")
    assert "On time" in page
    assert "/admin/jobs/schedules/payment.sweep" in page
    runs = body(client, "/admin/jobs/schedules/payment.sweep")
    assert "2026-06-01 10:00:00" in runs
    assert "2026-06-01 10:01:00" in runs
    assert client.get("/admin/jobs/schedules/nonsense").status_code == 404
    clock.move(timedelta(minutes=5))
    assert "Silent" in body(client, "/admin/jobs")


def test_the_overview_names_workers_that_have_nothing_to_do(
    enter: Enter, get: Any, clock: ManualClock
) -> None:
    client = enter(StaffRole.MANAGER)
    assert "No worker is there." in body(client, "/admin/jobs")
    get(WorkerBook).say(
        WorkerPresence(
            name="depot:17",
            pool=PoolKind.PROCESSES,
            slots=2,
            queues=("document", "image"),
            since=clock.now() - timedelta(hours=3),
        )
    )
    page = " ".join(body(client, "/admin/jobs").split())
    assert "<strong>depot:17</strong>" in page
    assert "2 processes · document, image · since 2026-06-01 07:00" in page
    assert "No worker is there." not in page
