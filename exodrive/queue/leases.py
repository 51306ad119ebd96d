"""Keeping the leases of what this process runs, and ending attempts that run too long.

A thread cannot be stopped from outside. What can be done honestly is done: at its time limit an attempt is ended in
the ledger, so the job is tried again and the late result is refused; the thread stays busy until its handler returns.
Handlers bound their waiting themselves: the database by its statement timeout, gateways by SERVICE_TIMEOUT.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from exodrive.core import observe
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.rules import TimeLimitPassed

log = observe.logger(__name__)


class LeaseKeeper:
    """One thread that renews, at a third of the lease, the leases of all attempts of this process."""

    def __init__(self, attempts: AttemptService, lease: timedelta) -> None:
        self._attempts = attempts
        self._lease = lease
        self._held: dict[UUID, tuple[Attempt, float]] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)
        self._thread.start()

    @contextmanager
    def holding(self, attempt: Attempt, time_limit: float) -> Iterator[None]:
        """Renew the lease of `attempt` for as long as the block runs, `time_limit` seconds at most."""
        with self._lock:
            self._held[attempt.id] = (attempt, time.monotonic() + time_limit)
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(attempt.id, None)

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
            overdue = [attempt for attempt, deadline in self._held.values() if deadline <= now]
        for attempt in overdue:
            state = self._attempts.end(attempt, TimeLimitPassed("The time limit has passed."))
            with self._lock:
                self._held.pop(attempt.id, None)
            log.error("job.time_limit_passed", job_id=str(attempt.job_id), kind=attempt.kind, state=state)

    def _renew(self) -> None:
        with self._lock:
            held = {attempt.id: attempt for attempt, _ in self._held.values()}
        if not held:
            return
        kept = self._attempts.renew(list(held), lease=self._lease)
        with self._lock:
            lost = [held[gone] for gone in held.keys() - kept if gone in self._held]
            for attempt in lost:
                self._held.pop(attempt.id, None)
        for attempt in lost:
            log.error("job.lease_lost", job_id=str(attempt.job_id), kind=attempt.kind)
