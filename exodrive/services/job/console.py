"""For people who watch the ledger: figures, lists, one job's story and what it waits for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from exodrive.core import ledger
from exodrive.core.clock import Clock
from exodrive.core.crypto import Undecipherable
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ledger import JobState
from exodrive.core.types import key_ring
from exodrive.services.job.breakers import BreakerService
from exodrive.services.job.console_contracts import DeadGroup
from exodrive.services.job.console_repository import STATES, ConsoleRepository
from exodrive.services.job.contracts import (
    AttemptView,
    ConsoleView,
    JobFilter,
    JobLine,
    JobPage,
    JobView,
    PauseScope,
    PauseView,
    QueueDepth,
    QueueFigures,
    Verb,
)
from exodrive.services.job.masking import masked
from exodrive.services.job.repository import JobRepository
from exodrive.services.job.rules import BREAKER_OPEN, OverRate
from exodrive.services.job.schedule import ScheduleService

PAGE_SIZE = 50
WINDOW_PARTS = 60
"""Into so many parts a window is counted."""


class JobConsoleService:
    """Reads only; stepping in is `JobControlService`'s."""

    def __init__(
        self, database: Database, clock: Clock, breakers: BreakerService, schedule: ScheduleService
    ) -> None:
        self._database = database
        self._clock = clock
        self._breakers = breakers
        self._schedule = schedule

    def overview(self, window: timedelta) -> ConsoleView:
        """How everything stands, and what ended in the last `window`."""
        now = self._clock.now()
        schedules = self._schedule.standing()
        with self._database.read() as connection:
            console = ConsoleRepository(connection)
            depths = {depth.queue: depth for depth in JobRepository(connection).depths(now=now)}
            ended = console.figures(now - window)
            pauses = console.pauses()
            return ConsoleView(
                window=window,
                queues=tuple(
                    _figures(queue, depths.get(queue), ended.get(queue), pauses, window)
                    for queue in sorted(depths.keys() | ended.keys())
                ),
                running=console.running(),
                schedules=schedules,
                pauses=pauses,
                breakers=self._breakers.breakers(),
                points=console.points(now - window, window / WINDOW_PARTS),
            )

    def find(self, which: JobFilter, cursor: UUID | None = None) -> JobPage:
        """A page of those that match."""
        with self._database.read() as connection:
            lines = ConsoleRepository(connection).find(which, after=cursor, size=PAGE_SIZE + 1)
        more = len(lines) > PAGE_SIZE
        return JobPage(jobs=lines[:PAGE_SIZE], cursor=lines[PAGE_SIZE - 1].id if more else None)

    def count(self, which: JobFilter, verb: Verb | None = None) -> int:
        """How many match; of those that `verb` is for, where one is given."""
        with self._database.read() as connection:
            return ConsoleRepository(connection).count(which, STATES[verb] if verb else ())

    def groups_of_dead(self) -> tuple[DeadGroup, ...]:
        """Dead jobs by cause."""
        with self._database.read() as connection:
            return ConsoleRepository(connection).groups_of_dead()

    def job(self, job_id: UUID) -> JobView:
        """Its whole story. Raises `Missing`."""
        with self._database.read() as connection:
            console = ConsoleRepository(connection)
            found = console.story(job_id)
            if found is None:
                raise Missing("There is no such job.")
            line, more, attempts = found
            why = self._why(line, more.published_at, console)
        if line.state is JobState.ACTIVE and line.started_at:
            attempts += (_running(len(attempts) + 1, line, line.started_at, more.worker),)
        return JobView(
            line=line,
            cause=more.cause,
            unique_key=more.unique_key,
            cancel_asked_at=more.cancel_asked_at,
            error_text=more.error_text,
            payload=_opened(line.kind, more.payload),
            result=_opened(None, more.result),
            attempts=attempts,
            why=why,
        )

    def _why(self, row: JobLine, sent_at: datetime | None, console: ConsoleRepository) -> str | None:
        """What an open job waits for, in words."""
        if row.state not in {JobState.SCHEDULED, JobState.WAITING, JobState.RETRYING}:
            return None
        for pause in console.pauses():
            if pause.name == (row.queue if pause.scope is PauseScope.QUEUE else row.kind):
                return f"The {pause.scope} {pause.name} is paused since {_clock(pause.paused_at)}."
        if row.run_at > self._clock.now():
            return _later(row)
        if row.kind not in ledger.kinds():
            return f"No worker knows the kind {row.kind}."
        if (needed := ledger.kinds()[row.kind].policy.needs) and (away := self._away(needed.value)):
            return away
        if row.state is JobState.WAITING and sent_at:
            ahead = console.before(row, sent_at)
            return f"It was sent to the workers; {ahead} of its queue are before it."
        return "It is due, and waits for the relay to send it: its queue is full, or the relay does not run."

    def _away(self, system: str) -> str | None:
        for one in self._breakers.breakers() or ():
            if one.system == system and one.since and one.state != "closed":
                since = _clock(one.since)
                return (
                    f"The outside system {system} has not answered since {since}, and is left alone for now."
                )
        return None


def _figures(
    queue: str, depth: QueueDepth | None, ended: Any, pauses: Sequence[PauseView], window: timedelta
) -> QueueFigures:
    counts = {name: getattr(ended, name, 0) for name in ("completed", "retried", "deferred", "lost", "died")}
    tried = counts["completed"] + counts["retried"] + counts["lost"] + counts["died"]
    run, wait = (getattr(ended, name, None) or (None, None) for name in ("run", "wait"))
    return QueueFigures(
        queue=queue,
        depth=depth,
        paused=any(pause.scope is PauseScope.QUEUE and pause.name == queue for pause in pauses),
        **counts,
        success=counts["completed"] / tried if tried else None,
        per_minute=counts["completed"] * 60 / window.total_seconds(),
        run_p50=run[0],
        run_p95=run[1],
        wait_p50=wait[0],
        wait_p95=wait[1],
    )


def _opened(kind: str | None, sealed: bytes | None) -> dict[str, Any] | None:
    if sealed is None:
        return None
    known = ledger.kinds().get(kind) if kind else None
    try:
        data = orjson.loads(key_ring.cipher.decrypt(bytes(sealed)))
    except (Undecipherable, orjson.JSONDecodeError):
        return None
    return masked(known.payload if known else None, data) if isinstance(data, dict) else None


def _running(number: int, line: JobLine, started_at: datetime, worker: str | None) -> AttemptView:
    return AttemptView(
        number=number,
        worker=worker or "",
        due_at=line.run_at,
        started_at=started_at,
        ended_at=None,
        outcome=None,
        error_code=None,
        error_text=None,
        log=[],
    )


def _later(row: JobLine) -> str:
    at = _clock(row.run_at)
    if row.state is JobState.RETRYING and row.error_code == BREAKER_OPEN:
        return (
            f"The system it needs does not answer and is left alone for a moment; it is tried again at {at}."
        )
    if row.state is JobState.RETRYING and row.error_code == OverRate.code:
        return f"Jobs of its kind are held to a rate, and it waits for its turn at {at}."
    if row.state is JobState.RETRYING and row.error_code is None:
        return f"It was given back, and is to run at {at}."
    if row.state is JobState.RETRYING:
        return f"Its last attempt failed ({row.error_code}); it is tried again at {at}."
    return f"It is to run at {at}."


def _clock(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC")
