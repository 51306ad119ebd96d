"""What recurs: promised once a slot, each run recorded, and silence noticed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.ledger import JobState
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.job.contracts import ScheduleView
from exodrive.services.job.rhythm import Entry, Place, Places, Schedule, Slot
from exodrive.services.job.schedule_repository import ScheduleRepository

PATIENCE = timedelta(seconds=60)
"""Past its time by more, a schedule is silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledRun:
    """One slot of a schedule that was promised; the state of its job is None when that is pruned. `job_id` None: nobody
    was there in time, so it was left out."""

    slot: datetime
    taken_at: datetime
    job_id: UUID | None
    state: JobState | None
    started_at: datetime | None
    finished_at: datetime | None
    error_code: str | None


class ScheduleService:
    """Any number of clocks on any machines may promise; a slot is promised by the first."""

    def __init__(
        self, uow: UnitOfWorkFactory, database: Database, clock: Clock, schedule: Schedule, places: Places
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._schedule = schedule
        self._places = places

    def places(self) -> Sequence[Place]:
        """The locations as they are now."""
        return self._places.all()

    def slots(self, entries: Sequence[Entry], places: Sequence[Place]) -> Iterator[Slot]:
        """The slots that began last."""
        now = self._clock.now()
        for entry in entries:
            yield from entry.slots(now, places)

    def promise(self, slot: Slot) -> bool:
        """Promise the job of a slot, unless any clock on any machine has done so. While the slot before is still open,
        the new one is the same; one that nobody was there to promise in time is recorded, and left out."""
        with self._uow() as uow:
            runs = ScheduleRepository(uow.session.connection())
            taken = runs.take(slot, now=uow.now)
            if taken and (slot.lapses is None or uow.now < slot.lapses):
                doing = runs.open_job(slot.key) or uow.enqueue(slot.job, unique_key=slot.key)
                if doing:
                    runs.answer(slot, doing)
            uow.commit()
        return taken

    def standing(self) -> tuple[ScheduleView, ...]:
        """Everything that recurs and was promised at least once."""
        places = self._places.all()
        names = [name for entry in self._schedule.entries for name in entry.names(places)]
        now = self._clock.now()
        with self._database.read() as connection:
            found = ScheduleRepository(connection).newest(names)
        return tuple(
            ScheduleView(
                name=row.name,
                kind=row.kind,
                rhythm=row.rhythm,
                every=timedelta(seconds=row.every_seconds),
                promised_at=row.taken_at,
                next_at=row.next_at,
                silent=_late(row.next_at, now),
                last_id=row.last_id,
                last_state=JobState(row.last_state) if row.last_state else None,
            )
            for row in found
        )

    def silent(self) -> tuple[str, ...]:
        """What has not been promised on time: names of slots, and kinds that no clock has ever promised."""
        places = self._places.all()
        standing = {one.name: one for one in self.standing()}
        found = []
        for entry in self._schedule.entries:
            names = entry.names(places)
            known = [standing[name] for name in names if name in standing]
            if names and not known:
                found.append(entry.kind)
            found += [one.name for one in known if one.silent]
        return tuple(found)

    def runs(self, name: str, size: int = 50) -> tuple[ScheduledRun, ...]:
        """The newest runs of a schedule."""
        with self._database.read() as connection:
            return tuple(ScheduledRun(**row) for row in ScheduleRepository(connection).runs(name, size))


def _late(next_at: datetime, now: datetime) -> bool:
    return now - next_at > PATIENCE
