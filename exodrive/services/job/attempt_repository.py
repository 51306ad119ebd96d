"""The SQL of workers: claim jobs, keep them, return them, write what became of them. Many in one statement, one round
trip; each is conditional on the state that it expects.

Statements that change several rows lock them in the order of their ids, so that two of them never wait for each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from exodrive.core.ids import new_id
from exodrive.core.ledger import JobState
from exodrive.services.job.contracts import Attempt, Findings
from exodrive.services.job.rules import Verdict

_CLAIM = text("""
WITH asked AS (
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS uuid[])) AS asked (id, attempt)
), due AS (
    SELECT job.id, asked.attempt FROM job JOIN asked ON job.id = asked.id
    WHERE kind = ANY(CAST(:kinds AS text[]))
      AND NOT EXISTS (
          SELECT FROM job_pause WHERE (scope = 'queue' AND name = job.queue) OR (scope = 'kind' AND name = job.kind)
      )
      AND (state = 'waiting' OR (state IN ('scheduled', 'retrying') AND run_at <= :now))
    ORDER BY job.id FOR UPDATE OF job
)
UPDATE job SET state = 'active', attempt_id = due.attempt, leased_until = :until, started_at = :now, worker = :worker,
    progress = NULL, progress_text = NULL, result = NULL
FROM due WHERE job.id = due.id
RETURNING job.id, attempt_id, kind, payload, attempts, max_attempts, cause ->> 'request_id' AS request_id, run_at,
    payload_version, expires_at
""")
_RENEW = text("""
WITH ours AS (
    SELECT id FROM job WHERE state = 'active' AND attempt_id = ANY(CAST(:attempts AS uuid[])) ORDER BY id FOR UPDATE
)
UPDATE job SET leased_until = :until FROM ours WHERE job.id = ours.id RETURNING attempt_id
""")
_RELEASE = text("""
WITH ours AS (
    SELECT id FROM job
    WHERE state = 'active' AND id = ANY(CAST(:ids AS uuid[])) AND attempt_id = ANY(CAST(:attempts AS uuid[]))
    ORDER BY id FOR UPDATE
)
UPDATE job SET state = CASE WHEN attempts + lost > 0 THEN 'retrying' ELSE 'scheduled' END,
    attempt_id = NULL, leased_until = NULL, worker = NULL, started_at = NULL, published_at = NULL
FROM ours WHERE job.id = ours.id
""")
# Who was asked to stop and is to be tried again is cancelled.
_END = text("""
WITH told AS (
    SELECT * FROM jsonb_to_recordset(CAST(:told AS jsonb)) AS told (
        id uuid, attempt uuid, state text, counts boolean, run_at timestamptz, error_code text, error_text text,
        result bytea, worker text, due_at timestamptz, began_at timestamptz, ended_at timestamptz, log jsonb
    )
), ours AS (
    SELECT job.id, attempt, told.state AS verdict, told.run_at AS again, told.error_code AS code,
        told.error_text AS words, told.result AS found, told.worker AS whose, counts, due_at,
        coalesce(began_at, started_at) AS began_at, ended_at, log,
        CASE WHEN told.state = 'retrying' AND cancel_asked_at IS NOT NULL THEN 'cancelled'
            ELSE told.state END AS becomes
    FROM job JOIN told ON job.id = told.id AND job.attempt_id = told.attempt
    WHERE job.state = 'active' ORDER BY job.id FOR UPDATE OF job
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
""")
_PROGRESS = text("""
UPDATE job SET progress = coalesce(:percent, progress), progress_text = coalesce(:words, progress_text)
WHERE id = :id AND attempt_id = :attempt AND state = 'active'
RETURNING cancel_asked_at
""")


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
    """The job table as workers use it, through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self, ids: Sequence[UUID], *, kinds: Sequence[str], worker: str, until: datetime, now: datetime
    ) -> list[Attempt]:
        """Make due jobs ours, in the order of `ids`; without those that another has, that ended, or that are of none
        of `kinds`."""
        asked = {
            "ids": list(ids),
            "attempts": [new_id() for _ in ids],
            "kinds": list(kinds),
            "worker": worker,
            "until": until,
            "now": now,
        }
        got = {
            row.id: Attempt(
                id=row.attempt_id,
                job_id=row.id,
                kind=row.kind,
                sealed=bytes(row.payload),
                attempts=row.attempts,
                max_attempts=row.max_attempts,
                request_id=row.request_id,
                worker=worker,
                due_at=row.run_at,
                version=row.payload_version,
                expires_at=row.expires_at,
            )
            for row in self._connection.execute(_CLAIM, asked)
        }
        return [got[job_id] for job_id in dict.fromkeys(ids) if job_id in got]

    def renew(self, attempts: Sequence[UUID], *, until: datetime) -> frozenset[UUID]:
        """Lengthen leases; answers the attempts that are still ours."""
        rows = self._connection.execute(_RENEW, {"attempts": list(attempts), "until": until})
        return frozenset(row.attempt_id for row in rows)

    def release(self, attempts: Sequence[Attempt]) -> None:
        """Undo `claim` for those that have not begun: they are due again, and nothing is counted."""
        asked = {"ids": [one.job_id for one in attempts], "attempts": [one.id for one in attempts]}
        self._connection.execute(_RELEASE, asked)

    def progress(self, attempt: Attempt, *, percent: int | None, words: str | None) -> bool:
        """Write how far an attempt is; True where it is to stop: it was cancelled, or is not ours any more."""
        asked = {"id": attempt.job_id, "attempt": attempt.id, "percent": percent, "words": words}
        row = self._connection.execute(_PROGRESS, asked).one_or_none()
        return row is None or row.cancel_asked_at is not None

    def end(self, ended: Sequence[Ended]) -> dict[UUID, JobState]:
        """Write what became of attempts, and keep them; answers the jobs' states, by attempt, without those that were
        not ours any more."""
        told = orjson.dumps([one.told() for one in ended]).decode()
        rows = self._connection.execute(_END, {"told": told})
        return {
            row.id: JobState.RETRYING if row.outcome == "deferred" else JobState(row.outcome) for row in rows
        }
