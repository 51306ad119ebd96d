"""The queue's processes with the kinds of job that are measured: `celery -A tests.load.job_process worker`, and the
relay as `python -m tests.load.job_process`. LOAD_BATCH is how many ids a message has at most."""

import os

import redis

from exodrive.container import create_queue_container
from exodrive.core.db import Database
from exodrive.queue import relay
from exodrive.queue.celery_app import create_celery
from exodrive.queue.config import Timing
from exodrive.settings import get_settings
from tests.load import job_kinds

celery_app = create_celery(
    get_settings(),
    create_queue_container,
    timing=Timing(batch=int(os.environ.get("LOAD_BATCH", "50"))),
    schedule=(),
)


@celery_app.task(name="load.plain_work")
def plain_work(number: int) -> None:
    """The real work as a task of Celery, without a ledger."""
    job_kinds.work(celery_app.container.get(Database), number)


@celery_app.task(name="load.plain_wait")
def plain_wait(_number: int) -> None:
    """Waiting as a task of Celery."""
    job_kinds.pause(celery_app.container.get(redis.Redis))


@celery_app.task(name="load.plain_begin")
def plain_begin(number: int) -> None:
    """Beginning as a task of Celery."""
    job_kinds.say_begun(celery_app.container.get(redis.Redis), number)


if __name__ == "__main__":
    relay.main(celery_app)
