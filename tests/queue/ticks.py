"""What `celery beat` does every second, by the test's own clock."""

from collections.abc import Callable
from typing import Any

from exodrive.queue.schedule import SCHEDULE
from exodrive.services.job.schedule import ScheduleService


def promise_all(get: Callable[[type[Any]], Any], *kinds: str) -> None:
    """Promise every slot of the product's schedule, or of some kinds, that has not been."""
    service: ScheduleService = get(ScheduleService)
    entries = [entry for entry in SCHEDULE if not kinds or entry.kind in kinds]
    for slot in service.slots(entries, service.places()):
        service.promise(slot)
