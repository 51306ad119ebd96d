"""Reports as data, and their files."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from exodrive.core.contract import contract, field
from exodrive.services.report.columns import Cell, Column
from exodrive.services.report.contracts import (
    ExportState,
    ExportView,
    FileFormat,
    ReportKind,
    ReportView,
    Row,
)

_DECIMALS = 4


@contract
class FindStaffReport:
    """A report over a period, whose days are those of each location's clock; without days, this month so far."""

    report: ReportKind = field(label="Report")
    since: date | None = field(default=None, label="From")
    until: date | None = field(default=None, label="To")


@contract
class FindStaffExport:
    """One export."""

    export_id: UUID = field(label="Export")


@contract
class ReportColumn:
    """A column. `kind` says what its values are: text, number, hours, share (0 to 1), money (minor units of the row's
    `currency`), or moment (an instant)."""

    key: str
    label: str
    kind: Cell


@contract
class ReportTotal:
    """The sums of the rows of one group, by column: amounts of different currencies are never added."""

    group: str
    rows: int
    sums: dict[str, Any]


@contract
class StaffReport:
    """A report: its first 200 rows by column, how many there are, and the totals of all of them by the column `group`.
    An export has every row."""

    report: ReportKind
    since: date
    until: date
    columns: list[ReportColumn]
    group: str
    rows: list[dict[str, Any]]
    count: int
    totals: list[ReportTotal]

    @classmethod
    def of(cls, view: ReportView) -> Self:
        return cls(
            report=view.report,
            since=view.since,
            until=view.until,
            columns=[ReportColumn(key=one.key, label=one.label, kind=one.cell) for one in view.columns],
            group=view.group,
            rows=[_plain(row, view.columns) for row in view.rows],
            count=view.count,
            totals=[
                ReportTotal(group=one.group, rows=one.rows, sums=_plain(one.sums, view.columns))
                for one in view.totals
            ],
        )


def _plain(row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    """The values of the columns that the row has, as JSON has them."""
    return {one.key: _number(row[one.key], one.cell) for one in columns if one.key in row}


def _number(value: Any, cell: Cell) -> Any:
    if not isinstance(value, Decimal | float):
        return value
    return round(float(value), _DECIMALS) if cell in (Cell.HOURS, Cell.SHARE) else int(value)


@contract
class StaffExport:
    """A report as a file. `percent` says how far it is; `url` gives the file, to the same key, for a quarter of an hour
    from now, and is null while there is none."""

    id: UUID
    report: ReportKind
    format: FileFormat
    since: date
    until: date
    state: ExportState
    created_at: datetime
    expires_at: datetime | None
    rows: int | None
    size: int | None = field(unit="bytes")
    percent: int = field(unit="percent")
    url: str | None

    @classmethod
    def of(cls, view: ExportView, base_url: str) -> Self:
        same = {name: getattr(view, name) for name in _SAME}
        return cls(**same, url=f"{base_url}/api/v1/admin/files/{view.token}" if view.token else None)


_SAME = tuple(set(StaffExport.__dataclass_fields__) - {"url"})
