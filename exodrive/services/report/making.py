"""The jobs of reports: writing files, asking for those of the night, taking away what has run out."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.document.contracts import StoredFile
from exodrive.services.document.storage import FileStore
from exodrive.services.report import reading, repository
from exodrive.services.report.contracts import (
    KEPT,
    KEPT_NIGHTLY,
    REPORT_WORDS,
    FileFormat,
    MakeExport,
    ReportKind,
    Row,
)
from exodrive.services.report.queries import REPORTS, Report
from exodrive.services.report.reading import Span
from exodrive.services.report.writing import SheetWriter, write_csv

Progress = Callable[[int, str], None]

_NIGHTLY = (ReportKind.UTILISATION, ReportKind.REVENUE)
_STEP = 2000  # rows between two words of progress
_AT_ONCE = 50
_WEST = timedelta(hours=12)  # no day ends later than this after it ends in UTC
_REMEMBERED = timedelta(days=30)


class ExportMaker:
    """Called by jobs only."""

    def __init__(self, *, uow: UnitOfWorkFactory, database: Database, clock: Clock, files: FileStore) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._files = files

    def make(self, export_id: UUID, progress: Progress, actor: Actor = SYSTEM) -> int:
        """Write the file, and say how many rows it has; nothing twice. `progress` takes per cent and words. Raises
        `Missing`, `StorageUnavailable`."""
        with self._database.read() as connection:
            row = repository.get(connection, export_id)
        if row is None:
            raise Missing("There is no such export.")
        if row["finished_at"] is not None:
            return int(row["rows"])
        folder = _folder(export_id)
        self._files.clear(folder)  # what an attempt left that was cut off
        stored, rows = self._write(row, folder, progress)
        with self._uow(actor) as uow:
            kept = KEPT if row["nightly_of"] is None else KEPT_NIGHTLY
            repository.finish(
                uow.session,
                export_id,
                {
                    "finished_at": uow.now,
                    "expires_at": uow.now + kept,
                    "file_key": stored.key,
                    "size": stored.size,
                    "rows": rows,
                },
            )
            uow.commit()
        return rows

    def promise_nightly(self) -> int:
        """Ask for the files of the month up to the last day that is over everywhere, where that day has none; how many
        were asked for."""
        now = self._clock.now()
        last = (now - _WEST).date() - timedelta(days=1)
        asked = 0
        with self._uow(SYSTEM) as uow:
            for report in _NIGHTLY:
                export_id = new_id()
                values = {
                    "id": export_id,
                    "report": report,
                    "format": FileFormat.XLSX,
                    "since": last.replace(day=1),
                    "until": last,
                    "nightly_of": last,
                    "created_at": now,
                }
                if repository.add(uow.session, values):
                    uow.enqueue(MakeExport(export_id=export_id), unique_key=f"export:{export_id}")
                    asked += 1
            uow.commit()
        return asked

    def prune(self) -> int:
        """Take away the files that have run out, and how many those were. Raises `StorageUnavailable`."""
        now = self._clock.now()
        with self._database.read() as connection:
            due = repository.run_out(connection, now, _AT_ONCE)
        for export_id in due:
            self._files.clear(_folder(export_id))
            with self._uow(SYSTEM) as uow:
                repository.finish(uow.session, export_id, {"file_key": None})
                uow.commit()
        with self._uow(SYSTEM) as uow:
            repository.forget(uow.session, now - _REMEMBERED)
            uow.commit()
        return len(due)

    def _write(self, row: RowMapping, folder: str, progress: Progress) -> tuple[StoredFile, int]:
        report = REPORTS[row["report"]]
        span = Span(row["since"], row["until"], self._clock.now())
        progress(0, "Counting")
        with reading.one_snapshot(self._database) as connection, self._files.draft(folder) as draft:
            totals = reading.totals(connection, report, span)
            expected = sum(total.rows for total in totals)
            rows = _told(reading.every(connection, report, span), expected, progress)
            if row["format"] is FileFormat.CSV:
                write_csv(draft, report.columns, rows)
            else:
                sheets = SheetWriter(draft, REPORT_WORDS[row["report"]], report.columns)
                sheets.write(rows)
                progress(99, "Packing")
                sheets.finish(_label(report), totals)
        return draft.stored, expected


def _told(rows: Iterable[Row], expected: int, progress: Progress) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % _STEP == 0:
            progress(min(98, number * 98 // max(1, expected)), f"{number:,} of {expected:,} rows")
        yield row


def _label(report: Report) -> str:
    return next(column.label for column in report.columns if column.key == report.group)


def _folder(export_id: UUID) -> str:
    return f"report/{export_id}"
