"""Reports, for managers: figures as data, and the same as files."""

from exodrive.api.access import staff
from exodrive.api.call import Call
from exodrive.api.contracts.desk_reports import FindStaffExport, FindStaffReport, StaffExport, StaffReport
from exodrive.api.procedure import get, post, procedure
from exodrive.core.errors import Invalid, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.report.contracts import AskExport, FindReport
from exodrive.services.report.exports import ExportService
from exodrive.services.report.service import ReportService
from exodrive.settings import Settings

_MANAGER = staff(StaffRole.MANAGER)
_SPRING = {"report": "revenue", "since": "2026-03-01", "until": "2026-05-31"}


@procedure(
    "admin.report.get",
    access=_MANAGER,
    rest=get("/admin/reports/{report}"),
    limit="60/minute",
    errors=(Invalid,),
    examples={"revenue_in_spring": _SPRING},
)
def report(call: Call, asked: FindStaffReport) -> StaffReport:
    """A report over a period: utilisation, revenue, bookings, money or fleet."""
    wanted = FindReport(report=asked.report, since=asked.since, until=asked.until)
    return StaffReport.of(call.get(ReportService).look(wanted, call.actor))


@procedure(
    "admin.report.export",
    access=_MANAGER,
    rest=post("/admin/exports", 202),
    limit="30/hour",
    errors=(Invalid,),
    examples={"revenue_in_spring": {**_SPRING, "format": "csv"}},
)
def export(call: Call, asked: AskExport) -> StaffExport:
    """Ask for a report as a file. A job makes it."""
    exports = call.get(ExportService)
    made = exports.ask(asked, call.actor)
    return StaffExport.of(exports.get(made, call.actor), call.get(Settings).base_url)


@procedure(
    "admin.report.export_state",
    access=_MANAGER,
    rest=get("/admin/exports/{export_id}"),
    limit="120/minute",
    errors=(Missing,),
    examples={"an_export": {"export_id": "01a20ebf-be64-745f-8e72-037de9a7e137"}},
)
def export_state(call: Call, asked: FindStaffExport) -> StaffExport:
    """How far an export is, and once it is ready where its file is."""
    call.headers["Cache-Control"] = "no-store"
    return StaffExport.of(
        call.get(ExportService).get(asked.export_id, call.actor), call.get(Settings).base_url
    )
