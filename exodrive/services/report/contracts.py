"""Reports as others see them, what is asked of them, and the jobs that make and prune their files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from exodrive.core.contract import contract, field
from exodrive.core.ledger import Policy, job
from exodrive.services.report.columns import Column

SHOWN = 200
"""So many rows stand on the page; a file holds them all."""
KEPT = timedelta(hours=24)
"""How long the file of an export can be fetched."""
KEPT_NIGHTLY = timedelta(days=14)
LINK_LIVES = timedelta(minutes=15)
LONGEST = timedelta(days=1827)
"""The longest period."""


class ReportKind(StrEnum):
    """What is told."""

    UTILISATION = "utilisation"
    REVENUE = "revenue"
    BOOKINGS = "bookings"
    MONEY = "money"
    FLEET = "fleet"


REPORT_WORDS = {
    ReportKind.UTILISATION: "Utilisation",
    ReportKind.REVENUE: "Revenue",
    ReportKind.BOOKINGS: "Bookings",
    ReportKind.MONEY: "Money moves",
    ReportKind.FLEET: "Fleet ageing",
}


class FileFormat(StrEnum):
    """What kind of file an export is."""

    CSV = "csv"
    XLSX = "xlsx"


class ExportState(StrEnum):
    """Where an export stands, as its row and its job tell."""

    UNDERWAY = "underway"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


@contract
class FindReport:
    """A report on a page. Days by the clock of each location; without them, this month so far."""

    report: ReportKind = field(default=ReportKind.UTILISATION, label="Report", choices=REPORT_WORDS)
    since: date | None = field(default=None, label="From")
    until: date | None = field(default=None, label="To")


@contract
class AskExport:
    """A report as a file."""

    report: ReportKind = field(label="Report", choices=REPORT_WORDS)
    since: date = field(label="From")
    until: date = field(label="To")
    format: FileFormat = field(label="Format")


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The sums of one group of rows (a currency, a location): amounts of different currencies are never added."""

    group: str
    rows: int
    sums: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report: its first rows, how many there are, and the totals of all of them by the column `group`."""

    report: ReportKind
    since: date
    until: date
    columns: tuple[Column, ...]
    group: str
    rows: tuple[Row, ...]
    count: int
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportView:
    """An export. `percent` and `words` tell how far its job is; `token` opens the file while it is ready."""

    id: UUID
    report: ReportKind
    format: FileFormat
    since: date
    until: date
    state: ExportState
    nightly: bool
    asked_by: str | None
    created_at: datetime
    expires_at: datetime | None
    rows: int | None
    size: int | None
    percent: int
    words: str
    token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenExport:
    """A file to be sent: its contents in pieces, `size` bytes in all."""

    name: str
    content_type: str
    size: int
    pieces: Iterator[bytes]


@job(
    "report.export",
    Policy(queue="report", priority=5, max_attempts=4, first_retry=10, time_limit=1800),
    subject="export_id",
)
@contract
class MakeExport:
    """Write the file of an export."""

    export_id: UUID


@job("report.nightly", Policy(queue="report", priority=7, max_attempts=6, first_retry=30))
@contract
class PromiseNightlyReports:
    """Ask for the files of the month so far, once a night."""


@job("report.prune", Policy(queue="report", priority=9, max_attempts=3))
@contract
class PruneExports:
    """Take away files that have run out."""
