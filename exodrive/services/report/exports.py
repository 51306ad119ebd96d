"""Reports as files: asked for, made by a job, fetched by a link that runs out, and taken away."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.actor import Actor
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.account.service import StaffService
from exodrive.services.audit.service import AuditService
from exodrive.services.document.storage import FileStore
from exodrive.services.job.console import JobConsoleService
from exodrive.services.job.contracts import JobFilter, JobLine
from exodrive.services.report import repository
from exodrive.services.report.contracts import (
    AskExport,
    ExportState,
    ExportView,
    FileFormat,
    MakeExport,
    OpenExport,
    ReportKind,
)
from exodrive.services.report.links import ExportLinks
from exodrive.services.report.service import check_period

_RECENT = 12
TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What each format is served as."""
_GIVEN_UP = frozenset({JobState.DEAD, JobState.CANCELLED})


class ExportService:
    """What managers do with exports."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        audit: AuditService,
        staff: StaffService,
        console: JobConsoleService,
        links: ExportLinks,
        files: FileStore,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._audit = audit
        self._staff = staff
        self._console = console
        self._links = links
        self._files = files

    def ask(self, wanted: AskExport, actor: Actor) -> UUID:
        """Promise the file. Raises `Invalid`."""
        require(actor, StaffRole.MANAGER)
        check_period(wanted.since, wanted.until)
        export_id = new_id()
        with self._uow(actor) as uow:
            repository.add(
                uow.session,
                {
                    "id": export_id,
                    "report": wanted.report,
                    "format": wanted.format,
                    "since": wanted.since,
                    "until": wanted.until,
                    "asked_by": UUID(actor.id),
                    "created_at": uow.now,
                },
            )
            self._audit.record(
                uow,
                "report.exported",
                "export",
                export_id,
                report=wanted.report.value,
                format=wanted.format.value,
                since=wanted.since.isoformat(),
                until=wanted.until.isoformat(),
            )
            uow.enqueue(MakeExport(export_id=export_id), unique_key=f"export:{export_id}")
            uow.commit()
        return export_id

    def get(self, export_id: UUID, actor: Actor) -> ExportView:
        """Raises `Missing`."""
        require(actor, StaffRole.MANAGER)
        return self._views([self._row(export_id)])[0]

    def recent(self, actor: Actor) -> tuple[ExportView, ...]:
        """The newest exports of all managers and of the nights."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            rows = repository.recent(connection, _RECENT)
        return self._views(list(rows))

    def open(self, token: str, actor: Actor) -> OpenExport:
        """What a link opens; that it was fetched is written down. Raises `LinkRunOut`, `Missing`,
        `StorageUnavailable`."""
        require(actor, StaffRole.MANAGER)
        row = self._row(self._links.read(token))
        if row["file_key"] is None or row["expires_at"] <= self._clock.now():
            raise Missing("This file is not there any more.")
        pieces = self._files.open(row["file_key"])
        with self._uow(actor) as uow:
            self._audit.record(uow, "report.fetched", "export", row["id"], report=row["report"].value)
            uow.commit()
        name = f"{row['report'].value}-{row['since']:%Y%m%d}-{row['until']:%Y%m%d}.{row['format'].value}"
        return OpenExport(name=name, content_type=TYPES[row["format"]], size=row["size"], pieces=pieces)

    def _row(self, export_id: UUID) -> RowMapping:
        with self._database.read() as connection:
            row = repository.get(connection, export_id)
        if row is None:
            raise Missing("There is no such export.")
        return row

    def _views(self, rows: list[RowMapping]) -> tuple[ExportView, ...]:
        names = self._staff.names({row["asked_by"] for row in rows if row["asked_by"]})
        open_ids = [row["id"] for row in rows if row["finished_at"] is None]
        jobs: dict[UUID | None, JobLine] = {}
        if open_ids:
            which = JobFilter(kind="report.export", subject_type="export", subject_ids=open_ids)
            jobs = {line.subject_id: line for line in self._console.find(which).jobs}
        return tuple(self._view(row, names.get(row["asked_by"]), jobs.get(row["id"])) for row in rows)

    def _view(self, row: RowMapping, asked_by: str | None, job: JobLine | None) -> ExportView:
        state = self._state(row, job)
        ready = state is ExportState.READY
        return ExportView(
            id=row["id"],
            report=ReportKind(row["report"]),
            format=FileFormat(row["format"]),
            since=row["since"],
            until=row["until"],
            state=state,
            nightly=row["nightly_of"] is not None,
            asked_by=asked_by,
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            rows=row["rows"],
            size=row["size"],
            percent=100 if ready else (job.progress or 0) if job else 0,
            words=(job.progress_text or "") if job else "",
            token=self._links.make(row["id"], row["expires_at"]) if ready else None,
        )

    def _state(self, row: RowMapping, job: JobLine | None) -> ExportState:
        if row["finished_at"] is None:
            gone = job is None and row["created_at"] < self._clock.now() - timedelta(days=1)
            given_up = job is not None and job.state in _GIVEN_UP
            return ExportState.FAILED if gone or given_up else ExportState.UNDERWAY
        over = row["file_key"] is None or row["expires_at"] <= self._clock.now()
        return ExportState.EXPIRED if over else ExportState.READY
