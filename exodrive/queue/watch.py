"""What the relay says in the log when something else stands still: for those who watch nothing but the log."""

import time

from exodrive.core import observe
from exodrive.services.job.monitoring import JobHealthService

log = observe.logger(__name__)

_EVERY = 60.0  # seconds


class Watch:
    """Looks once a minute, first when a minute has passed: all programs have begun by then."""

    def __init__(self, health: JobHealthService, every: float = _EVERY) -> None:
        self._health = health
        self._every = every
        self._next = time.monotonic() + every

    def look(self) -> None:
        """Say what is wrong, if it is time to look."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every
        try:
            found = self._health.look()
        except Exception:  # an outage, which the relay's own work meets and tells
            log.warning("watch.blind", exc_info=True)
            return
        if found.silent:
            log.error("schedule.silent", schedules=list(found.silent))
        if found.late:
            log.error("queue.late", queues=list(found.late))
        if found.away:
            log.error("system.away", systems=[str(system) for system in found.away])
