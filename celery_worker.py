"""Entry of the queue's processes: `celery -A celery_worker worker` for the jobs that wait, `celery -A
celery_worker:heavy_app worker -n heavy@%h` for those that compute, `celery -A celery_worker beat`, and the relay as
`python -m celery_worker`."""

from exodrive.container import create_queue_container
from exodrive.queue import relay
from exodrive.queue.celery_app import create_celery
from exodrive.queue.config import PROCESSES
from exodrive.settings import get_settings

celery_app = create_celery(get_settings(), create_queue_container)
heavy_app = create_celery(get_settings(), create_queue_container, pool=PROCESSES)

if __name__ == "__main__":
    relay.main(celery_app)
