"""The queue's processes with the tests' kinds of job and short times: `celery -A tests.queue.process worker`, `… beat`,
`celery -A tests.queue.process:heavy_app worker`, and the relay as `python -m tests.queue.process`."""

from datetime import timedelta

from exodrive.container import create_queue_container
from exodrive.queue import relay
from exodrive.queue.celery_app import create_celery
from exodrive.queue.config import PROCESSES, Timing
from exodrive.services.job.rhythm import Recurring
from exodrive.settings import get_settings
from tests.queue.jobs import Note

TIMING = Timing(lease=timedelta(seconds=2.5), unclaimed=timedelta(seconds=1), poll=0.2, grace=1, stop=4)
SCHEDULE = (Recurring(Note(text="tick"), timedelta(seconds=2)),)

celery_app = create_celery(get_settings(), create_queue_container, timing=TIMING, schedule=SCHEDULE)
heavy_app = create_celery(get_settings(), create_queue_container, timing=TIMING, schedule=(), pool=PROCESSES)

if __name__ == "__main__":
    relay.main(celery_app)
