"""The clock of `celery beat`: promises recurring jobs in the ledger and sends nothing itself.

Celery's own schedulers send a message and remember having done so in a file or in Redis: both can be lost, and the
tick with them. Here the slot and the job are one transaction, so any number of beats may run, and none needs a memory.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from celery.beat import Scheduler

from exodrive.core import observe
from exodrive.queue.celery_app import QueueApp
from exodrive.services.job.rhythm import Place
from exodrive.services.job.schedule import ScheduleService

log = observe.logger(__name__)

_LOOK = 1.0  # seconds between looks at the schedule
_PLACES = 30.0  # seconds after which a location that is new is known


class LedgerScheduler(Scheduler):
    """Made by Celery's beat, which calls `tick` over and over."""

    def __init__(self, app: QueueApp, *args: Any, **options: Any) -> None:
        self._house = app
        self._promised: dict[str, datetime] = {}
        self._places: Sequence[Place] = ()
        self._asked: float | None = None
        super().__init__(app, *args, **options)

    def setup_schedule(self) -> None:
        """Nothing is kept: the table is code, its state is in the database."""

    def tick(self, *_: Any, **__: Any) -> float:
        """Promise what this slot has not promised yet; the seconds until it is worth looking again."""
        service = self._house.container.get(ScheduleService)
        self._look_at_places(service)
        for slot in service.slots(self._house.schedule, self._places):
            if self._promised.get(slot.name) == slot.at:
                continue
            try:
                taken = service.promise(slot)
            except Exception:  # the clock goes on, whatever ails the database
                log.warning("schedule.not_promised", name=slot.name, exc_info=True)
                continue
            self._promised[slot.name] = slot.at
            if taken:
                log.debug("schedule.promised", name=slot.name)
        return _LOOK

    def _look_at_places(self, service: ScheduleService) -> None:
        if self._asked is not None and time.monotonic() - self._asked < _PLACES:
            return
        try:
            self._places = service.places()
        except Exception:  # those of before are right enough until the database is back
            log.warning("schedule.places_unread", exc_info=True)
            return
        self._asked = time.monotonic()
