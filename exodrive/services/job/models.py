"""The attempts, and what the schedule remembers; the ledger itself is `core/ledger.py`, since every room writes it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base
from exodrive.core.types import EnumText, one_of
from exodrive.services.job.contracts import PauseScope


class Outcome(StrEnum):
    COMPLETED = "completed"
    RETRYING = "retrying"
    DEFERRED = "deferred"  # an outside system is left alone: to be tried again, and not counted
    LOST = "lost"  # the worker vanished
    DEAD = "dead"
    CANCELLED = "cancelled"


class ScheduleSlot(Base):
    """The newest slot of what recurs that has been promised: whoever moves it forward owns the slot. `name` is the
    kind, or `kind@location`."""

    __tablename__ = "schedule_slot"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    slot: Mapped[datetime]
    taken_at: Mapped[datetime]
    next_at: Mapped[datetime]
    every_seconds: Mapped[int]
    rhythm: Mapped[str]


class ScheduleRun(Base):
    """One slot that was promised, and the job that does it; None where it was left out. The job may be pruned."""

    __tablename__ = "schedule_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    job_id: Mapped[UUID | None]

    __table_args__ = (Index("ix_schedule_run_taken_at", "taken_at"),)


class JobPause(Base):
    """A queue or a kind whose jobs are not begun until somebody resumes it."""

    __tablename__ = "job_pause"

    scope: Mapped[PauseScope] = mapped_column(EnumText(PauseScope), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    paused_at: Mapped[datetime]
    paused_by: Mapped[str | None]

    __table_args__ = (CheckConstraint(one_of("scope", PauseScope), name="scope"),)


class JobAttempt(Base):
    """One run of a job, written when it has ended; the one that runs stands in the job's own row. `log` is a list of
    `[instant, words]`."""

    __tablename__ = "job_attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    kind: Mapped[str]
    queue: Mapped[str]
    worker: Mapped[str]
    due_at: Mapped[datetime]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    outcome: Mapped[Outcome] = mapped_column(EnumText(Outcome))
    error_code: Mapped[str | None]
    error_text: Mapped[str | None]
    log: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))

    __table_args__ = (
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        Index("ix_job_attempt_job_id", "job_id"),
        Index("ix_job_attempt_ended_at", "ended_at"),
    )
