"""The statement that takes due jobs for sending: said for every promise, so it goes by the driver itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from exodrive.core.db import array_of
from exodrive.services.job.contracts import DueJob

# What the relay has marked can be found out again, so its commits do not wait for the disk. The lateral probes walk
# ix_job_due once per queue and priority, so neither a long backlog of unimportant jobs nor a million that are due next
# month are read to find the few that are next; what waits is counted only where something is due. `= ANY(ARRAY(…))`
# has the planner fetch them by their ids, whatever it believes of their number. All that is asked comes in by one row:
# knowing it would not better the plan, but have PostgreSQL make a new one each time, which takes longer than the rest.
_PUBLISH = """
WITH asked AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true), CAST(%(queues)s AS text[]) AS queues,
        CAST(%(kinds)s AS text[]) AS kinds, CAST(%(bound)s AS bigint) AS bound, CAST(%(now)s AS timestamptz) AS now
), called AS MATERIALIZED (
    SELECT queue FROM asked, unnest(queues) AS q (queue)
    WHERE NOT EXISTS (SELECT FROM job_pause WHERE scope = 'queue' AND name = q.queue)
      AND EXISTS (SELECT FROM job WHERE queue = q.queue AND state IN ('scheduled', 'retrying'))
      AND EXISTS (
          SELECT FROM generate_series(0, 9) AS p, LATERAL (
              SELECT FROM job
              WHERE queue = q.queue AND priority = p AND state IN ('scheduled', 'retrying') AND run_at <= asked.now
              LIMIT 1
          ) AS first
      )
), room AS MATERIALIZED (
    SELECT queue, (SELECT count(*) FROM job WHERE job.queue = called.queue AND state = 'waiting') AS ahead FROM called
), due AS (
    SELECT picked.id, bound - ahead AS free,
        row_number() OVER (PARTITION BY room.queue ORDER BY p, picked.run_at) AS place
    FROM asked, room, generate_series(0, 9) AS p, LATERAL (
        SELECT id, run_at FROM job
        WHERE queue = room.queue AND priority = p AND state IN ('scheduled', 'retrying')
          AND run_at <= asked.now AND kind = ANY(asked.kinds)
          AND NOT EXISTS (SELECT FROM job_pause WHERE scope = 'kind' AND name = job.kind)
        ORDER BY run_at LIMIT greatest(asked.bound - room.ahead, 0) FOR UPDATE SKIP LOCKED
    ) AS picked
), sent AS (
    UPDATE job SET state = 'waiting', published_at = (SELECT now FROM asked)
    WHERE id = ANY(ARRAY(SELECT id FROM due WHERE place <= free))
    RETURNING id, kind, queue, lost, priority, run_at
)
SELECT id, kind, queue, lost, priority, run_at, ahead FROM sent JOIN room USING (queue)
"""


def publish(
    wire: psycopg.Connection[Any], *, queues: Sequence[str], kinds: Sequence[str], bound: int, now: datetime
) -> list[DueJob]:
    """Mark due jobs as waiting, no more than fill each queue up to `bound` waiting ones; first things first."""
    asked = {"queues": array_of(queues), "kinds": array_of(kinds), "bound": bound, "now": now}
    with wire.cursor(binary=True, row_factory=namedtuple_row) as cursor:
        rows: list[Any] = list(cursor.execute(_PUBLISH.encode(), asked))
    rows.sort(key=lambda row: (row.priority, row.run_at))
    return [DueJob(id=row.id, kind=row.kind, queue=row.queue, lost=row.lost, ahead=row.ahead) for row in rows]
