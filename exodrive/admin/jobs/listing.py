"""Jobs by what is known of them, and what is done to all that match."""

from flask import Response, redirect, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.jobs.blueprint import blueprint
from exodrive.core.actor import Actor
from exodrive.core.errors import Invalid, Missing
from exodrive.core.ledger import JobState
from exodrive.http.context import current_actor
from exodrive.http.forms import ContractForm, QueryForm, form_of, query_of
from exodrive.http.guards import staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.desk_jobs import JobSubjectService
from exodrive.services.job.console_contracts import ChoosePriority, FindJobs, NameSubject
from exodrive.services.job.console_desk import JobDeskService
from exodrive.services.job.contracts import JobFilter, JobPage, Ordered, Verb
from exodrive.services.job.control import JobControlService

Filters = query_of(FindJobs)
SubjectForm = form_of(NameSubject)
PriorityForm = form_of(ChoosePriority)
_EMPTY = JobPage(jobs=(), cursor=None)


@blueprint.get("/list")
@staff(StaffRole.MANAGER)
def find(desk: Injected[JobDeskService], subjects: Injected[JobSubjectService]) -> Response:
    """The list; htmx asks for it alone when a filter changes."""
    return _list(Filters.read(), SubjectForm(None), desk, subjects)


@blueprint.post("/list")
@staff(StaffRole.MANAGER)
def name_subject(desk: Injected[JobDeskService], subjects: Injected[JobSubjectService]) -> AnyResponse:
    """To the jobs about a booking or a customer. Sent, not asked for: an address does not belong into a link."""
    form, filters = SubjectForm.read(), Filters.read()
    if not form.accepted:
        return _list(filters, form, desk, subjects)
    meant = {"booking": None, "customer": None, "after": None} | subjects.link(form.command().subject)
    return redirect(url_for("jobs.find", **filters.link(**meant)), 303)


@blueprint.route("/list/<verb>", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def change(
    verb: str,
    desk: Injected[JobDeskService],
    subjects: Injected[JobSubjectService],
    control: Injected[JobControlService],
) -> AnyResponse:
    """Ask, with how many it concerns; then do it to all that match, as a job."""
    if verb not in set(Verb):
        raise Missing("There is no such page.")
    deed, filters, actor = Verb(verb), Filters.read(), current_actor()
    form = PriorityForm.read() if deed is Verb.PRIORITISE else None
    which = _which(filters, desk, subjects, actor)
    if request.method == "POST" and (form is None or form.accepted):
        ordered = _order(control, deed, which, form, actor)
        told = ngettext("%(num)d job is being changed.", "%(num)d jobs are being changed.", ordered.jobs)
        if ordered.order_id is None:
            return done(told, "jobs.find", **filters.link(after=None))
        return done(told, "jobs.show", job_id=desk.order(ordered.order_id, actor))
    match, concerned = desk.count(which, actor, deed)
    return page(
        "admin/jobs/change.html",
        status=form.status if form else 200,
        verb=deed,
        form=form,
        match=match,
        concerned=concerned,
        asked=filters.link(after=None),
        back=url_for("jobs.find", **filters.link(after=None)),
    )


def _order(
    control: JobControlService,
    verb: Verb,
    which: JobFilter,
    form: ContractForm[ChoosePriority] | None,
    actor: Actor,
) -> Ordered:
    if verb is Verb.PRIORITISE and form is not None:
        return control.reprioritise(which, form.command().priority, actor)
    deeds = {Verb.RETRY: control.retry, Verb.CANCEL: control.cancel, Verb.DELETE: control.delete}
    return deeds[verb](which, actor)


def _which(
    filters: QueryForm[FindJobs], desk: JobDeskService, subjects: JobSubjectService, actor: Actor
) -> JobFilter:
    """What the address asks for. Raises `Invalid` for what cannot be read: all jobs are never meant by mistake."""
    if filters.faulty or filters.form_errors:
        raise Invalid("These filters cannot be read. Please choose them again.")
    wanted = filters.command()
    return desk.which(wanted, subjects.bookings(wanted.booking, wanted.customer, actor))


def _list(
    filters: QueryForm[FindJobs],
    subject: ContractForm[NameSubject],
    desk: JobDeskService,
    subjects: JobSubjectService,
) -> Response:
    actor, wanted = current_actor(), filters.command()
    try:
        named = subjects.bookings(wanted.booking, wanted.customer, actor)
        found = desk.find(desk.which(wanted, named), actor, wanted.after)
    except Invalid as error:
        filters.add_errors(error)
        found = _EMPTY
    dead = wanted.state is JobState.DEAD
    return page(
        "admin/jobs/list.html",
        fragment="found",
        status=max(filters.status, subject.status),
        form=filters,
        subject=subject,
        wanted=wanted,
        found=found,
        references=subjects.references(found.jobs, actor),
        groups=desk.groups_of_dead(actor) if dead and not wanted.error else (),
        view="dead" if dead else "all",
        options={name: [(one, one) for one in of] for name, of in _options(desk).items()},
        kept=filters.link(after=None),
        start=url_for("jobs.find", **filters.link(after=None)) if wanted.after else None,
        next=url_for("jobs.find", **filters.link(after=found.cursor)) if found.cursor else None,
        verbs=_verbs(wanted.state),
    )


def _options(desk: JobDeskService) -> dict[str, tuple[str, ...]]:
    return {"queue": desk.queues(), "kind": desk.kinds()}


def _verbs(state: JobState | None) -> list[Verb]:
    """What can be done to jobs of a state."""
    ended = {JobState.COMPLETED, JobState.DEAD, JobState.CANCELLED}
    retried = {JobState.DEAD, JobState.CANCELLED, JobState.SCHEDULED, JobState.RETRYING}
    begun = ended | {JobState.ACTIVE}
    fitting = {
        Verb.RETRY: state is None or state in retried,
        Verb.PRIORITISE: state is None or state not in begun,
        Verb.CANCEL: state is None or state not in ended,
        Verb.DELETE: state is None or state in ended,
    }
    return [verb for verb, fits in fitting.items() if fits]
