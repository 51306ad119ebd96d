"""Jobs as the relay, the workers and those who watch them see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ledger import JobState, Policy, job


@dataclass(frozen=True, slots=True, kw_only=True)
class DueJob:
    """A job whose id is to be handed to the broker, first things first. `ahead`: how many of its queue were with the
    broker before."""

    id: UUID
    kind: str
    queue: str
    lost: int
    ahead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LostJob:
    """A job whose worker vanished; `dead` when it has done so too often."""

    id: UUID
    kind: str
    lost: int
    dead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run of a job, owned by one worker while its lease lasts. `sealed` is the payload as stored, of `version`."""

    id: UUID
    job_id: UUID
    kind: str
    sealed: bytes
    attempts: int
    max_attempts: int
    request_id: str | None
    worker: str
    due_at: datetime
    version: int = 1
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an attempt leaves beside its outcome: `log` is `(instant, words)`, `sealed_result` encrypted JSON."""

    log: tuple[tuple[str, str], ...] = ()
    sealed_result: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """How one queue stands. `due` could run now and does not; `oldest_due` is since when the first of them could."""

    queue: str
    due: int
    active: int
    later: int
    dead: int
    oldest_due: datetime | None


class PauseScope(StrEnum):
    QUEUE = "queue"
    KIND = "kind"


class Verb(StrEnum):
    """What a person can do to jobs. Each is for some states only, and passes over the others."""

    RETRY = "retry"  # dead and cancelled ones anew, with all their attempts; later ones at once
    CANCEL = "cancel"  # at once, or when the running attempt looks or fails
    DELETE = "delete"  # what has ended
    PRIORITISE = "prioritise"  # what has not begun


@contract
class JobFilter:
    """Which jobs; what is not given is not asked. `text` is an id, a subject's id or an error code; the times are of
    the promise."""

    queue: str | None = None
    kind: str | None = None
    states: list[str] = field(default_factory=list)
    text: str | None = None
    error_code: str | None = None
    subject_type: str | None = None
    subject_id: UUID | None = None
    subject_ids: list[UUID] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None
    ids: list[UUID] = field(default_factory=list)


@job("job.bulk", Policy(queue="upkeep", priority=2, max_attempts=5, time_limit=900), subject="order_id")
@contract
class ChangeJobs:
    """Do to all jobs that match what a person ordered."""

    order_id: UUID
    verb: Verb
    which: JobFilter
    priority: int | None = field(validate.Range(0, 9), default=None)
    run_at: datetime | None = None
    actor_kind: str
    actor_id: str | None = None


@job("job.prune", Policy(queue="upkeep", priority=9, max_attempts=3, time_limit=900))
@contract
class PruneJobs:
    """Delete what ended long ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """`jobs` were changed at once, or match and are changed by the job that is about `order_id`."""

    order_id: UUID | None
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A job in a list."""

    id: UUID
    kind: str
    queue: str
    state: JobState
    priority: int
    subject_type: str | None
    subject_id: UUID | None
    created_at: datetime
    run_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    lost: int
    max_attempts: int
    progress: int | None
    progress_text: str | None
    error_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """Newest first; `cursor` leads to the next page."""

    jobs: tuple[JobLine, ...]
    cursor: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """`outcome` None is the attempt that runs. `error_text` holds the places of an unknown error."""

    number: int
    worker: str
    due_at: datetime
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    error_code: str | None
    error_text: str | None
    log: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job's whole story. `payload` and `result` are masked; None where they cannot be read. `why` says in words
    what it waits for."""

    line: JobLine
    cause: dict[str, Any]
    unique_key: str | None
    cancel_asked_at: datetime | None
    error_text: str | None
    payload: dict[str, Any] | None
    result: dict[str, Any] | None
    attempts: tuple[AttemptView, ...]
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """One queue, now and over a window. Times in seconds, None where nothing ended; `success` in [0, 1]."""

    queue: str
    depth: QueueDepth | None
    paused: bool
    completed: int
    retried: int
    deferred: int
    lost: int
    died: int
    success: float | None
    per_minute: float
    run_p50: float | None
    run_p95: float | None
    wait_p50: float | None
    wait_p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningJob:
    id: UUID
    kind: str
    worker: str
    started_at: datetime
    progress: int | None
    progress_text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleView:
    """What recurs; `name` is the kind, or `kind@location`, `rhythm` says when in words. `silent` when its slot was not
    promised in time. `last_*` are of the job of its newest slot."""

    name: str
    kind: str
    rhythm: str
    every: timedelta
    promised_at: datetime
    next_at: datetime
    silent: bool
    last_id: UUID | None
    last_state: JobState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseView:
    scope: PauseScope
    name: str
    paused_at: datetime
    paused_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerView:
    """`state` is closed, open (its jobs wait) or half-open (one of them tries); `since` is when it opened, None while
    it is closed; `failures` in a row; `waiting` due jobs need the system."""

    system: str
    state: str
    since: datetime | None
    failures: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What ended in the part of the window that begins `at`. Times in seconds."""

    at: datetime
    completed: int
    failed: int
    wait_p95: float | None
    run_p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleView:
    """All that the console's first page says. `breakers` is None where Redis is away."""

    window: timedelta
    queues: tuple[QueueFigures, ...]
    running: tuple[RunningJob, ...]
    schedules: tuple[ScheduleView, ...]
    pauses: tuple[PauseView, ...]
    breakers: tuple[BreakerView, ...] | None
    points: tuple[Point, ...]
