"""The console of jobs: what managers see of the queues, of many jobs and of one, and what they do to them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from exodrive.core.clock import ManualClock
from exodrive.core.contract import contract
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid, Missing, Unavailable
from exodrive.core.ids import new_id
from exodrive.core.ledger import Job, JobState, Policy, job
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.models import Staff
from exodrive.services.booking.desk_jobs import JobSubjectService
from exodrive.services.booking.links import BookingLinks
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.console_contracts import FindJobs, Window
from exodrive.services.job.console_desk import JobDeskService
from exodrive.services.job.contracts import ChangeJobs, JobFilter, PauseScope, Verb
from exodrive.services.job.control import JobControlService
from tests.factories import make_booking, make_car, make_location, make_policy, make_quote
from tests.staff import actor_of, csrf_of
from tests.statements import statements

Enter = Callable[..., FlaskClient]
LEASE = timedelta(seconds=15)


@job("test.desk", Policy(queue="email", max_attempts=2), subject="booking_id")
@contract
class Looked:
    """Somebody looks at it in the console."""

    booking_id: UUID
    email: str = "ada@example.org"


@pytest.fixture
def promise(get: Any, database: Database) -> Callable[..., list[UUID]]:
    """`promise(3, subject=booking.id)`: so many jobs, oldest first."""

    def write(number: int = 1, *, subject: UUID | None = None, **options: Any) -> list[UUID]:
        with database.read() as connection:
            before = set(connection.execute(select(Job.id)).scalars())
        with get(UnitOfWorkFactory)() as uow:
            for _ in range(number):
                uow.enqueue(Looked(booking_id=subject or new_id()), **options)
            uow.commit()
        with database.read() as connection:
            return [
                one
                for one in connection.execute(select(Job.id).order_by(Job.id)).scalars()
                if one not in before
            ]

    return write


@pytest.fixture
def run(get: Any, clock: ManualClock) -> Callable[..., None]:
    """`run(job_id, error)`: one attempt of two seconds."""

    def attempt(job_id: UUID, error: Exception | None = None) -> None:
        mine = get(AttemptService).claim(job_id, kinds=("test.desk",), lease=LEASE)
        assert mine
        clock.move(timedelta(seconds=2))
        get(AttemptService).end(mine, error)

    return attempt


@pytest.fixture
def booking(database: Database, get: Any) -> Any:
    home = make_location(database)
    car = make_car(database, home)
    email = "maya@example.com"
    hashed = get(BookingLinks).customer(email)
    quote = make_quote(
        database,
        car,
        asked={
            "car": car.slug,
            "pick_up_location": home.slug,
            "pick_up_date": "2026-06-11",
            "pick_up_time": "10:00",
            "return_date": "2026-06-14",
            "return_time": "10:00",
        },
    )
    return make_booking(
        database, car, make_policy(database), quote, customer_email=email, customer_email_hash=hashed
    )


def body(client: FlaskClient, path: str, **query: str) -> str:
    answer = client.get(path, query_string=query or None)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def send(client: FlaskClient, path: str, **sent: str) -> Any:
    return client.post(path, data={"csrf_token": csrf_of(client, "/admin/me"), **sent})


def state_of(database: Database, job_id: UUID) -> JobState:
    with database.read() as connection:
        return connection.execute(select(Job.state).where(Job.id == job_id)).scalar_one()


def audited(database: Database) -> list[str]:
    with database.read() as connection:
        found = connection.execute(
            text("SELECT action FROM audit_entry WHERE action LIKE 'job.%' ORDER BY id")
        )
        return list(found.scalars())


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
        with statements(database) as sent:
            body(client, path, **query)
        return sum("staff_session" not in one for one in sent)

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
    assert before[0] <= 13


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


def test_jobs_are_found_by_what_is_known_of_them(
    enter: Enter,
    promise: Callable[..., list[UUID]],
    run: Callable[..., None],
    booking: Any,
    clock: ManualClock,
) -> None:
    client = enter(StaffRole.MANAGER)
    (mine,) = promise(subject=booking.id)
    clock.move(timedelta(hours=2))
    (dead,) = promise()
    run(dead, Missing("There is no such wheel."))
    for query, found, not_found in (
        ({"booking": booking.reference}, mine, dead),
        ({"state": "dead"}, dead, mine),
        ({"text": "not_found"}, dead, mine),
        ({"text": "such WHEEL"}, dead, mine),
        ({"text": str(mine)}, mine, dead),
        ({"text": str(booking.id)}, mine, dead),
        ({"error": "not_found"}, dead, mine),
        ({"until": "2026-06-01T11:00"}, mine, dead),
        ({"since": "2026-06-01T11:00"}, dead, mine),
    ):
        page = body(client, "/admin/jobs/list", **query)
        assert f"/admin/jobs/{found}" in page, query
        assert f"/admin/jobs/{not_found}" not in page, query
    assert "No job fits." in body(client, "/admin/jobs/list", queue="webhook")
    assert booking.reference in body(client, "/admin/jobs/list")


def test_an_address_never_stands_in_a_link(
    enter: Enter, promise: Callable[..., list[UUID]], booking: Any
) -> None:
    client = enter(StaffRole.MANAGER)
    (mine,) = promise(subject=booking.id)
    (other,) = promise()
    answer = send(client, "/admin/jobs/list?queue=email", subject=" Maya@Example.com ")
    assert answer.status_code == 303
    assert "maya" not in answer.headers["Location"].lower()
    assert "queue=email" in answer.headers["Location"]
    page = body(client, answer.headers["Location"])
    assert f"/admin/jobs/{mine}" in page
    assert f"/admin/jobs/{other}" not in page
    by_reference = send(client, "/admin/jobs/list", subject=booking.reference.lower())
    assert by_reference.headers["Location"].endswith(f"booking={booking.reference}")
    assert send(client, "/admin/jobs/list", subject=" ").status_code == 422


@pytest.mark.parametrize(
    "query",
    [{"booking": "NOTTHERE"}, {"customer": "bm9ib2R5"}, {"customer": "?"}, {"since": "2026-02-30T10:00"}],
)
def test_a_mistaken_filter_never_means_all_jobs(
    enter: Enter, promise: Callable[..., list[UUID]], database: Database, query: dict[str, str]
) -> None:
    client = enter(StaffRole.OWNER)
    (job_id,) = promise()
    listed = client.get("/admin/jobs/list", query_string=query)
    assert listed.status_code == 422
    assert str(job_id) not in listed.get_data(as_text=True)
    path = "/admin/jobs/list/cancel?" + "&".join(f"{name}={value}" for name, value in query.items())
    assert client.get(path).status_code == 422
    assert send(client, path).status_code == 422
    assert state_of(database, job_id) is JobState.SCHEDULED
    assert audited(database) == []


def test_pages_of_the_list_hold_every_job_once(enter: Enter, promise: Callable[..., list[UUID]]) -> None:
    client = enter(StaffRole.MANAGER)
    made = {str(one) for one in promise(57)}
    first = body(client, "/admin/jobs/list", queue="email")
    after = first.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = body(client, after)
    seen = [{one for one in made if f"/admin/jobs/{one}" in page} for page in (first, second)]
    assert [len(one) for one in seen] == [50, 7]
    assert seen[0] | seen[1] == made


def test_all_that_match_are_changed_after_a_question_that_counts_them(
    enter: Enter,
    promise: Callable[..., list[UUID]],
    run: Callable[..., None],
    get: Any,
    database: Database,
) -> None:
    client = enter(StaffRole.MANAGER)
    dead = promise(3)
    for job_id in dead:
        run(job_id, Missing("?"))
    promise()
    path = "/admin/jobs/list/retry?queue=email"
    question = body(client, path)
    assert "Run 3 jobs now?" not in question, "the one that waits is due at once, too"
    assert "Run 4 jobs now?" in question
    assert "4 jobs match" in question
    answer = send(client, f"{path}&error=not_found")
    watched = body(client, answer.headers["Location"])
    assert "job.bulk" in watched
    order_id = UUID(answer.headers["Location"].rpartition("/")[2])
    mine = get(AttemptService).claim(order_id, kinds=("job.bulk",), lease=LEASE)
    payload = get(AttemptService).payload(mine)
    assert isinstance(payload, ChangeJobs)
    assert get(JobControlService).carry_out(payload, order_id, lambda percent, words: None) == 3
    assert {state_of(database, one) for one in dead} == {JobState.SCHEDULED}
    assert audited(database) == ["job.bulk_retry", "job.bulk_retry_done"]


def test_a_priority_is_asked_for(
    enter: Enter, promise: Callable[..., list[UUID]], database: Database
) -> None:
    client = enter(StaffRole.MANAGER)
    promise()
    path = "/admin/jobs/list/prioritise?queue=email"
    assert "0 is first" in body(client, path)
    assert send(client, path, priority="12").status_code == 422
    assert audited(database) == []
    assert send(client, path, priority="0").status_code == 303
    assert audited(database) == ["job.bulk_prioritise"]
    assert client.get("/admin/jobs/list/explode").status_code == 404


def test_dead_jobs_are_grouped_by_cause(
    enter: Enter, promise: Callable[..., list[UUID]], run: Callable[..., None]
) -> None:
    client = enter(StaffRole.MANAGER)
    for job_id in promise(2):
        run(job_id, Missing("?"))
    page = body(client, "/admin/jobs/list", state="dead")
    assert "1 cause" in page
    assert "/admin/jobs/list?state=dead&amp;kind=test.desk&amp;error=not_found" in page
    assert "By cause" not in body(client, "/admin/jobs/list", state="dead", error="not_found")


def test_one_job_tells_its_story(
    enter: Enter,
    promise: Callable[..., list[UUID]],
    run: Callable[..., None],
    booking: Any,
    clock: ManualClock,
) -> None:
    client, owner = enter(StaffRole.MANAGER), enter(StaffRole.OWNER)
    (job_id,) = promise(subject=booking.id)
    path = f"/admin/jobs/{job_id}"
    assert "It has not begun yet." in body(client, path)
    assert "It is due, and waits for the relay" in body(client, path)
    run(job_id, Unavailable("The mail server does not answer."))
    page = body(client, path)
    for shown in (
        booking.reference,
        f"/admin/bookings/{booking.id}",
        "Why it waits",
        "ran 2.0 s",
        "•••",
        "Run it at another time",
    ):
        assert shown in page, shown
    assert "ada@example.org" not in page
    clock.move(timedelta(hours=1))
    run(job_id, ZeroDivisionError("4111 1111 1111 1111"))
    page, whole = body(client, path), body(owner, path)
    assert "It gave up: unexpected" in page
    assert "4111" not in page + whole
    assert "ZeroDivisionError" in page
    assert "Owners also see where" in page
    assert "Owners also see where" not in whole
    assert client.get(f"/admin/jobs/{uuid4()}").status_code == 404


def test_where_an_unknown_error_passed_is_for_owners(
    enter: Enter, promise: Callable[..., list[UUID]], run: Callable[..., None]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    (job_id,) = promise()
    with pytest.raises(ZeroDivisionError) as caught:
        fail()
    run(job_id, caught.value)
    path = f"/admin/jobs/{job_id}"
    assert "test_jobs.py" in body(enter(StaffRole.OWNER), path)
    seen = body(enter(StaffRole.MANAGER), path)
    assert "test_jobs.py" not in seen
    assert "ZeroDivisionError" in seen


def test_a_dead_job_runs_again_now_or_at_a_chosen_time(
    enter: Enter, promise: Callable[..., list[UUID]], run: Callable[..., None], database: Database
) -> None:
    client = enter(StaffRole.MANAGER)
    now, then = promise(2)
    for job_id in (now, then):
        run(job_id, Missing("?"))
    assert send(client, f"/admin/jobs/{now}/retry").status_code == 303
    assert "The job is due now." in body(client, f"/admin/jobs/{now}")
    refused = send(client, f"/admin/jobs/{then}/retry-later", day="someday", at="10:30")
    assert refused.status_code == 422
    assert state_of(database, then) is JobState.DEAD
    assert send(client, f"/admin/jobs/{then}/retry-later", day="2026-06-03", at="10:30").status_code == 303
    page = body(client, f"/admin/jobs/{then}")
    assert "It is to run at 2026-06-03 10:30:00 UTC." in page
    assert audited(database) == ["job.retry", "job.retry"]


def test_a_job_is_cancelled_after_a_question(
    enter: Enter, promise: Callable[..., list[UUID]], run: Callable[..., None], get: Any, database: Database
) -> None:
    client = enter(StaffRole.MANAGER)
    waiting, active = promise(2)
    assert get(AttemptService).claim(active, kinds=("test.desk",), lease=LEASE)
    assert "Cancel this job?" in body(client, f"/admin/jobs/{waiting}/cancel")
    for job_id, told in ((waiting, "The job is cancelled."), (active, "The job is asked to stop.")):
        assert send(client, f"/admin/jobs/{job_id}/cancel").status_code == 303
        assert told in body(client, f"/admin/jobs/{job_id}")
    assert (state_of(database, waiting), state_of(database, active)) == (JobState.CANCELLED, JobState.ACTIVE)
    send(client, f"/admin/jobs/{waiting}/cancel")
    assert "Nothing was changed" in body(client, f"/admin/jobs/{waiting}")


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
