"""The ledger of jobs: one row per promise. Written in the transaction of the business that makes the promise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
from sqlalchemy import (
    CheckConstraint,
    CursorResult,
    ForeignKey,
    Index,
    SmallInteger,
    case,
    literal,
    null,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from exodrive.core.actor import Actor
from exodrive.core.contract import dump, load
from exodrive.core.db import Base, Keyed, ask
from exodrive.core.ids import new_id
from exodrive.core.resilience import System
from exodrive.core.types import EncryptedText, EnumText, UtcDateTime, key_ring, one_of

T = TypeVar("T", bound=type)
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


class JobState(StrEnum):
    SCHEDULED = "scheduled"  # not due yet
    WAITING = "waiting"  # due; its id has been handed to the broker
    ACTIVE = "active"
    RETRYING = "retrying"  # failed, due again at run_at
    COMPLETED = "completed"
    DEAD = "dead"  # gave up: waits for a person
    CANCELLED = "cancelled"


OPEN_STATES = (JobState.SCHEDULED, JobState.WAITING, JobState.ACTIVE, JobState.RETRYING)
_OPEN = ", ".join(f"'{state}'" for state in OPEN_STATES)
_ENDED = f"'{JobState.COMPLETED}', '{JobState.DEAD}', '{JobState.CANCELLED}'"
_DUE = f"'{JobState.SCHEDULED}', '{JobState.RETRYING}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a kind of job is run. Times in seconds; `priority` 0 is first, 9 last. `per_minute` jobs of the kind are
    begun by all workers together; None is as many as come. Without the outside system that it `needs` a job waits.
    `pauses`, where given, are those between its attempts, in place of ever doubled ones; the last is repeated.
    `expires_after` its due time a job is dead rather than late."""

    queue: str
    priority: int = 5
    max_attempts: int = 8
    first_retry: float = 5.0
    longest_retry: float = 3600.0
    time_limit: float = 60.0
    per_minute: int | None = None
    needs: System | None = None
    pauses: tuple[float, ...] = ()
    expires_after: float | None = None


class Job(Keyed, Base):
    """One promise. `payload` is encrypted and never enters the broker; `attempt_id` names the running attempt,
    so that a worker that lost its lease cannot write a result. `attempts` counts those that ended with an answer,
    `lost` those whose worker vanished. `progress` is in per cent; `result` is JSON."""

    __tablename__ = "job"

    kind: Mapped[str]
    queue: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[JobState] = mapped_column(EnumText(JobState))
    payload: Mapped[str] = mapped_column(EncryptedText)
    payload_version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    unique_key: Mapped[str | None]
    subject_type: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    cause: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    lost: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    max_attempts: Mapped[int] = mapped_column(SmallInteger)
    attempt_id: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    error_text: Mapped[str | None]
    worker: Mapped[str | None]
    progress: Mapped[int | None] = mapped_column(SmallInteger)
    progress_text: Mapped[str | None]
    result: Mapped[str | None] = mapped_column(EncryptedText)
    cancel_asked_at: Mapped[datetime | None]
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("job_batch.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint(one_of("state", JobState), name="state"),
        Index("ix_job_due", "queue", "priority", "run_at", postgresql_where=text(f"state IN ({_DUE})")),
        Index("ix_job_waiting", "queue", "published_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_job_ended", "state", "finished_at", postgresql_where=text(f"state IN ({_ENDED})")),
        Index("ix_job_leased_until", "leased_until", postgresql_where=text("state = 'active'")),
        Index("uq_job_unique_key", "unique_key", unique=True, postgresql_where=text(f"state IN ({_OPEN})")),
        Index(
            "ix_job_unique_key", "unique_key", "created_at", postgresql_where=text("unique_key IS NOT NULL")
        ),
        Index("ix_job_kind", "kind", "id"),
        Index("ix_job_batch", "batch_id", "state", postgresql_where=text("batch_id IS NOT NULL")),
        Index(
            "ix_job_expires_at",
            "expires_at",
            postgresql_where=text("expires_at IS NOT NULL AND state IN ('scheduled', 'waiting', 'retrying')"),
        ),
        Index("ix_job_subject", "subject_type", "subject_id"),
    )


@dataclass(frozen=True, slots=True)
class JobKind:
    """A payload contract registered as a job. `upgrades` bring the data of an older version to the next."""

    name: str
    payload: type
    policy: Policy
    subject: str | None
    version: int
    upgrades: Mapping[int, Upgrade]


_kinds: dict[str, JobKind] = {}
_names: dict[type, str] = {}


def job(
    name: str,
    policy: Policy,
    *,
    subject: str | None = None,
    version: int = 1,
    upgrades: Mapping[int, Upgrade] | None = None,
) -> Callable[[T], T]:
    """Register a contract as a kind of job. `subject` names the payload's field that holds the id of what the
    job is about, e.g. `booking_id` makes the subject type `booking`. A field that older workers cannot do without, or
    must not do with, makes a new `version`; `upgrades={1: …}` then makes data of version 2 from data of version 1, for
    the rows that were promised before."""
    steps = dict(upgrades or {})
    if set(steps) != set(range(version - len(steps), version)):
        raise RuntimeError(f"the upgrades of {name} do not lead to version {version} without a gap")

    def register(payload: T) -> T:
        if name in _kinds:
            raise RuntimeError(f"two kinds of job are called {name}")
        _kinds[name] = JobKind(name, payload, policy, subject, version, steps)
        _names[payload] = name
        return payload

    return register


def kinds() -> Mapping[str, JobKind]:
    """Every kind of job that this process knows."""
    return MappingProxyType(_kinds)


def kind_of(payload: object) -> JobKind:
    """The kind of a payload; raises KeyError for a contract that is no job."""
    return kind_for(type(payload))


def kind_for(contract: type) -> JobKind:
    """The kind that a payload contract is; raises KeyError for one that is no job."""
    return _kinds[_names[contract]]


def job_row(
    payload: object,
    *,
    now: datetime,
    run_at: datetime | None,
    unique_key: str | None,
    actor: Actor,
    expires_at: datetime | None = None,
) -> dict[str, Any]:
    """The columns of a new ledger row; `run_at` None is at once, `expires_at` None is as its kind says."""
    kind = kind_of(payload)
    due = run_at or now
    if expires_at is None and kind.policy.expires_after is not None:
        expires_at = due + timedelta(seconds=kind.policy.expires_after)
    return {
        "id": new_id(),
        "kind": kind.name,
        "queue": kind.policy.queue,
        "priority": kind.policy.priority,
        "state": JobState.SCHEDULED,
        "payload": orjson.dumps(dump(payload)).decode(),
        "payload_version": kind.version,
        "unique_key": unique_key,
        "subject_type": kind.subject.removesuffix("_id") if kind.subject else None,
        "subject_id": getattr(payload, kind.subject) if kind.subject else None,
        "cause": {"actor": actor.kind, "actor_id": actor.id, "request_id": actor.request_id},
        "run_at": due,
        "max_attempts": kind.policy.max_attempts,
        "expires_at": expires_at,
        "created_at": now,
    }


_WRITE = f"""
INSERT INTO job (id, kind, queue, priority, state, payload, payload_version, unique_key, subject_type, subject_id,
    cause, run_at, max_attempts, expires_at, created_at, batch_id)
SELECT id, kind, queue, priority, state, payload, payload_version, unique_key, subject_type, subject_id,
    cause, run_at, max_attempts, expires_at, created_at, batch_id
FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS row (
    id uuid, kind text, queue text, priority smallint, state text, payload bytea, payload_version smallint,
    unique_key text, subject_type text, subject_id uuid, cause jsonb, run_at timestamptz, max_attempts smallint,
    expires_at timestamptz, created_at timestamptz, batch_id uuid
)
ON CONFLICT (unique_key) WHERE state IN ({_OPEN}) DO NOTHING
"""  # noqa: S608  the states are our own


def write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write ledger rows, in one statement. A row whose unique key is already open is silently the same promise."""
    sealed = [
        row | {"payload": f"\\x{key_ring.cipher.encrypt(row['payload'].encode()).hex()}"} for row in rows
    ]
    ask(session.connection(), _WRITE, {"rows": orjson.dumps(sealed).decode()})


def call_off(session: Session, contracts: Sequence[type], subject_id: UUID, now: datetime) -> int:
    """Cancel the open jobs of these kinds about a subject: those that wait at once, those that run when they look. How
    many were asked."""
    open_jobs = (
        update(Job)
        .where(
            Job.subject_id == subject_id,
            Job.kind.in_([kind_for(one).name for one in contracts]),
            Job.state.in_(OPEN_STATES),
        )
        .values(
            cancel_asked_at=now,
            state=case((Job.state == JobState.ACTIVE, Job.state), else_=literal(JobState.CANCELLED.value)),
            finished_at=case((Job.state == JobState.ACTIVE, null()), else_=literal(now, UtcDateTime())),
        )
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], session.execute(open_jobs)).rowcount


def promised_lately(session: Session, unique_key: str, since: datetime) -> bool:
    """Whether a job with this key was promised after `since`, whatever became of it. Transactions that ask about one
    key wait for each other, so that of two promises one sees the other."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"job:{unique_key}"}
    )
    found = select(Job.id).where(Job.unique_key == unique_key, Job.created_at > since).limit(1)
    return session.execute(found).first() is not None


def read_payload(kind: JobKind, text_: str, version: int) -> object:
    """A payload as stored, brought from its `version` to the kind's; unknown fields are ignored, since an older worker
    may meet a newer message. Raises `Invalid`, `KeyError` where no upgrade begins at its version, and whatever an
    upgrade raises."""
    data = orjson.loads(text_)
    for step in range(version, kind.version):
        data = kind.upgrades[step](data)
    return load(kind.payload, data, lenient=True)
