"""Batches: many jobs promised together, and one more that is promised when all of them have ended."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from exodrive.core import ledger
from exodrive.core.actor import Actor
from exodrive.core.db import Base, Keyed
from exodrive.core.types import EncryptedText

_CHUNK = 1000
_PLAIN = ("kind", "queue", "priority", "payload_version", "subject_type", "cause", "max_attempts")


class JobBatch(Keyed, Base):
    """The parent of `total` jobs. What follows is kept as it will be promised: `following` holds the plain columns of
    its row, `following_payload` what is encrypted. A trigger (migration 0022) promises it in the transaction in which
    the last child ends, and writes how the children ended; a child that is tried anew later changes neither."""

    __tablename__ = "job_batch"

    total: Mapped[int]
    following_id: Mapped[UUID]
    following: Mapped[dict[str, Any]]
    following_payload: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    completed: Mapped[int | None]
    dead: Mapped[int | None]
    cancelled: Mapped[int | None]

    __table_args__ = (
        Index("ix_job_batch_finished_at", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
    )


def write_batch(
    session: Session,
    batch_id: UUID,
    children: Iterable[object],
    *,
    then: object,
    now: datetime,
    run_at: datetime | None,
    actor: Actor,
) -> int:
    """Write the children, a thousand in a statement, and what follows; answers how many they are. None of them may
    end before the caller commits. Of no children, what follows is due at once."""
    after = ledger.job_row(then, now=now, run_at=None, unique_key=None, actor=actor)
    batch = JobBatch(
        id=batch_id,
        total=0,
        following_id=after["id"],
        following={name: after[name] for name in _PLAIN} | {"subject_id": _plain(after["subject_id"])},
        following_payload=after["payload"],
        created_at=now,
    )
    session.add(batch)
    session.flush()
    for rows in _chunks(children, batch_id, now=now, run_at=run_at, actor=actor):
        ledger.write(session, rows)
        batch.total += len(rows)
    if not batch.total:
        batch.finished_at, batch.completed, batch.dead, batch.cancelled = now, 0, 0, 0
        ledger.write(session, [after])
    session.flush()
    return batch.total


def _chunks(
    children: Iterable[object], batch_id: UUID, *, now: datetime, run_at: datetime | None, actor: Actor
) -> Iterator[list[dict[str, Any]]]:
    rows = (
        ledger.job_row(child, now=now, run_at=run_at, unique_key=None, actor=actor) | {"batch_id": batch_id}
        for child in children
    )
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _plain(value: UUID | None) -> str | None:
    return None if value is None else str(value)
