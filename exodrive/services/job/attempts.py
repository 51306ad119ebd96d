"""The worker's side of the ledger: claim jobs, keep them, write what became of them."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from exodrive.core import ledger
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.ledger import JobState
from exodrive.services.job.attempt_repository import AttemptRepository, Ended
from exodrive.services.job.contracts import Attempt, Findings
from exodrive.services.job.payloads import open_payload
from exodrive.services.job.rules import EXPIRED_TEXT, Expired, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An attempt that is over: without an error it did what was promised. `began_at` None is when it was claimed."""

    attempt: Attempt
    error: Exception | None = None
    findings: Findings = field(default_factory=Findings)
    began_at: datetime | None = None
    ended_at: datetime


class AttemptService:
    """Each writing method is one conditional statement: whoever comes second finds nothing to change."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def claim(self, job_id: UUID, *, kinds: Sequence[str], lease: timedelta) -> Attempt | None:
        """Begin an attempt at a due job; None where it runs, ended, or is of a kind that is not named."""
        claimed = self.claim_all([job_id], kinds=kinds, lease=lease)
        return claimed[0] if claimed else None

    def claim_all(self, ids: Sequence[UUID], *, kinds: Sequence[str], lease: timedelta) -> list[Attempt]:
        """Begin attempts at those of the jobs that are to be had, in the order named."""
        now = self._clock.now()
        with self._database.wire() as wire:
            return AttemptRepository(wire).claim(
                ids, kinds=kinds, worker=worker_name(), until=now + lease, now=now
            )

    def renew(self, attempts: Sequence[UUID], *, lease: timedelta) -> frozenset[UUID]:
        """Keep attempts for another `lease`; answers those that are still ours."""
        with self._database.wire() as wire:
            return AttemptRepository(wire).renew(attempts, until=self._clock.now() + lease)

    def release(self, attempts: Sequence[Attempt]) -> None:
        """Return jobs that were claimed and not begun; they are due at once."""
        with self._database.wire() as wire:
            AttemptRepository(wire).release(attempts)

    def payload(self, attempt: Attempt) -> object:
        """Open the payload. Raises `Expired` where the job is too late, `Unreadable` where it makes no payload of its
        kind, `NewerVersion` and `NoKey` where another worker may be able to."""
        if attempt.expires_at is not None and attempt.expires_at <= self._clock.now():
            raise Expired(EXPIRED_TEXT)
        return open_payload(attempt)

    def progress(self, attempt: Attempt, percent: int | None = None, words: str | None = None) -> bool:
        """Write how far an attempt is; True where it is to stop: its job was cancelled or belongs to another."""
        with self._database.wire() as wire:
            return AttemptRepository(wire).progress(attempt, percent=percent, words=words)

    def end(
        self, attempt: Attempt, error: Exception | None = None, findings: Findings | None = None
    ) -> JobState | None:
        """Write what became of an attempt and answer the job's new state; None where the lease was lost meanwhile,
        so that the job belongs to another attempt."""
        over = Ending(
            attempt=attempt, error=error, findings=findings or Findings(), ended_at=self._clock.now()
        )
        return self.end_all([over]).get(attempt.id)

    def end_all(self, endings: Sequence[Ending]) -> dict[UUID, JobState]:
        """Write what became of attempts; the jobs' new states by attempt. One that is missing had lost its lease."""
        kinds = ledger.kinds()
        ended = [
            Ended(
                attempt=one.attempt,
                verdict=judge(one.error, one.attempt, kinds[one.attempt.kind].policy, one.ended_at),
                findings=one.findings,
                began_at=one.began_at,
                ended_at=one.ended_at,
            )
            for one in endings
        ]
        with self._database.wire() as wire:
            return AttemptRepository(wire).end(ended)


_HOST = socket.gethostname()


def worker_name() -> str:
    """This process, as the console names it."""
    return f"{_HOST}:{os.getpid()}"
