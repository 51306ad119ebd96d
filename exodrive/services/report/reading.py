"""Reading reports: the first rows and the totals for a page, all rows one after the other for a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, text

from exodrive.core.db import Database
from exodrive.services.report.contracts import Row, Total
from exodrive.services.report.queries import Report

_WIDEST = timedelta(hours=15)  # no zone is further from UTC
_FETCHED = 1000  # rows at once
_PATIENCE = "SET LOCAL statement_timeout = '15min'"  # sorting a year takes longer than a page may


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a report, both included, as asked at `now`."""

    since: date
    until: date
    now: datetime

    def values(self) -> dict[str, Any]:
        """The parameters of a report's SQL."""
        return {
            "since": self.since,
            "until": self.until,
            "now": self.now,
            "first": datetime.combine(self.since, time(), UTC) - _WIDEST,
            "last": datetime.combine(self.until, time(), UTC) + timedelta(days=1) + _WIDEST,
        }


@contextmanager
def one_snapshot(database: Database) -> Iterator[Connection]:
    """A connection whose statements all see the same state and may take their time."""
    reader = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with reader.connect() as connection, connection.begin():
        connection.execute(text(_PATIENCE))
        yield connection


def first(connection: Connection, report: Report, span: Span, limit: int) -> tuple[Row, ...]:
    """So many rows."""
    found = text(f"{report.sql} ORDER BY {report.order} LIMIT :limit")
    return tuple(dict(row) for row in connection.execute(found, span.values() | {"limit": limit}).mappings())


def totals(connection: Connection, report: Report, span: Span) -> tuple[Total, ...]:
    """The sums of all rows, by group."""
    parts = ", ".join(f"{sql} AS {key}" for key, sql in report.sums.items())
    found = text(
        f"SELECT {report.group}, count(*), {parts} FROM ({report.sql}) AS told GROUP BY 1 ORDER BY 1"  # noqa: S608  constants
    )
    return tuple(
        Total(group=row[0], rows=row[1], sums=dict(zip(report.sums, row[2:], strict=True)))
        for row in connection.execute(found, span.values())
    )


def every(connection: Connection, report: Report, span: Span) -> Iterator[Row]:
    """All rows through a cursor of the server: the memory of a thousand, however many there are."""
    found = text(f"{report.sql} ORDER BY {report.order}")
    streamed = connection.execution_options(stream_results=True, max_row_buffer=_FETCHED)
    with streamed.execute(found, span.values()) as rows:
        for part in rows.mappings().partitions(_FETCHED):
            for row in part:
                yield dict(row)
