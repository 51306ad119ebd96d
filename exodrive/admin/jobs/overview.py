"""How the queues stand, and pausing them."""

from flask import Response, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.jobs import charts
from exodrive.admin.jobs.blueprint import blueprint
from exodrive.core.contract import load
from exodrive.core.errors import Invalid, Missing
from exodrive.http.context import current_actor
from exodrive.http.forms import query_of
from exodrive.http.guards import staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.job.console import WINDOW_PARTS
from exodrive.services.job.console_contracts import ChooseWindow, NamePause, Window
from exodrive.services.job.console_desk import JobDeskService
from exodrive.services.job.control import JobControlService

Windows = query_of(ChooseWindow)
# Seconds between two looks: the longer the window, the more there is to count, and the less a moment changes.
_EVERY = {Window.HOUR: 5, Window.DAY: 30, Window.WEEK: 120}


@blueprint.get("")
@staff(StaffRole.MANAGER)
def overview(desk: Injected[JobDeskService]) -> Response:
    """The first page of the console; htmx asks for its living part alone."""
    window = Windows.read().command().window
    seen = desk.overview(window, current_actor())
    since = seen.until - window.length
    drawn = (seen.view.points, since, window.length, WINDOW_PARTS)
    return page(
        "admin/jobs/overview.html",
        fragment="live",
        seen=seen,
        view=seen.view,
        window=window,
        windows=[(one.value, url_for("jobs.overview", window=one.value), one is window) for one in Window],
        every=_EVERY[window],
        ended=charts.ended(*drawn),
        times=charts.times(*drawn),
        kinds=[(kind, kind) for kind in desk.kinds()],
    )


@blueprint.route("/pause", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def pause(desk: Injected[JobDeskService], control: Injected[JobControlService]) -> AnyResponse:
    """Begin no more jobs of a queue or a kind, after a question."""
    named = _named()
    desk.check_name(named.scope, named.name)
    if request.method == "POST":
        control.pause(named.scope, named.name, current_actor())
        return done(gettext("%(name)s is paused.", name=named.name), "jobs.overview")
    return page("admin/jobs/pause.html", named=named, resuming=False)


@blueprint.route("/resume", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def resume(control: Injected[JobControlService]) -> AnyResponse:
    """Begin them again, after a question."""
    named = _named()
    if request.method == "POST":
        control.resume(named.scope, named.name, current_actor())
        return done(gettext("%(name)s goes on.", name=named.name), "jobs.overview")
    return page("admin/jobs/pause.html", named=named, resuming=True)


@blueprint.get("/schedules/<name>")
@staff(StaffRole.MANAGER)
def schedule(name: str, desk: Injected[JobDeskService]) -> Response:
    """When something that recurs was promised, and what became of it."""
    runs = desk.runs(name, current_actor())
    return page("admin/jobs/schedule.html", name=name, runs=runs)


def _named() -> NamePause:
    try:
        return load(NamePause, request.args.to_dict(), lenient=True)
    except Invalid as error:
        raise Missing("There is no such page.") from error
