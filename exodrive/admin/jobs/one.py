"""One job: its whole story, and stepping in."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from flask import Response, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.jobs.blueprint import blueprint
from exodrive.core.ledger import OPEN_STATES, JobState
from exodrive.http.context import current_actor
from exodrive.http.forms import ContractForm, form_of
from exodrive.http.guards import signed_in, staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.desk_jobs import JobSubjectService
from exodrive.services.job.console_contracts import JobStory, RetryLater
from exodrive.services.job.console_desk import JobDeskService
from exodrive.services.job.contracts import Ordered
from exodrive.services.job.control import JobControlService

RetryForm = form_of(RetryLater)
_RETRIED = (JobState.DEAD, JobState.CANCELLED, JobState.SCHEDULED, JobState.RETRYING)
_LATER = timedelta(hours=2)  # what the form for another time offers, to the hour below


@blueprint.get("/<uuid:job_id>")
@staff(StaffRole.MANAGER)
def show(job_id: UUID, desk: Injected[JobDeskService], subjects: Injected[JobSubjectService]) -> Response:
    """All of one job; htmx asks for its living part alone while it is open."""
    story = desk.story(job_id, current_actor())
    later = (story.now + _LATER).replace(minute=0, second=0, microsecond=0)
    form = RetryForm.read(initial={"day": later.date(), "at": later.time()})
    return _page(story, form, subjects)


@blueprint.post("/<uuid:job_id>/retry")
@staff(StaffRole.MANAGER)
def retry(job_id: UUID, desk: Injected[JobDeskService], control: Injected[JobControlService]) -> AnyResponse:
    """Run it now."""
    desk.story(job_id, current_actor())
    ordered = control.retry([job_id], current_actor())
    return _told(ordered, job_id, gettext("The job is due now."))


@blueprint.post("/<uuid:job_id>/retry-later")
@staff(StaffRole.MANAGER)
def retry_later(
    job_id: UUID,
    desk: Injected[JobDeskService],
    subjects: Injected[JobSubjectService],
    control: Injected[JobControlService],
) -> AnyResponse:
    """Run it at another time."""
    story = desk.story(job_id, current_actor())
    form = RetryForm.read()
    if not form.accepted:
        return _page(story, form, subjects)
    chosen = form.command()
    run_at = datetime.combine(chosen.day, chosen.at, UTC)
    ordered = control.retry([job_id], current_actor(), run_at=run_at)
    return _told(ordered, job_id, gettext("The job runs at %(time)s UTC.", time=f"{run_at:%Y-%m-%d %H:%M}"))


@blueprint.route("/<uuid:job_id>/cancel", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def cancel(job_id: UUID, desk: Injected[JobDeskService], control: Injected[JobControlService]) -> AnyResponse:
    """Give it up, after a question: at once where it waits; where it runs, when it looks or fails."""
    story = desk.story(job_id, current_actor())
    if request.method == "POST":
        ordered = control.cancel([job_id], current_actor())
        running = story.job.line.state is JobState.ACTIVE
        told = gettext("The job is asked to stop.") if running else gettext("The job is cancelled.")
        return _told(ordered, job_id, told)
    return page("admin/jobs/cancel.html", job=story.job, back=url_for("jobs.show", job_id=job_id))


def _told(ordered: Ordered, job_id: UUID, words: str) -> AnyResponse:
    unchanged = gettext("Nothing was changed: the job has moved on, or its promise was made again.")
    return done(words if ordered.jobs else unchanged, "jobs.show", job_id=job_id)


def _page(story: JobStory, form: ContractForm[RetryLater], subjects: JobSubjectService) -> Response:
    job, actor = story.job, current_actor()
    state = job.line.state
    return page(
        "admin/jobs/show.html",
        fragment="live",
        status=form.status,
        story=story,
        job=job,
        line=job.line,
        form=form,
        about=_about(story, subjects.references([job.line], actor)),
        payload=_facts(job.payload),
        result=_facts(job.result),
        open=state in OPEN_STATES,
        still=state not in OPEN_STATES
        or form.status != HTTPStatus.OK,  # what is wrong with the form is to be read
        retried=state in _RETRIED,
    )


def _about(story: JobStory, references: dict[UUID, str]) -> tuple[str, str | None] | None:
    """What a job is about: words, and where to read of it."""
    line = story.job.line
    if line.subject_type is None or line.subject_id is None:
        return None
    if reference := references.get(line.subject_id):
        return reference, url_for("bookings.show", booking_id=line.subject_id)
    if line.subject_type == "staff" and signed_in().role.covers(StaffRole.OWNER):
        return gettext("Member of staff"), url_for("people.show", staff_id=line.subject_id)
    return f"{line.subject_type} {line.subject_id}", None


def _facts(data: dict[str, Any] | None) -> list[tuple[str, str]] | None:
    """A payload or a result as names and values; what is nested as JSON."""
    if data is None:
        return None
    return [(name, _written(value)) for name, value in data.items()]


def _written(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
