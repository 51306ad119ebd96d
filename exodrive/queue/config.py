"""How Celery is set up, and the times of the queue."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kombu import Exchange, Queue

from exodrive.settings import Settings

# Their jobs wait for a network or the database, so one process runs many of them in threads.
IO_QUEUES = ("booking", "email", "payment", "upkeep", "webhook")
RUN_JOBS = "exodrive.run_jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The queue's times and sizes; tests shorten them.

    `lease`: a worker that does not renew its lease for so long is taken for dead. `unclaimed`: a job whose message
    nobody has answered for so long is sent again. `poll`: the longest the relay sleeps. `batch`: ids in one message
    at most. `bound`: jobs of a queue that are with the broker at once at most; the rest stays in the ledger, where
    priorities count."""

    lease: timedelta = timedelta(seconds=15)
    unclaimed: timedelta = timedelta(seconds=30)
    poll: float = 1.0
    batch: int = 50
    bound: int = 1000


def celery_options(settings: Settings) -> dict[str, Any]:
    """Celery's settings. Only ids travel, and losing them loses nothing, so all that Celery offers for keeping
    results, times and states is off: the ledger has it."""
    return {
        "broker_url": settings.redis_url.get_secret_value(),
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
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in IO_QUEUES],
        "task_default_queue": IO_QUEUES[0],
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_publish_retry": False,  # the relay gives the ids back to the ledger and comes again
        "worker_pool": "threads",
        "worker_concurrency": settings.queue_concurrency,
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_soft_shutdown_timeout": 10.0,
        "worker_redirect_stdouts": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "beat_scheduler": "exodrive.queue.beat:LedgerScheduler",
    }
