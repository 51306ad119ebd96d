"""Looking after the ledger itself: what ended long ago goes."""

from datetime import timedelta

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.ledger import JobState
from exodrive.services.job.batches import BatchRepository
from exodrive.services.job.repository import JobRepository
from exodrive.services.job.rules import KEPT
from exodrive.services.job.schedule_repository import ScheduleRepository

_BATCH = 2000
_RUNS_KEPT = timedelta(days=30)


class JobUpkeepService:
    """Deletes in small statements, so that no worker waits for it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def prune(self) -> dict[JobState, int]:
        """Delete jobs, with their attempts, runs of the schedule and batches whose time is over. Children stay until
        their batch has finished. Answers how many jobs, by state."""
        now = self._clock.now()
        gone = dict.fromkeys(KEPT, 0)
        with self._database.read() as connection:
            jobs = JobRepository(connection)
            for state, kept in KEPT.items():
                while deleted := jobs.prune(state, before=now - kept, size=_BATCH):
                    gone[state] += deleted
            ScheduleRepository(connection).prune(now - _RUNS_KEPT)
            BatchRepository(connection).prune(now - max(KEPT.values()))
        return gone
