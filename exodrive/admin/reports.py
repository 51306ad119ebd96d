"""Reports: figures on a page, and the same as files."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import page
from exodrive.core.errors import Invalid
from exodrive.http.context import current_actor
from exodrive.http.forms import form_of, query_of
from exodrive.http.guards import staff
from exodrive.http.limits import limited
from exodrive.services.account.contracts import StaffRole
from exodrive.services.report.contracts import REPORT_WORDS, AskExport, FindReport
from exodrive.services.report.exports import ExportService
from exodrive.services.report.service import ReportService

blueprint = Blueprint("reports", __name__, url_prefix="/admin/reports")

Wanted = query_of(FindReport)
Export = form_of(AskExport)
_SIZES = (("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000))


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What each report is called."""
    return {"report_words": REPORT_WORDS}


@blueprint.app_template_filter("file_size")
def file_size(size: int) -> str:
    """Bytes as people write them."""
    return next((f"{size / unit:.1f} {name}" for name, unit in _SIZES if size >= unit), f"{size} bytes")


@blueprint.get("")
@staff(StaffRole.MANAGER)
@limited("60/minute")
def show(reports: Injected[ReportService], exports: Injected[ExportService]) -> Response:
    """A report of a period; htmx asks for it alone when the period changes."""
    since, until = reports.days(Wanted.read().command())
    form = Wanted.read(initial={"report": FindReport().report, "since": since, "until": until})
    actor, wanted, told = current_actor(), form.command(), None
    try:
        told = reports.look(wanted, actor)
    except Invalid as error:
        form.add_errors(error)
    kept = form.link(report=None)
    return page(
        "admin/reports/show.html",
        fragment="found",
        status=form.status,
        form=form,
        report=wanted.report,
        told=told,
        tabs=[
            (name, url_for("reports.show", report=kind.value, **kept), kind is wanted.report, None)
            for kind, name in REPORT_WORDS.items()
        ],
        exports=exports.recent(actor),
    )


@blueprint.post("/exports")
@staff(StaffRole.MANAGER)
@limited("30/hour")
def export(exports: Injected[ExportService]) -> AnyResponse:
    """Ask for a file, and watch it being made."""
    form = Export.read()
    return redirect(url_for("reports.progress", export_id=exports.ask(form.command(), current_actor())), 303)


@blueprint.get("/exports/<uuid:export_id>")
@staff(StaffRole.MANAGER)
def progress(export_id: UUID, exports: Injected[ExportService]) -> Response:
    """How far an export is; htmx asks again until it ends."""
    return page("admin/reports/export.html", fragment="state", export=exports.get(export_id, current_actor()))


@blueprint.get("/files/<token>")
@staff(StaffRole.MANAGER)
@limited("60/minute")
def fetch(token: str, exports: Injected[ExportService]) -> Response:
    """The file that a link opens, for those who are signed in."""
    found = exports.open(token, current_actor())
    answer = Response(found.pieces, content_type=found.content_type)
    answer.headers["Content-Length"] = str(found.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return answer
