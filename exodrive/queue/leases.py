"""Keeping the leases of what this process has claimed, and ending attempts that run too long.

At its time limit an attempt is ended in the ledger, so the job is tried again or dead, and a late result is refused.
A thread cannot be stopped from outside and stays busy until its handler returns; handlers bound their waiting
themselves, the database by its statement timeout, gateways by SERVICE_TIMEOUT. A process of the heavy queues is
interrupted a second later, and killed when that does not help; where not even this thread gets its turn, it is killed
with its lease, and the job counted as lost.
"""

import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from exodrive.core import observe
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.rules import TimeLimitPassed

log = observe.logger(__name__)


@dataclass(slots=True)
class _Held:
    """`until` is when the lease runs out, `limit` when the handler has to be back; both monotonic. `over`: it is back,
    and its outcome is on the way."""

    attempt: Attempt
    until: float
    limit: float | None = None
    over: bool = False


class LeaseKeeper:
    """One thread that renews, at a third of the lease, the leases of all attempts of this process together."""

    def __init__(self, attempts: AttemptService, lease: timedelta) -> None:
        self._attempts = attempts
        self._lease = lease
        self._held: dict[UUID, _Held] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)
        self._thread.start()

    def keep(self, attempts: Sequence[Attempt], asked: float) -> None:
        """Renew the leases of what was claimed by a question of that monotonic time."""
        until = asked + self._lease.total_seconds()
        with self._lock:
            self._held.update((attempt.id, _Held(attempt, until)) for attempt in attempts)

    def begin(self, attempt: Attempt, time_limit: float) -> bool:
        """Whether the attempt is still ours to begin; from now on it has `time_limit` seconds. A process that stood
        still for longer than its leases begins none of what it had claimed."""
        now = time.monotonic()
        with self._lock:
            held = self._held.get(attempt.id)
            if held is None or held.until <= now:
                return False
            held.limit = now + time_limit
            return True

    def over(self, attempt: Attempt) -> None:
        """The handler is back; the lease is kept until the outcome is written."""
        with self._lock:
            if held := self._held.get(attempt.id):
                held.limit, held.over = None, True

    def drop(self, attempts: Collection[UUID]) -> None:
        """Keep these no longer."""
        with self._lock:
            for attempt_id in attempts:
                self._held.pop(attempt_id, None)

    def held(self) -> list[Attempt]:
        """What this process has claimed and not yet told the ledger about."""
        with self._lock:
            return [held.attempt for held in self._held.values()]

    def stop(self) -> None:
        """End the thread; leases that are still held run out."""
        self._stopped.set()
        self._thread.join()

    def _keep(self) -> None:
        beat = self._lease.total_seconds() / 3
        renewed = time.monotonic()
        while not self._stopped.wait(min(beat, 1.0)):
            try:
                self._end_overdue()
                if time.monotonic() - renewed >= beat:
                    renewed = time.monotonic()
                    self._renew()
            except Exception:  # whatever ails the database, the next beat tries again
                log.warning("leases.not_renewed", exc_info=True)

    def _end_overdue(self) -> None:
        now = time.monotonic()
        with self._lock:
            overdue = [held.attempt for held in self._held.values() if held.limit and held.limit <= now]
        for attempt in overdue:
            state = self._attempts.end(attempt, TimeLimitPassed("The time limit has passed."))
            self.drop([attempt.id])
            log.error("job.time_limit_passed", job_id=str(attempt.job_id), kind=attempt.kind, state=state)

    def _renew(self) -> None:
        with self._lock:
            asked = list(self._held)
        if not asked:
            return
        until = time.monotonic() + self._lease.total_seconds()
        kept = self._attempts.renew(asked, lease=self._lease)
        with self._lock:
            for attempt_id in kept:
                if held := self._held.get(attempt_id):
                    held.until = until
            lost = [
                held.attempt for gone in asked if gone not in kept and (held := self._held.pop(gone, None))
            ]
        for attempt in lost:
            log.error("job.lease_lost", job_id=str(attempt.job_id), kind=attempt.kind)
