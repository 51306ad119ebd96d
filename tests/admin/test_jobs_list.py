"""The list of jobs: finding them, and doing something to all that match."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ledger import JobState
from exodrive.services.account.contracts import StaffRole
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.contracts import ChangeJobs
from exodrive.services.job.control import JobControlService
from tests.admin.console import LEASE, audited, body, send, state_of

Enter = Callable[..., FlaskClient]


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
