"""Running jobs in a worker: claim, do, write what became of it."""

import threading
import time
from collections.abc import Sequence
from uuid import UUID

import wireup

from exodrive.core import ledger, observe
from exodrive.core.clock import Clock
from exodrive.core.ledger import JobState
from exodrive.queue import context, registry
from exodrive.queue.config import Timing
from exodrive.queue.leases import LeaseKeeper
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.context import JobContext
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.dispatch import DispatchService
from exodrive.services.job.rates import JobRates

log = observe.logger(__name__)


class Runner:
    """Runs the jobs of a message one after the other; many threads share one runner."""

    def __init__(self, container: wireup.SyncContainer, timing: Timing) -> None:
        self._container = container
        self._timing = timing
        self._attempts = container.get(AttemptService)
        self._clock = container.get(Clock)
        self._rates = container.get(JobRates)
        self._dispatch = container.get(DispatchService)
        self._leases = LeaseKeeper(self._attempts, timing.lease)
        self._stopping = threading.Event()

    def run(self, ids: Sequence[UUID]) -> None:
        """Run those jobs that are still to be had. Each is claimed just before it begins: what a worker has not begun
        is not lost with it. A worker that is stopping returns the rest to the ledger."""
        for place, job_id in enumerate(ids):
            if self._stopping.is_set():
                self._dispatch.give_back(ids[place:])
                return
            attempt = self._attempts.claim(job_id, kinds=registry.handled(), lease=self._timing.lease)
            if attempt is not None:
                self._run(attempt)

    def stop_beginning(self) -> None:
        """Begin no further job."""
        self._stopping.set()

    def close(self) -> None:
        """Give up the leases' thread."""
        self._leases.stop()

    def _run(self, attempt: Attempt) -> None:
        began = time.perf_counter()
        policy = ledger.kinds()[attempt.kind].policy
        with context.running(attempt):
            own = JobContext(attempt, self._attempts, self._clock)
            with self._leases.holding(attempt, policy.time_limit):
                error = self._attempt(own)
            state = self._end(own, error)
            ms = round((time.perf_counter() - began) * 1000, 1)
            if state is None:
                log.error("job.result_refused", ms=ms)
            elif error is None:
                log.info("job.completed", ms=ms)
            else:
                say = log.error if state is JobState.DEAD else log.warning
                say("job.failed", state=state, ms=ms, exc_info=error)

    def _attempt(self, own: JobContext) -> Exception | None:
        policy = ledger.kinds()[own.attempt.kind].policy
        try:
            if policy.per_minute:
                self._rates.take(own.attempt.kind, policy.per_minute)
            registry.handler_of(own.attempt.kind)(self._attempts.payload(own.attempt), self._container, own)
        except Exception as error:  # noqa: BLE001  what it means for the job is decided by the room's rules
            return error
        return None

    def _end(self, own: JobContext, error: Exception | None) -> JobState | None:
        """The deed is done, so its result is worth some patience with the database; without it, the job runs again
        when its lease has run out."""
        patience = time.monotonic() + self._timing.lease.total_seconds()
        while True:
            try:
                return self._attempts.end(own.attempt, error, own.findings())
            except Exception:
                if time.monotonic() > patience:
                    raise
                log.warning("job.result_not_written", exc_info=True)
                time.sleep(0.5)
