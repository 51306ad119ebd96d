"""What the health page says of the queue."""

from datetime import timedelta

import wireup

from exodrive.core.clock import ManualClock
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.queue.monitoring import queue_health
from exodrive.queue.schedule import SCHEDULE
from exodrive.services.job.service import JobService
from exodrive.services.payment.contracts import SweepPayments


def _tick(container: wireup.SyncContainer) -> None:
    for recurring in SCHEDULE:
        container.get(JobService).promise_slot(recurring.job, recurring.every)


def test_a_clock_that_never_ran_is_silent(container: wireup.SyncContainer):
    health = queue_health(container)
    assert not health.healthy
    assert len(health.silent) == len(SCHEDULE)


def test_it_is_healthy_while_the_clock_runs_and_due_jobs_are_young(
    container: wireup.SyncContainer, clock: ManualClock
):
    _tick(container)
    assert queue_health(container).healthy
    clock.move(timedelta(seconds=59))
    health = queue_health(container)
    assert (health.healthy, health.silent) == (True, ())
    assert sum(queue.due for queue in health.queues) == len(SCHEDULE)


def test_a_due_job_that_waits_too_long_is_a_fault(container: wireup.SyncContainer, clock: ManualClock):
    with container.get(UnitOfWorkFactory)() as uow:
        uow.enqueue(SweepPayments())
        uow.commit()
    began = clock.now()
    clock.move(timedelta(seconds=61))
    _tick(container)
    health = queue_health(container)
    assert (health.healthy, health.silent, health.oldest_due) == (False, (), began)
