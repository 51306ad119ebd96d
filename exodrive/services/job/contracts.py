"""Jobs as the relay, the workers and those who watch them see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DueJob:
    """A job whose id is to be handed to the broker, first things first."""

    id: UUID
    queue: str
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LostJob:
    """A job whose worker vanished; `dead` when it has done so too often."""

    id: UUID
    kind: str
    lost: int
    dead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run of a job, owned by one worker while its lease lasts. `sealed` is the payload as stored."""

    id: UUID
    job_id: UUID
    kind: str
    sealed: bytes
    attempts: int
    max_attempts: int
    request_id: str | None
    worker: str
    due_at: datetime


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotView:
    """When a recurring kind was last promised, and for which slot."""

    kind: str
    slot: datetime
    taken_at: datetime
