"""How the ledger stands."""

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.services.job.contracts import QueueDepth
from exodrive.services.job.repository import JobRepository


class JobService:
    """Figures for those who watch."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def depths(self) -> tuple[QueueDepth, ...]:
        """Every queue that has unfinished or dead jobs."""
        with self._database.read() as connection:
            return JobRepository(connection).depths(now=self._clock.now())
