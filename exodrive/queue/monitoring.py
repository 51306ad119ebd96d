"""How the queue stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import wireup

from exodrive.core.clock import Clock
from exodrive.core.ledger import kind_of
from exodrive.queue.schedule import SCHEDULE
from exodrive.services.job.contracts import QueueDepth, SlotView
from exodrive.services.job.service import JobService

_PATIENCE = timedelta(seconds=60)  # a due job, or a slot of the schedule, that waits longer is a fault


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHealth:
    """`silent` are the recurring kinds that no clock has promised in time: beat does not run. `oldest_due` is since
    when the oldest due job waits: above a minute, the relay or the workers do not run or do not keep up."""

    queues: tuple[QueueDepth, ...]
    slots: tuple[SlotView, ...]
    silent: tuple[str, ...]
    oldest_due: datetime | None
    dead: int
    healthy: bool


def queue_health(container: wireup.SyncContainer) -> QueueHealth:
    """Two small queries; dead jobs do not make it unhealthy, they wait for a person."""
    jobs = container.get(JobService)
    now = container.get(Clock).now()
    queues, slots = jobs.depths(), jobs.slots()
    taken = {slot.kind: slot.taken_at for slot in slots}
    silent = tuple(
        name
        for name, every in ((kind_of(recurring.job).name, recurring.every) for recurring in SCHEDULE)
        if name not in taken or now - taken[name] > every + _PATIENCE
    )
    oldest = min((queue.oldest_due for queue in queues if queue.oldest_due), default=None)
    return QueueHealth(
        queues=queues,
        slots=slots,
        silent=silent,
        oldest_due=oldest,
        dead=sum(queue.dead for queue in queues),
        healthy=not silent and (oldest is None or now - oldest <= _PATIENCE),
    )
