"""Running jobs in a worker: claim, do, write what became of them."""

import functools
import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import wireup
from celery.exceptions import SoftTimeLimitExceeded

from exodrive.core import ledger, observe
from exodrive.core.clock import Clock
from exodrive.core.ledger import JobState
from exodrive.queue import context, registry
from exodrive.queue.config import Timing
from exodrive.queue.leases import LeaseKeeper
from exodrive.queue.outcomes import OutcomeWriter
from exodrive.queue.pace import Pace
from exodrive.services.job.attempts import AttemptService, Ending
from exodrive.services.job.context import JobContext
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.dispatch import DispatchService
from exodrive.services.job.rates import JobRates
from exodrive.services.job.rules import TimeLimitPassed

log = observe.logger(__name__)

_LONG = 1.0  # seconds after which jobs that were claimed together and have not begun are given to others


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
        self._outcomes = OutcomeWriter(self._attempts, timing.lease)
        self._pace = Pace()
        self._stopping = threading.Event()

    def run(self, ids: Sequence[UUID], queue: str = "") -> None:
        """Run those jobs that are still to be had, and return when what became of them is written. A worker that is
        stopping returns the rest to the ledger."""
        left, claimed = deque(ids), set[UUID]()
        while left:
            if self._stopping.is_set():
                self._dispatch.give_back(list(left))
                break
            share = [left.popleft() for _ in range(min(len(left), self._pace.together(queue)))]
            asked = time.monotonic()
            attempts = self._attempts.claim_all(share, kinds=registry.handled(), lease=self._timing.lease)
            self._leases.keep(attempts, asked)
            claimed.update(attempt.id for attempt in attempts)
            self._run_all(attempts, queue)
        self._outcomes.wait(claimed)

    def stop_beginning(self) -> None:
        """Begin no further job."""
        self._stopping.set()

    def give_up(self) -> None:
        """Return what is active to the ledger, uncounted: this process is about to end."""
        active = self._leases.held()
        self._release(active)
        for attempt in active:
            log.warning("job.given_back", job_id=str(attempt.job_id), kind=attempt.kind)

    def close(self) -> None:
        """Write what is left, and give up the threads."""
        self._outcomes.stop()
        self._leases.stop()

    def _run_all(self, attempts: Sequence[Attempt], queue: str) -> None:
        began = time.monotonic()
        for place, attempt in enumerate(attempts):
            if self._stopping.is_set() or time.monotonic() - began > _LONG:
                self._release(attempts[place:])
                return
            policy = ledger.kinds()[attempt.kind].policy
            if self._leases.begin(attempt, policy.time_limit):
                at = time.perf_counter()
                self._run(attempt, policy)
                self._pace.took(queue, time.perf_counter() - at)

    def _release(self, attempts: Sequence[Attempt]) -> None:
        self._leases.drop([attempt.id for attempt in attempts])
        self._attempts.release(attempts)

    def _run(self, attempt: Attempt, policy: ledger.Policy) -> None:
        began_at, began = self._clock.now(), time.perf_counter()
        with context.running(attempt):
            own = JobContext(attempt, self._attempts, self._clock)
            error = self._attempt(own, policy)
        self._leases.over(attempt)
        self._tell(own, error, began_at, round((time.perf_counter() - began) * 1000, 1))

    def _attempt(self, own: JobContext, policy: ledger.Policy) -> Exception | None:
        try:
            if policy.per_minute:
                self._rates.take(own.attempt.kind, policy.per_minute)
            registry.handler_of(own.attempt.kind)(self._attempts.payload(own.attempt), self._container, own)
        except SoftTimeLimitExceeded:
            return TimeLimitPassed("The time limit has passed.")
        except Exception as error:  # noqa: BLE001  what it means for the job is decided by the room's rules
            return error
        return None

    def _tell(self, own: JobContext, error: Exception | None, began_at: datetime, ms: float) -> None:
        over = Ending(
            attempt=own.attempt,
            error=error,
            findings=own.findings(),
            began_at=began_at,
            ended_at=self._clock.now(),
        )
        self._outcomes.tell(over, functools.partial(self._written, own.attempt, error, ms))

    def _written(self, attempt: Attempt, error: Exception | None, ms: float, state: JobState | None) -> None:
        """Called by the thread of the outcomes."""
        self._leases.drop([attempt.id])
        who = context.fields(attempt)
        if state is None:
            log.error("job.result_refused", ms=ms, **who)
        elif error is None:
            log.info("job.completed", ms=ms, **who)
        else:
            say = log.error if state is JobState.DEAD else log.warning
            say("job.failed", state=state, ms=ms, exc_info=error, **who)
