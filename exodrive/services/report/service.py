"""Reports on a page."""

from datetime import date

from exodrive.core.actor import Actor
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Invalid
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.report import reading
from exodrive.services.report.contracts import LONGEST, SHOWN, FindReport, ReportView
from exodrive.services.report.queries import REPORTS
from exodrive.services.report.reading import Span


class ReportService:
    """Figures over a period, for managers."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def days(self, wanted: FindReport) -> tuple[date, date]:
        """The first and the last day that are meant: without being told, this month so far."""
        until = wanted.until or self._clock.now().date()
        return wanted.since or until.replace(day=1), until

    def look(self, wanted: FindReport, actor: Actor) -> ReportView:
        """The first rows and the totals of all. Raises `Invalid` at `until` for a period that is none."""
        require(actor, StaffRole.MANAGER)
        now = self._clock.now()
        since, until = self.days(wanted)
        check_period(since, until)
        report, span = REPORTS[wanted.report], Span(since, until, now)
        with self._database.read() as connection:
            rows = reading.first(connection, report, span, SHOWN)
            totals = reading.totals(connection, report, span)
        return ReportView(
            report=wanted.report,
            since=since,
            until=until,
            columns=report.columns,
            group=report.group,
            rows=rows,
            count=sum(total.rows for total in totals),
            totals=totals,
        )


def check_period(since: date, until: date) -> None:
    """Raises `Invalid` at `until`."""
    if until < since:
        raise Invalid.at("until", "This day is before the first one.")
    if until - since > LONGEST:
        raise Invalid.at("until", "A report spans five years at most.")
