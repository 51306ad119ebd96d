"""How a batch of jobs stands, and calling it off."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing

_CHUNK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A batch's children by what became of them; `open` have not ended. When it has `finished_at`, the numbers are
    those of then. `following_id` is the job that follows; until then it is in no list."""

    id: UUID
    total: int
    open: int
    completed: int
    dead: int
    cancelled: int
    created_at: datetime
    finished_at: datetime | None
    following_id: UUID

    @property
    def percent(self) -> int:
        return 100 if not self.total else 100 * (self.total - self.open) // self.total


class BatchRepository:
    """SQL of batches through one connection."""

    _GET = text("""
    SELECT batch.id, total, created_at, finished_at, following_id,
        coalesce(batch.completed, now.completed) AS completed,
        coalesce(batch.dead, now.dead) AS dead, coalesce(batch.cancelled, now.cancelled) AS cancelled,
        CASE WHEN finished_at IS NULL THEN now.open ELSE 0 END AS open
    FROM job_batch AS batch, LATERAL (
        SELECT count(*) FILTER (WHERE state = 'completed') AS completed, count(*) FILTER (WHERE state = 'dead') AS dead,
            count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
            count(*) FILTER (WHERE state IN ('scheduled', 'waiting', 'active', 'retrying')) AS open
        FROM job WHERE batch_id = batch.id
    ) AS now
    WHERE batch.id = :id
    """)
    _CANCEL = text("""
    UPDATE job SET cancel_asked_at = :now,
        finished_at = CASE WHEN state = 'active' THEN NULL ELSE CAST(:now AS timestamptz) END,
        state = CASE WHEN state = 'active' THEN state ELSE 'cancelled' END
    WHERE id IN (
        SELECT id FROM job
        WHERE batch_id = :id AND state IN ('scheduled', 'waiting', 'active', 'retrying') AND cancel_asked_at IS NULL
        ORDER BY id LIMIT :size FOR UPDATE
    )
    """)
    _PRUNE = text("DELETE FROM job_batch WHERE finished_at < :before")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, batch_id: UUID) -> BatchView | None:
        row = self._connection.execute(self._GET, {"id": batch_id}).mappings().one_or_none()
        return None if row is None else BatchView(**row)

    def cancel(self, batch_id: UUID, *, now: datetime, size: int) -> int:
        """Some of the children that are open and not yet asked to stop; how many."""
        asked = {"id": batch_id, "now": now, "size": size}
        return self._connection.execute(self._CANCEL, asked).rowcount

    def prune(self, before: datetime) -> int:
        """Forget batches that finished before then; how many."""
        return self._connection.execute(self._PRUNE, {"before": before}).rowcount


class BatchService:
    """Batches are begun by `UnitOfWork.enqueue_batch`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def get(self, batch_id: UUID) -> BatchView:
        """Raises `Missing`."""
        with self._database.read() as connection:
            found = BatchRepository(connection).get(batch_id)
        if found is None:
            raise Missing("There is no such batch.")
        return found

    def cancel(self, batch_id: UUID) -> int:
        """Call off the children that have not ended: those that wait at once, those that run when they look. What
        follows is promised all the same, and can see how many were cancelled. Answers how many were asked."""
        asked = 0
        with self._database.read() as connection:
            batches = BatchRepository(connection)
            while some := batches.cancel(batch_id, now=self._clock.now(), size=_CHUNK):
                asked += some
        return asked
