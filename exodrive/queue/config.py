"""How Celery is set up, and the times of the queue."""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kombu import Exchange, Queue

from exodrive.settings import Settings

# Their jobs wait for a network or the database, so one process runs many of them in threads.
IO_QUEUES = ("booking", "email", "payment", "upkeep", "webhook")
# Their jobs compute, and eat memory: each runs in a process of its own, which can be stopped from outside.
HEAVY_QUEUES = ("document", "image", "report")
RUN_JOBS = "exodrive.run_jobs"

_MEMORY = 400_000  # kilobytes; a process of the heavy queues that has grown to more is replaced after its job


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A kind of worker: which queues it consumes, and whether it forks a process for each job that it runs at once."""

    queues: tuple[str, ...]
    forks: bool


THREADS = Pool(queues=IO_QUEUES, forks=False)
PROCESSES = Pool(queues=HEAVY_QUEUES, forks=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The queue's times and sizes; tests shorten them. Numbers are seconds.

    `lease`: a worker that does not renew its lease for so long is taken for dead. `unclaimed`: a job whose message
    nobody has answered for so long is sent again. `poll`: the longest the relay sleeps. `batch`: ids in one message
    at most. `grace`: how long after its time limit the process of a heavy job is killed. `stop`: how long after it was
    asked to stop a worker gives back what it has not finished."""

    lease: timedelta = timedelta(seconds=15)
    unclaimed: timedelta = timedelta(seconds=30)
    poll: float = 1.0
    batch: int = 50
    grace: float = 10.0
    stop: float = 20.0


def celery_options(settings: Settings, pool: Pool) -> dict[str, Any]:
    """Celery's settings. Only ids travel, and losing them loses nothing, so all that Celery offers for keeping
    results, times and states is off: the ledger has it."""
    return {
        **_BROKER,
        "broker_url": settings.redis_url.get_secret_value(),
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in pool.queues],
        "task_default_queue": pool.queues[0],
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_publish_retry": False,  # the relay gives the ids back to the ledger and comes again
        "worker_pool": "prefork" if pool.forks else "threads",
        "worker_concurrency": concurrency(settings, pool),
        "worker_max_memory_per_child": _MEMORY if pool.forks else None,
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_soft_shutdown_timeout": 10.0,
        "worker_redirect_stdouts": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "beat_scheduler": "exodrive.queue.beat:LedgerScheduler",
    }


def concurrency(settings: Settings, pool: Pool) -> int:
    """How many jobs a worker runs at once: QUEUE_CONCURRENCY, and of heavy ones no more than there are processors."""
    return min(settings.queue_concurrency, os.cpu_count() or 1) if pool.forks else settings.queue_concurrency


_BROKER: dict[str, Any] = {
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,  # an outage of an hour is no reason to give up
    "broker_transport_options": {
        # What is delivered is gone from Redis: a message that is lost with its worker is sent again by the relay.
        # Were it kept there until acknowledged, an acknowledgement that meets a dead Redis would never free its
        # place among the prefetched, and a worker whose places are all taken would never fetch again.
        "ack_emulation": False,
        "socket_timeout": 10,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "health_check_interval": 10,
    },
    "redis_backend_health_check_interval": 10,
}
