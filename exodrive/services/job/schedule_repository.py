"""SQL of the schedule: its newest slots and its runs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from exodrive.services.job.rhythm import Slot

_TAKE = text("""
WITH taken AS (
    INSERT INTO schedule_slot (name, kind, slot, taken_at, next_at, every_seconds, rhythm)
    VALUES (:name, :kind, :slot, :now, :next, :every, :rhythm)
    ON CONFLICT (name) DO UPDATE
    SET slot = excluded.slot, taken_at = excluded.taken_at, next_at = excluded.next_at, kind = excluded.kind,
        every_seconds = excluded.every_seconds, rhythm = excluded.rhythm
    WHERE schedule_slot.slot < excluded.slot
    RETURNING name
)
INSERT INTO schedule_run (name, slot, taken_at) SELECT name, :slot, :now FROM taken
ON CONFLICT DO NOTHING RETURNING name
""")
_OPEN = text("""
SELECT id FROM job WHERE unique_key = :key AND state IN ('scheduled', 'waiting', 'active', 'retrying')
""")
_ANSWERED = text("UPDATE schedule_run SET job_id = :job_id WHERE name = :name AND slot = :slot")
_NEWEST = text("""
SELECT s.name, s.kind, s.slot, s.taken_at, s.next_at, s.every_seconds, s.rhythm, job.id AS last_id,
    job.state AS last_state
FROM schedule_slot AS s
LEFT JOIN schedule_run AS run ON run.name = s.name AND run.slot = s.slot
LEFT JOIN job ON job.id = run.job_id
WHERE s.name = ANY(CAST(:names AS text[])) ORDER BY s.name
""")
_RUNS = text("""
SELECT run.slot, run.taken_at, run.job_id, job.state, job.started_at, job.finished_at, job.error_code
FROM schedule_run AS run LEFT JOIN job ON job.id = run.job_id
WHERE run.name = :name ORDER BY run.slot DESC LIMIT :size
""")
_PRUNE = text("""
WITH slots AS (DELETE FROM schedule_slot WHERE next_at < :before) DELETE FROM schedule_run WHERE taken_at < :before
""")


class ScheduleRepository:
    """The schedule's tables through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, slot: Slot, *, now: datetime) -> bool:
        """Move a name's slot forward and record its run; False where somebody did. Belongs into the promise's
        transaction."""
        asked = {
            "name": slot.name,
            "kind": slot.kind,
            "slot": slot.at,
            "now": now,
            "next": slot.following,
            "every": round((slot.following - slot.at).total_seconds()),
            "rhythm": slot.rhythm,
        }
        return self._connection.execute(_TAKE, asked).one_or_none() is not None

    def open_job(self, key: str) -> UUID | None:
        """The job that a slot joins."""
        return self._connection.execute(_OPEN, {"key": key}).scalar_one_or_none()

    def answer(self, slot: Slot, job_id: UUID) -> None:
        """Which job does a slot."""
        self._connection.execute(_ANSWERED, {"name": slot.name, "slot": slot.at, "job_id": job_id})

    def newest(self, names: list[str]) -> list[Any]:
        """The newest slot of each name that has been promised at least once."""
        return list(self._connection.execute(_NEWEST, {"names": names}))

    def runs(self, name: str, size: int) -> list[Any]:
        """The newest runs first."""
        return list(self._connection.execute(_RUNS, {"name": name, "size": size}).mappings())

    def prune(self, before: datetime) -> int:
        """Forget older runs, and slots of what has not recurred since; how many runs."""
        return self._connection.execute(_PRUNE, {"before": before}).rowcount
