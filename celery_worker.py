"""Entry of the queue's processes: `celery -A celery_worker worker`, `celery -A celery_worker beat`, and the relay as
`python -m celery_worker`."""

from exodrive.container import create_container
from exodrive.queue import relay
from exodrive.queue.celery_app import create_celery
from exodrive.settings import get_settings

celery_app = create_celery(get_settings(), create_container)

if __name__ == "__main__":
    relay.main(celery_app)
