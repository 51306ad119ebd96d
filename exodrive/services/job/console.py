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
from exodrive.core.ledger import OPEN_STATES, JobState
from exodrive.core.types import key_ring
from exodrive.services.job.breakers import BreakerService
from exodrive.services.job.console_contracts import DeadGroup
from exodrive.services.job.console_reasons import Surroundings, why
from exodrive.services.job.console_repository import STATES, ConsoleRepository
from exodrive.services.job.contracts import (
    AttemptView,
    BreakerView,
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
            reason = None
            if line.state in OPEN_STATES and line.state is not JobState.ACTIVE:
                reason = why(line, self._around(line, more.published_at, console))
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
            why=reason,
        )

    def _around(self, row: JobLine, sent_at: datetime | None, console: ConsoleRepository) -> Surroundings:
        kind = ledger.kinds().get(row.kind)
        needed = kind.policy.needs if kind else None
        waiting = row.state is JobState.WAITING and sent_at is not None
        return Surroundings(
            now=self._clock.now(),
            pause=next((one for one in console.pauses() if _holds(one, row)), None),
            known=kind is not None,
            away=self._away(needed.value) if needed else None,
            before=console.before(row, sent_at)
            if waiting and sent_at
            else console.due_before(row, self._clock.now()),
            sent=console.sent(row.queue),
        )

    def _away(self, system: str) -> BreakerView | None:
        standing = self._breakers.breakers() or ()
        return next((one for one in standing if one.system == system and one.since), None)


def _holds(pause: PauseView, row: JobLine) -> bool:
    return pause.name == (row.queue if pause.scope is PauseScope.QUEUE else row.kind)


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
