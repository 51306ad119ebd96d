"""The schedule's promises, and how the ledger stands."""

from datetime import datetime, timedelta

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.ledger import kind_of
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.contracts import QueueDepth, SlotView
from exodrive.services.job.repository import JobRepository
from exodrive.services.job.rules import current_slot


class JobService:
    """Recurring promises, and figures for those who watch."""

    def __init__(self, uow: UnitOfWorkFactory, database: Database, clock: Clock) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock

    def promise_slot(self, job: object, every: timedelta) -> bool:
        """Promise a recurring job for the present slot, unless any clock on any machine has done so. Slots that
        nobody was there to promise are not made up for; while the last one is still open, the new one is the same."""
        name = kind_of(job).name
        with self._uow() as uow:
            taken = JobRepository(uow.session.connection()).take_slot(
                kind=name, slot=current_slot(uow.now, every), every=int(every.total_seconds()), now=uow.now
            )
            if taken:
                uow.enqueue(job, unique_key=f"schedule:{name}")
            uow.commit()
        return taken

    def next_slot(self, every: timedelta) -> datetime:
        """When the slot after the present one begins."""
        return current_slot(self._clock.now(), every) + every

    def depths(self) -> tuple[QueueDepth, ...]:
        """Every queue that has unfinished or dead jobs."""
        with self._database.read() as connection:
            return JobRepository(connection).depths(now=self._clock.now())

    def slots(self) -> tuple[SlotView, ...]:
        """When each recurring kind was last promised."""
        with self._database.read() as connection:
            return JobRepository(connection).slots()
