"""Whether what was promised is being done: for the health page, the monitor and the doctor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from exodrive.core import ledger
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.metrics import Sample
from exodrive.services.job.breakers import BreakerService
from exodrive.services.job.console_repository import ConsoleRepository
from exodrive.services.job.contracts import BreakerView, QueueDepth
from exodrive.services.job.repository import JobRepository
from exodrive.services.job.schedule import ScheduleService

_PATIENCE = timedelta(seconds=60)
"""A due job that nobody begins for longer is a fault."""

_LATELY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHealth:
    """What is wrong: schedules that did not run on time (`celery beat`), queues whose oldest due job waits for more
    than a minute (the relay or the workers), outside systems that are left alone."""

    silent: tuple[str, ...]
    late: tuple[str, ...]
    away: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not (self.silent or self.late or self.away)


class JobHealthService:
    """Reads only, small statements: asked every few seconds, by monitors."""

    def __init__(
        self, database: Database, clock: Clock, schedule: ScheduleService, breakers: BreakerService
    ) -> None:
        self._database = database
        self._clock = clock
        self._schedule = schedule
        self._breakers = breakers

    def look(self) -> JobHealth:
        """What is wrong. Dead jobs are no fault of the queue: they wait for a person. Nor is a pause that somebody
        ordered, or waiting for an outside system, which is told apart."""
        away = self._breakers.away()
        kinds = ledger.kinds().values()
        waiting = [kind.name for kind in kinds if kind.policy.needs in away]
        before = self._clock.now() - _PATIENCE
        with self._database.read() as connection:
            late = JobRepository(connection).late(
                queues=sorted({kind.policy.queue for kind in kinds}), before=before, except_kinds=waiting
            )
        return JobHealth(silent=self._schedule.silent(), late=late, away=away)

    def samples(self) -> Iterator[Sample]:
        """Every figure of the queue."""
        health = self.look()
        yield Sample("exodrive_schedules_silent", "Schedules that did not run on time.", len(health.silent))
        yield Sample("exodrive_queues_late", "Queues with a job due for a minute.", len(health.late))
        yield from self._of_schedules()
        for breaker in self._breakers.breakers() or ():
            yield from _of_breaker(breaker, breaker.system in health.away)
        now = self._clock.now()
        with self._database.read() as connection:
            depths = JobRepository(connection).depths(now=now)
            ended = ConsoleRepository(connection).figures(now - _LATELY)
        for depth in depths:
            yield from _of_depth(depth)
            waits = (now - depth.oldest_due).total_seconds() if depth.oldest_due else 0
            yield Sample(
                "exodrive_job_oldest_seconds", "Age of the oldest due job.", waits, {"queue": depth.queue}
            )
        for queue, row in ended.items():
            for outcome in ("completed", "retried", "deferred", "lost", "died"):
                yield Sample(
                    "exodrive_job_attempts",
                    "Attempts that ended in the last five minutes.",
                    getattr(row, outcome),
                    {"queue": queue, "outcome": outcome},
                )

    def _of_schedules(self) -> Iterator[Sample]:
        now = self._clock.now()
        for one in self._schedule.standing():
            late = max(0.0, (now - one.next_at).total_seconds())
            named = {"schedule": one.name}
            yield Sample(
                "exodrive_schedule_late_seconds", "How far past its time a schedule is.", late, named
            )


def _of_breaker(breaker: BreakerView, away: bool) -> Iterator[Sample]:
    named = {"system": breaker.system}
    yield Sample("exodrive_breaker_open", "1 while an outside system is left alone.", away, named)
    yield Sample("exodrive_breaker_waiting", "Due jobs that need the system.", breaker.waiting, named)


def _of_depth(depth: QueueDepth) -> Iterator[Sample]:
    for state in ("due", "active", "later", "dead"):
        named = {"queue": depth.queue, "state": state}
        yield Sample(
            "exodrive_jobs", "Jobs that have not ended, and dead ones.", getattr(depth, state), named
        )
