"""SQL of those who watch the ledger and step in: find, count, figures, changes of many jobs, pauses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, text

from exodrive.core.ledger import OPEN_STATES, Job, JobState
from exodrive.services.job.console_contracts import DeadGroup
from exodrive.services.job.contracts import (
    AttemptView,
    JobFilter,
    JobLine,
    PauseScope,
    PauseView,
    Point,
    RunningJob,
    Verb,
)
from exodrive.services.job.repository import CHANNEL

# Which states a verb is for, and what it does. A dead job whose promise was made again under its unique key stays dead,
# and of several the newest lives.
STATES: dict[Verb, tuple[JobState, ...]] = {
    Verb.RETRY: (JobState.DEAD, JobState.CANCELLED, JobState.SCHEDULED, JobState.RETRYING),
    Verb.CANCEL: OPEN_STATES,
    Verb.DELETE: (JobState.COMPLETED, JobState.DEAD, JobState.CANCELLED),
    Verb.PRIORITISE: (JobState.SCHEDULED, JobState.RETRYING, JobState.WAITING),
}
_CHANGES = {
    Verb.RETRY: text("""
UPDATE job SET run_at = coalesce(CAST(:run_at AS timestamptz), :now), published_at = NULL, finished_at = NULL,
    cancel_asked_at = NULL,
    expires_at = CASE WHEN state IN ('dead', 'cancelled') THEN NULL ELSE expires_at END,
    attempts = CASE WHEN state IN ('dead', 'cancelled') THEN 0 ELSE attempts END,
    lost = CASE WHEN state IN ('dead', 'cancelled') THEN 0 ELSE lost END,
    state = CASE WHEN state IN ('dead', 'cancelled') THEN 'scheduled' ELSE state END
WHERE state = ANY(CAST(:states AS text[])) AND id IN (
    SELECT DISTINCT ON (coalesce(unique_key, CAST(id AS text))) id FROM job AS one
    WHERE id = ANY(CAST(:ids AS uuid[])) AND (unique_key IS NULL OR state IN ('scheduled', 'retrying') OR NOT EXISTS (
        SELECT FROM job AS other WHERE other.unique_key = one.unique_key
          AND other.state IN ('scheduled', 'waiting', 'active', 'retrying')
    ))
    ORDER BY coalesce(unique_key, CAST(id AS text)), id DESC
)
"""),
    Verb.CANCEL: text("""
UPDATE job SET cancel_asked_at = :now,
    finished_at = CASE WHEN state = 'active' THEN NULL ELSE CAST(:now AS timestamptz) END,
    state = CASE WHEN state = 'active' THEN state ELSE 'cancelled' END
WHERE state = ANY(CAST(:states AS text[])) AND id = ANY(CAST(:ids AS uuid[]))
"""),
    Verb.DELETE: text(
        "DELETE FROM job WHERE state = ANY(CAST(:states AS text[])) AND id = ANY(CAST(:ids AS uuid[]))"
    ),
    Verb.PRIORITISE: text("""
UPDATE job SET priority = :priority
WHERE state = ANY(CAST(:states AS text[])) AND id = ANY(CAST(:ids AS uuid[]))
"""),
}
_FIGURES = text("""
SELECT queue, count(*) FILTER (WHERE outcome = 'completed') AS completed,
    count(*) FILTER (WHERE outcome = 'retrying') AS retried, count(*) FILTER (WHERE outcome = 'deferred') AS deferred,
    count(*) FILTER (WHERE outcome = 'lost') AS lost, count(*) FILTER (WHERE outcome = 'dead') AS died,
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at)) AS run,
    percentile_cont(ARRAY[0.5, 0.95])
        WITHIN GROUP (ORDER BY greatest(extract(epoch FROM started_at - due_at), 0)) AS wait
FROM job_attempt WHERE ended_at > :since GROUP BY queue ORDER BY queue
""")
_POINTS = text("""
SELECT date_bin(CAST(:width AS interval), ended_at, CAST(:since AS timestamptz)) AS at,
    count(*) FILTER (WHERE outcome = 'completed') AS completed,
    count(*) FILTER (WHERE outcome IN ('retrying', 'lost', 'dead')) AS failed,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY greatest(extract(epoch FROM started_at - due_at), 0)) AS wait_p95,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at)) AS run_p95
FROM job_attempt WHERE ended_at > :since GROUP BY 1 ORDER BY 1
""")
_RUNNING = text("""
SELECT id, kind, coalesce(worker, '') AS worker, started_at, progress, progress_text
FROM job WHERE state = 'active' ORDER BY worker, started_at LIMIT 500
""")
_WORKERS = text("""
SELECT worker, count(*) AS ended, max(ended_at) AS last_at
FROM job_attempt WHERE ended_at > :since AND worker <> '' GROUP BY worker ORDER BY worker LIMIT 200
""")
_DEAD_GROUPS = text("""
SELECT kind, error_code, count(*) AS jobs, min(finished_at) AS first_at, max(finished_at) AS last_at,
    (array_agg(id ORDER BY finished_at DESC))[1] AS sample_id
FROM job WHERE state = 'dead' GROUP BY kind, error_code ORDER BY jobs DESC, kind, error_code LIMIT 200
""")
_PAUSE = text("""
INSERT INTO job_pause (scope, name, paused_at, paused_by) VALUES (:scope, :name, :now, :by) ON CONFLICT DO NOTHING
""")
# Those that were sent already come back, so that they are not overlooked when the pause ends.
_RECALL = text("""
UPDATE job SET state = CASE WHEN attempts + lost > 0 THEN 'retrying' ELSE 'scheduled' END, published_at = NULL
WHERE state = 'waiting' AND CASE WHEN :scope = 'queue' THEN queue ELSE kind END = :name
""")
_RESUME = text("DELETE FROM job_pause WHERE scope = :scope AND name = :name")
_PAUSES = text("SELECT scope, name, paused_at, paused_by FROM job_pause ORDER BY scope, name")
_BEFORE = text("""
SELECT count(*) FROM (
    SELECT FROM job WHERE queue = :queue AND state = 'waiting' AND (priority, published_at) < (:priority, :at)
    LIMIT 1000
) AS before
""")
_DUE_BEFORE = text("""
SELECT count(*) FROM (
    SELECT FROM job WHERE queue = :queue AND state IN ('scheduled', 'retrying') AND run_at <= :now AND id <> :id
      AND (priority, run_at, id) < (:priority, :run_at, :id)
    LIMIT 1000
) AS before
""")
_SENT = text(
    "SELECT count(*) FROM (SELECT FROM job WHERE queue = :queue AND state = 'waiting' LIMIT 1000) AS sent"
)
_MORE = text("""
SELECT cause, unique_key, cancel_asked_at, error_text, payload, result, worker, published_at FROM job WHERE id = :id
""")
_ATTEMPTS = text("""
SELECT worker, due_at, started_at, ended_at, outcome, error_code, error_text, log
FROM job_attempt WHERE job_id = :id ORDER BY id
""")
_BOUNDS = text("SELECT batch_id, expires_at FROM job WHERE id = :id")
_LINE = [getattr(Job, name) for name in JobLine.__dataclass_fields__]
_TELLING = (JobState.RETRYING, JobState.DEAD, JobState.CANCELLED)  # states whose rows say what went wrong


class ConsoleRepository:
    """The job table through one connection, as the console asks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, which: JobFilter, *, after: UUID | None, size: int) -> tuple[JobLine, ...]:
        """Newest first, those older than `after`."""
        query = select(*_LINE).where(*_conditions(which)).order_by(Job.id.desc()).limit(size)
        if after is not None:
            query = query.where(Job.id < after)
        return tuple(JobLine(**row) for row in self._connection.execute(query).mappings())

    def count(self, which: JobFilter, states: Sequence[JobState] = ()) -> int:
        """All that match; of `states` only, where some are given."""
        query = select(func.count()).select_from(Job).where(*_conditions(which))
        if states:
            query = query.where(Job.state.in_(states))
        return self._connection.execute(query).scalar_one()

    def ids(self, which: JobFilter, verb: Verb, *, after: UUID | None, size: int) -> list[UUID]:
        """Those that match and that the verb is for, oldest first, newer than `after`."""
        query = select(Job.id).where(*_conditions(which), Job.state.in_(STATES[verb])).order_by(Job.id)
        if after is not None:
            query = query.where(Job.id > after)
        return list(self._connection.execute(query.limit(size)).scalars())

    def change(
        self, verb: Verb, ids: Sequence[UUID], *, now: datetime, priority: int | None, run_at: datetime | None
    ) -> int:
        """Do it; how many it concerned."""
        asked: dict[str, Any] = {"ids": list(ids), "states": [state.value for state in STATES[verb]]}
        if verb is Verb.RETRY:
            asked |= {"now": now, "run_at": run_at}
        elif verb is Verb.CANCEL:
            asked |= {"now": now}
        elif verb is Verb.PRIORITISE:
            asked |= {"priority": priority}
        return self._connection.execute(_CHANGES[verb], asked).rowcount

    def ring(self) -> None:
        """Wake the relays when this transaction commits."""
        self._connection.exec_driver_sql(f"NOTIFY {CHANNEL}")

    def figures(self, since: datetime) -> dict[str, Any]:
        """By queue: what ended, and how long it took."""
        return {row.queue: row for row in self._connection.execute(_FIGURES, {"since": since})}

    def points(self, since: datetime, width: timedelta) -> tuple[Point, ...]:
        """What ended, in parts of `width`."""
        rows = self._connection.execute(_POINTS, {"since": since, "width": width}).mappings()
        return tuple(Point(**row) for row in rows)

    def running(self) -> tuple[RunningJob, ...]:
        """What workers do now."""
        return tuple(RunningJob(**row) for row in self._connection.execute(_RUNNING).mappings())

    def workers(self, since: datetime) -> dict[str, Any]:
        """By worker: how many attempts it ended after `since`, and when the last."""
        return {row.worker: row for row in self._connection.execute(_WORKERS, {"since": since})}

    def groups_of_dead(self) -> tuple[DeadGroup, ...]:
        """By kind and error code, the largest first."""
        return tuple(DeadGroup(**row) for row in self._connection.execute(_DEAD_GROUPS).mappings())

    def pause(self, scope: PauseScope, name: str, *, by: str | None, now: datetime) -> None:
        self._connection.execute(_PAUSE, {"scope": scope.value, "name": name, "by": by, "now": now})
        self._connection.execute(_RECALL, {"scope": scope.value, "name": name})

    def resume(self, scope: PauseScope, name: str) -> None:
        self._connection.execute(_RESUME, {"scope": scope.value, "name": name})

    def pauses(self) -> tuple[PauseView, ...]:
        rows = self._connection.execute(_PAUSES)
        return tuple(
            PauseView(
                scope=PauseScope(row.scope), name=row.name, paused_at=row.paused_at, paused_by=row.paused_by
            )
            for row in rows
        )

    def story(self, job_id: UUID) -> tuple[JobLine, Any, tuple[AttemptView, ...]] | None:
        """A job: its line, what else its row says (payload and result as stored), and the attempts that ended."""
        lines = self.find(JobFilter(ids=[job_id]), after=None, size=1)
        if not lines:
            return None
        ended = self._connection.execute(_ATTEMPTS, {"id": job_id}).mappings()
        attempts = tuple(AttemptView(number=number, **row) for number, row in enumerate(ended, 1))
        return lines[0], self._connection.execute(_MORE, {"id": job_id}).one(), attempts

    def bounds(self, job_id: UUID) -> Any:
        """The batch that a job belongs to, and when it is too late for it."""
        return self._connection.execute(_BOUNDS, {"id": job_id}).one()

    def before(self, line: JobLine, published_at: datetime) -> int:
        """How many jobs of its queue were sent before it and wait; 1,000 at most."""
        asked = {"queue": line.queue, "priority": line.priority, "at": published_at}
        return int(self._connection.execute(_BEFORE, asked).scalar_one())

    def due_before(self, line: JobLine, now: datetime) -> int:
        """How many due jobs of its queue are to be sent before it; 1,000 at most."""
        asked = {
            "queue": line.queue,
            "priority": line.priority,
            "run_at": line.run_at,
            "id": line.id,
            "now": now,
        }
        return int(self._connection.execute(_DUE_BEFORE, asked).scalar_one())

    def sent(self, queue: str) -> int:
        """How many jobs of a queue are with the workers and have not begun; 1,000 at most."""
        return int(self._connection.execute(_SENT, {"queue": queue}).scalar_one())


def _conditions(which: JobFilter) -> list[ColumnElement[bool]]:
    equal = {
        Job.queue: which.queue,
        Job.kind: which.kind,
        Job.error_code: which.error_code,
        Job.subject_type: which.subject_type,
        Job.subject_id: which.subject_id,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if which.states:
        found.append(Job.state.in_([JobState(state) for state in which.states]))
    if which.ids:
        found.append(Job.id.in_(which.ids))
    if which.subject_ids:
        found.append(Job.subject_id.in_(which.subject_ids))
    if which.since is not None:
        found.append(Job.created_at >= which.since)
    if which.until is not None:
        found.append(Job.created_at <= which.until)
    if which.text:
        found.append(_named(which.text.strip()))
    return found


def _named(words: str) -> ColumnElement[bool]:
    try:
        identity = UUID(words)
    except ValueError:
        told = Job.error_text.icontains(words, autoescape=True)
        return or_(Job.error_code == words, and_(Job.state.in_(_TELLING), told))
    return or_(Job.id == identity, Job.subject_id == identity, Job.batch_id == identity)
