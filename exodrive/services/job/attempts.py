"""The worker's side of the ledger: claim a job, keep it, write what became of it."""

import os
import socket
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import orjson

from exodrive.core import ledger
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Invalid
from exodrive.core.ledger import JobKind, JobState
from exodrive.core.types import key_ring
from exodrive.services.job.contracts import Attempt, Findings
from exodrive.services.job.repository import JobRepository
from exodrive.services.job.rules import Unreadable, judge


class AttemptService:
    """Each writing method is one conditional statement: whoever comes second finds nothing to change."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def claim(self, job_id: UUID, *, kinds: Sequence[str], lease: timedelta) -> Attempt | None:
        """Begin an attempt at a due job; None where it runs, ended, or is of a kind that is not named."""
        now = self._clock.now()
        with self._database.read() as connection:
            return JobRepository(connection).claim(
                job_id, kinds=kinds, worker=worker_name(), until=now + lease, now=now
            )

    def renew(self, attempts: Sequence[UUID], *, lease: timedelta) -> frozenset[UUID]:
        """Keep attempts for another `lease`; answers those that are still ours."""
        with self._database.read() as connection:
            return JobRepository(connection).renew(attempts, until=self._clock.now() + lease)

    def payload(self, attempt: Attempt) -> object:
        """Open the payload. Raises `Unreadable` where it makes no payload of its kind, and `Undecipherable` where
        this worker lacks the key."""
        kind = ledger.kinds()[attempt.kind]
        clear = key_ring.cipher.decrypt(attempt.sealed).decode()
        try:
            return ledger.read_payload(kind, clear)
        except Invalid as error:
            raise Unreadable(
                f"The payload of {kind.name} is wrong at: {', '.join(sorted(error.fields))}."
            ) from None
        except orjson.JSONDecodeError:
            raise Unreadable(f"The payload of {kind.name} is no JSON.") from None

    def progress(self, attempt: Attempt, percent: int | None = None, words: str | None = None) -> bool:
        """Write how far an attempt is; True where it is to stop: its job was cancelled or belongs to another."""
        with self._database.read() as connection:
            return JobRepository(connection).progress(attempt, percent=percent, words=words)

    def end(
        self, attempt: Attempt, error: Exception | None = None, findings: Findings | None = None
    ) -> JobState | None:
        """Write what became of an attempt and answer the job's new state; None where the lease was lost meanwhile,
        so that the job belongs to another attempt."""
        now = self._clock.now()
        kind: JobKind = ledger.kinds()[attempt.kind]
        verdict = judge(error, attempt, kind.policy, now)
        with self._database.read() as connection:
            return JobRepository(connection).end(attempt, verdict, findings or Findings(), now=now)


def worker_name() -> str:
    """This process, as the console names it."""
    return f"{socket.gethostname()}:{os.getpid()}"
