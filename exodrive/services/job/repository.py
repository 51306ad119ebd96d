"""The SQL of the relay and of those who watch over the job table. Each method is one statement, one round trip.

Statements that change rows are conditional on the state they expect, so any number of relays and workers may send
them at once: the loser finds nothing to change.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from exodrive.core.ledger import JobState
from exodrive.services.job.contracts import DueJob, LostJob, QueueDepth
from exodrive.services.job.rules import EXPIRED, EXPIRED_TEXT, LOST_LIMIT, LOST_PAUSE

CHANNEL = "job_due"

_PUBLISH_AGAIN = text("""
UPDATE job SET published_at = :now
WHERE id = ANY(ARRAY(
    SELECT id FROM job
    WHERE queue = ANY(CAST(:queues AS text[])) AND state = 'waiting' AND published_at <= :before
      AND kind = ANY(CAST(:kinds AS text[]))
    ORDER BY published_at LIMIT :bound FOR UPDATE SKIP LOCKED
))
RETURNING id, kind, queue, lost, priority, run_at, 0 AS ahead
""")
_GIVE_BACK = text("""
UPDATE job SET state = CASE WHEN attempts + lost > 0 THEN 'retrying' ELSE 'scheduled' END, published_at = NULL
WHERE id = ANY(CAST(:ids AS uuid[])) AND state = 'waiting'
""")
_SWEEP = text("""
WITH gone AS (
    SELECT id, attempt_id, worker, run_at, started_at FROM job
    WHERE state = 'active' AND leased_until < :now FOR UPDATE SKIP LOCKED
), swept AS (
    UPDATE job SET lost = lost + 1, attempt_id = NULL, leased_until = NULL, worker = NULL,
        state = CASE WHEN lost + 1 >= :limit THEN 'dead' WHEN cancel_asked_at IS NOT NULL THEN 'cancelled'
            ELSE 'retrying' END,
        finished_at = CASE WHEN lost + 1 >= :limit OR cancel_asked_at IS NOT NULL THEN CAST(:now AS timestamptz) END,
        run_at = CAST(:now AS timestamptz) + lost * CAST(:pause AS interval),
        error_code = 'lost', error_text = 'The worker that ran this job vanished.'
    FROM gone WHERE job.id = gone.id
    RETURNING job.id, kind, queue, lost, state, gone.attempt_id, gone.worker, gone.run_at AS due_at, gone.started_at
), kept AS (
    INSERT INTO job_attempt
        (id, job_id, kind, queue, worker, due_at, started_at, ended_at, outcome, error_code, error_text)
    SELECT attempt_id, id, kind, queue, coalesce(worker, ''), due_at, started_at, :now, 'lost', 'lost',
        'The worker that ran this job vanished.'
    FROM swept
)
SELECT id, kind, lost, state FROM swept
""")
# Four parts, each the predicate of one partial index: the completed millions are not read.
_DEPTHS = text("""
SELECT queue, count(*) FILTER (WHERE part = 'due') AS due, count(*) FILTER (WHERE part = 'active') AS active,
    count(*) FILTER (WHERE part = 'later') AS later, count(*) FILTER (WHERE part = 'dead') AS dead,
    min(run_at) FILTER (WHERE part = 'due') AS oldest_due
FROM (
    SELECT queue, run_at, CASE WHEN run_at <= :now THEN 'due' ELSE 'later' END AS part
    FROM job WHERE state IN ('scheduled', 'retrying')
    UNION ALL SELECT queue, run_at, 'due' FROM job WHERE state = 'waiting'
    UNION ALL SELECT queue, run_at, 'active' FROM job WHERE state = 'active'
    UNION ALL SELECT queue, run_at, 'dead' FROM job WHERE state = 'dead'
) AS open GROUP BY queue ORDER BY queue
""")
_PRUNE = text("""
DELETE FROM job WHERE id IN (
    SELECT id FROM job
    WHERE state = :state AND finished_at < :before
      AND NOT EXISTS (SELECT FROM job_batch WHERE id = job.batch_id AND finished_at IS NULL)
    LIMIT :size FOR UPDATE OF job SKIP LOCKED
)
""")
# By the partial indexes, a probe for each queue and priority: of a long backlog only the first thousand are read, so a
# job behind so many that wait for something else is not noticed.
_LATE = text("""
SELECT q.queue FROM unnest(CAST(:queues AS text[])) AS q (queue)
WHERE NOT EXISTS (SELECT FROM job_pause WHERE scope = 'queue' AND name = q.queue) AND (
    EXISTS (SELECT FROM job WHERE queue = q.queue AND state = 'waiting' AND published_at < :before)
    OR EXISTS (
        SELECT FROM generate_series(0, 9) AS p, LATERAL (
            SELECT kind FROM job
            WHERE queue = q.queue AND priority = p AND state IN ('scheduled', 'retrying') AND run_at < :before
            ORDER BY run_at LIMIT 1000
        ) AS first
        WHERE first.kind <> ALL(CAST(:except AS text[]))
          AND NOT EXISTS (SELECT FROM job_pause WHERE scope = 'kind' AND name = first.kind)
    )
) ORDER BY q.queue
""")
_EXPIRE = text("""
WITH late AS (
    SELECT id FROM job
    WHERE expires_at <= :now AND state IN ('scheduled', 'waiting', 'retrying') ORDER BY id LIMIT :size
    FOR UPDATE SKIP LOCKED
)
UPDATE job SET state = 'dead', finished_at = :now, published_at = NULL, error_code = :code, error_text = :words
FROM late WHERE job.id = late.id RETURNING job.id, kind
""")
_WAITING_OF = text("""
SELECT count(*) FROM job
WHERE kind = ANY(CAST(:kinds AS text[]))
  AND (state = 'waiting' OR (state IN ('scheduled', 'retrying') AND run_at <= :now))
""")
_ANY_WAITING = text("""
SELECT EXISTS (
    SELECT FROM job
    WHERE kind = ANY(CAST(:kinds AS text[]))
      AND (state = 'waiting' OR (state IN ('scheduled', 'retrying') AND run_at <= :now))
)
""")
# The most important job of some kinds, where only one of all may go.
_PUBLISH_ONE = text("""
UPDATE job SET state = 'waiting', published_at = :now
WHERE id = (
    SELECT id FROM job
    WHERE queue = ANY(CAST(:queues AS text[])) AND state IN ('scheduled', 'retrying') AND run_at <= :now
      AND kind = ANY(CAST(:kinds AS text[]))
      AND NOT EXISTS (
          SELECT FROM job_pause WHERE (scope = 'queue' AND name = job.queue) OR (scope = 'kind' AND name = job.kind)
      )
    ORDER BY priority, run_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, queue, lost, priority, run_at, 0 AS ahead
""")


class JobRepository:
    """The job table through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish_one(self, *, queues: Sequence[str], kinds: Sequence[str], now: datetime) -> list[DueJob]:
        """Mark the most important due job of these kinds as waiting."""
        return self._due(_PUBLISH_ONE, {"queues": list(queues), "kinds": list(kinds), "now": now})

    def late(
        self, *, queues: Sequence[str], before: datetime, except_kinds: Sequence[str]
    ) -> tuple[str, ...]:
        """Queues with a job that was due `before` and has not begun, though nobody paused it."""
        asked = {"queues": list(queues), "before": before, "except": list(except_kinds)}
        return tuple(self._connection.execute(_LATE, asked).scalars())

    def waiting_of(self, kinds: Sequence[str], *, now: datetime) -> int:
        """How many due jobs of these kinds have not begun."""
        return int(self._connection.execute(_WAITING_OF, {"kinds": list(kinds), "now": now}).scalar_one())

    def any_waiting(self, kinds: Sequence[str], *, now: datetime) -> bool:
        """Whether a due job of these kinds has not begun."""
        return bool(self._connection.execute(_ANY_WAITING, {"kinds": list(kinds), "now": now}).scalar_one())

    def publish_again(
        self, *, queues: Sequence[str], kinds: Sequence[str], bound: int, before: datetime, now: datetime
    ) -> list[DueJob]:
        """Jobs that wait since `before` for a worker that never came: their message may be lost."""
        asked = {"queues": list(queues), "kinds": list(kinds), "bound": bound, "before": before, "now": now}
        return self._due(_PUBLISH_AGAIN, asked)

    def _due(self, statement: Any, asked: dict[str, Any]) -> list[DueJob]:
        rows = sorted(self._connection.execute(statement, asked), key=lambda row: (row.priority, row.run_at))
        return [
            DueJob(id=row.id, kind=row.kind, queue=row.queue, lost=row.lost, ahead=row.ahead) for row in rows
        ]

    def give_back(self, ids: Sequence[UUID]) -> None:
        """Undo `publish` for those that nobody claimed."""
        self._connection.execute(_GIVE_BACK, {"ids": list(ids)})

    def sweep(self, *, now: datetime) -> list[LostJob]:
        """Return jobs whose lease ran out to their queue, or declare them dead after `LOST_LIMIT` times."""
        asked = {"now": now, "limit": LOST_LIMIT, "pause": LOST_PAUSE}
        return [
            LostJob(id=row.id, kind=row.kind, lost=row.lost, dead=row.state == JobState.DEAD)
            for row in self._connection.execute(_SWEEP, asked)
        ]

    def expire(self, *, now: datetime, size: int) -> list[tuple[UUID, str]]:
        """Give up some of those that have not begun and are of no use any more: ids and kinds."""
        asked = {"now": now, "size": size, "code": EXPIRED, "words": EXPIRED_TEXT}
        return [(row.id, row.kind) for row in self._connection.execute(_EXPIRE, asked)]

    def depths(self, *, now: datetime) -> tuple[QueueDepth, ...]:
        """Every queue that has unfinished or dead jobs."""
        rows = self._connection.execute(_DEPTHS, {"now": now}).mappings()
        return tuple(QueueDepth(**row) for row in rows)

    def prune(self, state: JobState, *, before: datetime, size: int) -> int:
        """Delete some of those that ended in `state` before then; how many."""
        asked = {"state": state.value, "before": before, "size": size}
        return self._connection.execute(_PRUNE, asked).rowcount

    def listen(self) -> None:
        """Have this connection told when a transaction that wrote due jobs commits."""
        self._connection.exec_driver_sql(f"LISTEN {CHANNEL}")
