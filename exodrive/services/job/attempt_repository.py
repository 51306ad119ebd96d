"""The SQL of workers: claim jobs, keep them, return them, write what became of them. Many in one statement, one round
trip; each is conditional on the state that it expects.

Statements that change several rows lock them in the order of their ids, so that two of them never wait for each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import namedtuple_row

from exodrive.core.db import array_of
from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState
from exodrive.services.job.contracts import Attempt, Findings
from exodrive.services.job.rules import Verdict

# Rows are locked by their ids before anything else is asked of them: whatever the planner believes of states and kinds,
# which change faster than its figures, it fetches the few rows by the key. What is asked comes in by rows of its own:
# knowing it would not better the plan, but have PostgreSQL make a new one each time, which takes longer than the rest.
#
# A claim does not wait for the disk. When PostgreSQL crashes within a second of it, it may never have been: the job
# waits as before, is sent again when its message stays unanswered, and the result of the claim that was forgotten is
# refused. What the handler itself commits makes its claim durable with it.
_CLAIM = """
WITH given AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true), CAST(%(now)s AS timestamptz) AS now,
        CAST(%(ids)s AS uuid[]) AS ids, CAST(%(attempts)s AS uuid[]) AS attempts, CAST(%(kinds)s AS text[]) AS kinds
), asked AS MATERIALIZED (
    SELECT asked.id, asked.attempt FROM given, unnest(ids, attempts) AS asked (id, attempt)
), found AS MATERIALIZED (
    SELECT id, kind, queue, state, run_at FROM job WHERE id = ANY(ARRAY(SELECT id FROM asked)) ORDER BY id FOR UPDATE
), due AS (
    SELECT found.id, asked.attempt, given.now FROM given, found JOIN asked ON found.id = asked.id
    WHERE kind = ANY(given.kinds)
      AND NOT EXISTS (
          SELECT FROM job_pause
          WHERE (scope = 'queue' AND name = found.queue) OR (scope = 'kind' AND name = found.kind)
      )
      AND (state = 'waiting' OR (state IN ('scheduled', 'retrying') AND run_at <= given.now))
)
UPDATE job SET state = 'active', attempt_id = due.attempt, leased_until = %(until)s, started_at = due.now,
    worker = %(worker)s, progress = NULL, progress_text = NULL, result = NULL
FROM due WHERE job.id = due.id
RETURNING job.id, attempt_id, kind, payload, attempts, max_attempts, cause ->> 'request_id' AS request_id, run_at,
    payload_version, expires_at
"""
_RENEW = """
WITH ours AS (
    SELECT id FROM job WHERE state = 'active' AND attempt_id = ANY(CAST(%(attempts)s AS uuid[])) ORDER BY id FOR UPDATE
)
UPDATE job SET leased_until = %(until)s FROM ours WHERE job.id = ours.id RETURNING attempt_id
"""
_RELEASE = """
WITH ours AS (
    SELECT id FROM job
    WHERE state = 'active' AND id = ANY(CAST(%(ids)s AS uuid[])) AND attempt_id = ANY(CAST(%(attempts)s AS uuid[]))
    ORDER BY id FOR UPDATE
)
UPDATE job SET state = CASE WHEN attempts + lost > 0 THEN 'retrying' ELSE 'scheduled' END,
    attempt_id = NULL, leased_until = NULL, worker = NULL, started_at = NULL, published_at = NULL
FROM ours WHERE job.id = ours.id
"""
# Who was asked to stop and is to be tried again is cancelled.
_END = """
WITH told AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(%(told)s AS jsonb)) AS told (
        id uuid, attempt uuid, state text, counts boolean, run_at timestamptz, error_code text, error_text text,
        result bytea, worker text, due_at timestamptz, began_at timestamptz, ended_at timestamptz, log jsonb
    )
), held AS MATERIALIZED (
    SELECT id, attempt_id, state, cancel_asked_at, started_at FROM job
    WHERE id = ANY(ARRAY(SELECT id FROM told)) ORDER BY id FOR UPDATE
), ours AS (
    SELECT held.id, attempt, told.state AS verdict, told.run_at AS again, told.error_code AS code,
        told.error_text AS words, told.result AS found, told.worker AS whose, counts, due_at,
        coalesce(began_at, started_at) AS began_at, ended_at, log,
        CASE WHEN told.state = 'retrying' AND cancel_asked_at IS NOT NULL THEN 'cancelled'
            ELSE told.state END AS becomes
    FROM held JOIN told ON held.id = told.id AND held.attempt_id = told.attempt
    WHERE held.state = 'active' ORDER BY held.id
), ended AS (
    UPDATE job SET state = becomes, attempts = attempts + CASE WHEN counts THEN 1 ELSE 0 END,
        attempt_id = NULL, leased_until = NULL, worker = NULL, run_at = coalesce(again, run_at), started_at = began_at,
        finished_at = CASE WHEN becomes = 'retrying' THEN NULL ELSE ended_at END,
        error_code = code, error_text = words, result = found
    FROM ours WHERE job.id = ours.id
    RETURNING job.id, attempt, kind, queue, becomes, counts, whose, due_at, began_at, ended_at, code, words, log
)
INSERT INTO job_attempt
    (id, job_id, kind, queue, worker, due_at, started_at, ended_at, outcome, error_code, error_text, log)
SELECT attempt, id, kind, queue, whose, due_at, began_at, ended_at,
    CASE WHEN becomes = 'retrying' AND NOT counts THEN 'deferred' ELSE becomes END, code, words, log
FROM ended RETURNING id, outcome
"""
_PROGRESS = """
UPDATE job SET progress = coalesce(%(percent)s, progress), progress_text = coalesce(%(words)s, progress_text)
WHERE id = %(id)s AND attempt_id = %(attempt)s AND state = 'active'
RETURNING cancel_asked_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An attempt with what became of it."""

    attempt: Attempt
    verdict: Verdict
    findings: Findings
    began_at: datetime | None
    ended_at: datetime

    def told(self) -> dict[str, object]:
        """As `_END` reads it."""
        sealed = self.findings.sealed_result
        return {
            "id": self.attempt.job_id,
            "attempt": self.attempt.id,
            "state": self.verdict.state,
            "counts": self.verdict.counts,
            "run_at": self.verdict.run_at,
            "error_code": self.verdict.error_code,
            "error_text": self.verdict.error_text,
            "result": None if sealed is None else f"\\x{sealed.hex()}",
            "worker": self.attempt.worker,
            "due_at": self.attempt.due_at,
            "began_at": self.began_at,
            "ended_at": self.ended_at,
            "log": self.findings.log,
        }


class AttemptRepository:
    """The job table as workers use it, through one connection in autocommit."""

    def __init__(self, wire: psycopg.Connection[Any]) -> None:
        self._wire = wire

    def claim(
        self, ids: Sequence[UUID], *, kinds: Sequence[str], worker: str, until: datetime, now: datetime
    ) -> list[Attempt]:
        """Make due jobs ours, in the order of `ids`; without those that another has, that ended, or that are of none
        of `kinds`."""
        asked = {
            "ids": array_of(ids),
            "attempts": array_of([new_id() for _ in ids]),
            "kinds": array_of(kinds),
            "worker": worker,
            "until": until,
            "now": now,
        }
        got = {
            row.id: Attempt(
                id=row.attempt_id,
                job_id=row.id,
                kind=row.kind,
                sealed=row.payload,
                attempts=row.attempts,
                max_attempts=row.max_attempts,
                request_id=row.request_id,
                worker=worker,
                due_at=row.run_at,
                version=row.payload_version,
                expires_at=row.expires_at,
            )
            for row in self._say(_CLAIM, asked)
        }
        return [got[job_id] for job_id in dict.fromkeys(ids) if job_id in got]

    def renew(self, attempts: Sequence[UUID], *, until: datetime) -> frozenset[UUID]:
        """Lengthen leases; answers the attempts that are still ours."""
        rows = self._say(_RENEW, {"attempts": array_of(attempts), "until": until})
        return frozenset(row.attempt_id for row in rows)

    def release(self, attempts: Sequence[Attempt]) -> None:
        """Undo `claim` for those that have not begun: they are due again, and nothing is counted."""
        asked = {
            "ids": array_of([one.job_id for one in attempts]),
            "attempts": array_of([one.id for one in attempts]),
        }
        self._wire.execute(_RELEASE, asked)

    def progress(self, attempt: Attempt, *, percent: int | None, words: str | None) -> bool:
        """Write how far an attempt is; True where it is to stop: it was cancelled, or is not ours any more."""
        asked = {"id": attempt.job_id, "attempt": attempt.id, "percent": percent, "words": words}
        rows = self._say(_PROGRESS, asked)
        return not rows or rows[0].cancel_asked_at is not None

    def end(self, ended: Sequence[Ended]) -> dict[UUID, JobState]:
        """Write what became of attempts, and keep them; answers the jobs' states, by attempt, without those that were
        not ours any more."""
        told = orjson.dumps([one.told() for one in ended]).decode()
        return {
            row.id: JobState.RETRYING if row.outcome == "deferred" else JobState(row.outcome)
            for row in self._say(_END, {"told": told})
        }

    def _say(self, statement: str, asked: Mapping[str, object]) -> list[Any]:
        with self._wire.cursor(binary=True, row_factory=namedtuple_row) as cursor:
            return list(cursor.execute(statement.encode(), asked))
