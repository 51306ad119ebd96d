"""A worker says that it is there."""

import threading

import redis

from exodrive.core.clock import SystemClock
from exodrive.queue.config import Pool, concurrency
from exodrive.services.job.attempts import worker_name
from exodrive.services.job.workers import REPEATED, PoolKind, WorkerBook, WorkerPresence
from exodrive.settings import Settings

_PATIENCE = 3.0  # seconds


class Presence:
    """One thread of a worker's first process, with a connection of its own: the container is made after the fork."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings = settings
        self._pool = pool
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="presence", daemon=True)

    def begin(self) -> None:
        """From now on it is there."""
        self._thread.start()

    def end(self) -> None:
        """It is about to go."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def _repeat(self) -> None:
        client = redis.Redis.from_url(
            self._settings.redis_url.get_secret_value(),
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
        )
        with client:
            book = WorkerBook(client)
            own = WorkerPresence(
                name=worker_name(),
                pool=PoolKind.PROCESSES if self._pool.forks else PoolKind.THREADS,
                slots=concurrency(self._settings, self._pool),
                queues=self._pool.queues,
                since=SystemClock().now(),
            )
            while True:
                book.say(own)
                if self._over.wait(REPEATED.total_seconds()):
                    break
            book.leave(own.name)
