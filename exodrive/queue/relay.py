"""The relay: carries the ids of due jobs from the ledger to the broker.

Woken by PostgreSQL when a transaction that promised jobs commits, and by the clock at least once a second. Any number
of relays may run, on any machines: a job is taken by one of them, and a message that goes out twice runs once.
"""

import contextlib
import math
import os
import select
import signal
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from types import FrameType
from uuid import UUID

from exodrive.core import ledger, observe
from exodrive.core.db import Database
from exodrive.queue import registry
from exodrive.queue.broker import Broker
from exodrive.queue.celery_app import QueueApp
from exodrive.queue.config import HEAVY_QUEUES, Timing
from exodrive.queue.watch import Watch
from exodrive.services.job.contracts import DueJob
from exodrive.services.job.dispatch import DispatchService, DueSignal
from exodrive.services.job.monitoring import JobHealthService

log = observe.logger(__name__)

Limits = tuple[int, int] | None

_LONGEST_PAUSE = 5.0  # between attempts at a server that is down
_HURRY = 0.05  # between turns while there is a backlog, or somebody rang


class Relay:
    """One relay; `turn` is one look at the ledger."""

    def __init__(
        self, dispatch: DispatchService, broker: Broker, timing: Timing, *, spread: int, bound: int
    ) -> None:
        """`spread`: into how many messages a backlog is cut at least, so that as many threads have work. `bound`: jobs
        of a queue that are with the broker at once at most; the rest stays in the ledger, where priorities count."""
        self._dispatch = dispatch
        self._broker = broker
        self._timing = timing
        self._spread = spread
        self._bound = bound
        self._cared = 0.0
        self._spare_until = 0.0
        self._ahead: float | None = None  # the ledger's clock, before the steady count of this process

    def turn(self) -> bool:
        """Send what is due; True while there may be more. Raises when the database or the broker is down, with
        nothing lost: what was taken is given back, or found unclaimed later."""
        queues, kinds = registry.queues(), registry.handled()
        self._broker.check()
        sent = self._dispatch.publish(
            queues=queues, kinds=kinds, bound=self._bound, believed=self._timing.poll
        )
        self._send(sent)
        if time.monotonic() - self._cared >= min(1.0, self._timing.poll):
            self._cared = time.monotonic()
            self._care(queues, kinds)
        return bool(sent)

    def was_down(self) -> None:
        """After an outage the workers get the time of a lease to renew theirs, before any is taken for dead."""
        self._spare_until = time.monotonic() + self._timing.lease.total_seconds()

    def _care(self, queues: Sequence[str], kinds: Sequence[str]) -> None:
        timing = self._timing
        self._watch_the_clock()
        again = self._dispatch.publish_again(
            queues=queues, kinds=kinds, bound=self._bound, after=timing.unclaimed
        )
        if again:
            log.info("relay.sent_again", jobs=len(again))
            self._send(again)
        for job_id, kind in self._dispatch.expire():
            log.error("job.expired", job_id=str(job_id), kind=kind)
        if time.monotonic() >= self._spare_until:
            for job in self._dispatch.sweep():
                say = log.error if job.dead else log.warning
                say("job.lost", job_id=str(job.id), kind=job.kind, lost=job.lost, dead=job.dead)

    def _watch_the_clock(self) -> None:
        """After a jump all leases look as if they had run out, or as if they never would."""
        ahead = self._dispatch.now().timestamp() - time.monotonic()
        if self._ahead is not None and abs(ahead - self._ahead) > self._timing.lease.total_seconds() / 3:
            log.warning("relay.clock_jumped", seconds=round(ahead - self._ahead))
            self.was_down()
        self._ahead = ahead

    def _send(self, due: Sequence[DueJob]) -> None:
        unsent = list(self._messages(due))
        try:
            while unsent:
                self._broker.send(*unsent[0])
                unsent.pop(0)
        except Exception:
            self._dispatch.give_back([job_id for message in unsent for job_id in message[1]])
            raise

    def _messages(self, due: Sequence[DueJob]) -> Iterator[tuple[str, list[UUID], Limits]]:
        """One id in a message when few are due, up to `batch` when many are, or when the workers have enough to do
        with what is ahead. A job that has taken a worker with it before travels alone, and so does one that is to run
        in a process of its own."""
        enough = min(self._spread * self._timing.batch, self._bound) // 2
        by_queue: dict[tuple[str, bool], list[UUID]] = defaultdict(list)
        for job in due:
            if job.queue in HEAVY_QUEUES:
                yield job.queue, [job.id], self._limits(job.kind)
            elif job.lost:
                yield job.queue, [job.id], None
            else:
                by_queue[job.queue, job.ahead >= enough].append(job.id)
        for (queue, busy), ids in by_queue.items():
            size = min(self._timing.batch, len(ids) if busy else max(1, len(ids) // self._spread))
            for start in range(0, len(ids), size):
                yield queue, ids[start : start + size], None

    def _limits(self, kind: str) -> Limits:
        """At its limit an attempt is ended in the ledger; soon after, its process is wanted back."""
        limit = ledger.kinds()[kind].policy.time_limit
        return math.ceil(limit + min(1.0, self._timing.grace / 2)), math.ceil(limit + self._timing.grace)


class Doorbell:
    """Waits for a due job, for the clock, or for the order to stop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._signal: DueSignal | None = None
        self._ordered, self._order = os.pipe()
        self.stopping = False

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """As a handler of signals: end the waiting, for good."""
        self.stopping = True
        os.write(self._order, b"!")

    def wait(self, seconds: float) -> bool:
        """Return at the first signal, True, or after `seconds`. Without a connection only the clock is left."""
        try:
            if self._signal is None:
                self._signal = DueSignal(self._database)
                return True  # what was promised before it listened is looked for at once
            wire = self._signal.fileno()
            ready, _, _ = select.select([wire, self._ordered], [], [], seconds)
            if wire in ready:
                return self._signal.drain() > 0
        except Exception:  # a doorbell that is out of order costs a second, not a job
            log.warning("relay.not_listening", exc_info=True)
            self._hang_up()
            self.pause(seconds)
        return False

    def pause(self, seconds: float) -> None:
        """Wait for nothing but the order to stop."""
        select.select([self._ordered], [], [], seconds)

    def close(self) -> None:
        self._hang_up()
        os.close(self._ordered)
        os.close(self._order)

    def _hang_up(self) -> None:
        if self._signal is not None:
            with contextlib.suppress(Exception):
                self._signal.close()
            self._signal = None


def run(relay: Relay, doorbell: Doorbell, timing: Timing, watch: Watch | None = None) -> None:
    """Turn after turn until `doorbell.stop`; outlives any outage of the database and the broker. Who rang is looked for
    twice: clocks agree to some milliseconds only, so what was promised for now may not be due at once."""
    pause, rang = 0.0, False
    while not doorbell.stopping:
        try:
            more = relay.turn()
        except Exception:  # whatever is down comes back
            relay.was_down()
            pause = min(_LONGEST_PAUSE, max(0.2, pause * 2))
            log.warning("relay.outage", pause=pause, exc_info=True)
            doorbell.pause(pause)
            continue
        if pause:
            log.info("relay.recovered")
            pause = 0.0
        if watch is not None:
            watch.look()
        rang = doorbell.wait(_HURRY if more or rang else timing.poll)


def main(app: QueueApp) -> None:
    """The relay's process: until SIGTERM or SIGINT."""
    observe.configure(app.settings)
    container = app.container
    doorbell = Doorbell(container.get(Database))
    for order in (signal.SIGTERM, signal.SIGINT):
        signal.signal(order, doorbell.stop)
    broker = Broker(app)
    relay = Relay(
        container.get(DispatchService),
        broker,
        app.timing,
        spread=2 * app.settings.queue_concurrency,
        bound=app.settings.queue_max_jobs,
    )
    log.info("relay.started", kinds=len(registry.handled()), queues=list(registry.queues()))
    try:
        run(relay, doorbell, app.timing, Watch(container.get(JobHealthService)))
    finally:
        doorbell.close()
        broker.close()
        app.dispose()
    log.info("relay.stopped")
