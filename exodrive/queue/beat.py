"""The clock of `celery beat`: promises recurring jobs in the ledger and sends nothing itself.

Celery's own schedulers send a message and remember having done so in a file or in Redis: both can be lost, and the
tick with them. Here the slot and the job are one transaction, so any number of beats may run, and none needs a memory.
"""

from datetime import datetime
from typing import Any

from celery.beat import Scheduler

from exodrive.core import observe
from exodrive.core.clock import Clock
from exodrive.core.ledger import kind_of
from exodrive.queue.celery_app import QueueApp
from exodrive.services.job.service import JobService

log = observe.logger(__name__)

_LOOK = 1.0  # seconds between looks at the schedule


class LedgerScheduler(Scheduler):
    """Made by Celery's beat, which calls `tick` over and over."""

    def __init__(self, app: QueueApp, *args: Any, **options: Any) -> None:
        self._house = app
        self._promised: dict[str, datetime] = {}
        super().__init__(app, *args, **options)

    def setup_schedule(self) -> None:
        """Nothing is kept: the table is code, its state is in the database."""

    def tick(self, *_: Any, **__: Any) -> float:
        """Promise what this slot has not promised yet; the seconds until it is worth looking again."""
        jobs = self._house.container.get(JobService)
        now = self._house.container.get(Clock).now()
        for recurring in self._house.schedule:
            kind = kind_of(recurring.job).name
            if self._promised.get(kind, now) > now:
                continue
            try:
                taken = jobs.promise_slot(recurring.job, recurring.every)
            except Exception:  # the clock goes on, whatever ails the database
                log.warning("schedule.not_promised", kind=kind, exc_info=True)
                continue
            self._promised[kind] = jobs.next_slot(recurring.every)
            if taken:
                log.debug("schedule.promised", kind=kind)
        return _LOOK
