"""One job: its story, and stepping in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Missing, Unavailable
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.job.attempts import AttemptService
from tests.admin.console import LEASE, Looked, audited, body, send, state_of

Enter = Callable[..., FlaskClient]


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
    assert "nothing comes first: the relay does not run" in body(client, path)
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
    assert "test_jobs_one.py" in body(enter(StaffRole.OWNER), path)
    seen = body(enter(StaffRole.MANAGER), path)
    assert "test_jobs_one.py" not in seen
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


def test_what_staff_did_to_a_job_stands_on_its_page(enter: Enter, promise: Callable[..., list[UUID]]) -> None:
    client = enter(StaffRole.MANAGER)
    (job_id,) = promise()
    assert "What staff did" not in body(client, f"/admin/jobs/{job_id}")
    send(client, f"/admin/jobs/{job_id}/cancel")
    told = body(client, f"/admin/jobs/{job_id}").partition("What staff did")[2]
    assert "Robin Manager" in told
    ordered = send(client, "/admin/jobs/list/retry?queue=email")
    page = body(client, ordered.headers["Location"])
    assert "Ordered to run all again" in page.partition("What staff did")[2]
    assert "Robin Manager" in page.partition("Promise")[2]


def test_a_job_of_a_batch_leads_to_the_others(enter: Enter, get: Any, database: Database) -> None:
    with get(UnitOfWorkFactory)() as uow:
        batch = uow.enqueue_batch(
            [Looked(booking_id=new_id()) for _ in range(3)], then=Looked(booking_id=new_id())
        )
        uow.commit()
    client = enter(StaffRole.MANAGER)
    listed = body(client, "/admin/jobs/list", text=str(batch))
    ids = set(re.findall(r"/admin/jobs/([0-9a-f-]{36})", listed))
    assert len(ids) == 3
    page = body(client, f"/admin/jobs/{ids.pop()}")
    assert "0 of 3 ended" in page
    assert f"/admin/jobs/list?text={batch}" in page


def test_what_is_wrong_with_a_time_is_not_refreshed_away(
    enter: Enter, promise: Callable[..., list[UUID]]
) -> None:
    client = enter(StaffRole.MANAGER)
    (waiting,) = promise()
    assert "data-ended" not in body(client, f"/admin/jobs/{waiting}")
    refused = send(client, f"/admin/jobs/{waiting}/retry-later", day="2026-06-03", at="half past ten")
    assert "data-ended" in refused.get_data(as_text=True)
    assert "Please give a time, such as 10:30." in refused.get_data(as_text=True)
