"""The Celery application: one task, which runs jobs of the ledger by their ids."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import wireup
from billiard.process import active_children
from celery import Celery, signals

from exodrive.core import observe
from exodrive.queue import workers  # noqa: F401  fills the registry of handlers
from exodrive.queue.config import RUN_JOBS, THREADS, Pool, Timing, celery_options
from exodrive.queue.presence import Presence
from exodrive.queue.runner import Runner
from exodrive.queue.schedule import SCHEDULE
from exodrive.services.job.rhythm import Entry
from exodrive.settings import Settings


class QueueApp(Celery):
    """Celery with the container of the product. The container is made once a process, when it is first needed: a pool
    that forks must not share the database's connections."""

    def __init__(
        self,
        settings: Settings,
        make_container: Callable[[Settings], wireup.SyncContainer],
        timing: Timing,
        schedule: Sequence[Entry],
        pool: Pool,
    ) -> None:
        super().__init__("exodrive", set_as_current=False)
        self.settings = settings
        self.timing = timing
        self.schedule = tuple(schedule)
        self._make_container = make_container
        self._container: wireup.SyncContainer | None = None
        self._runner: Runner | None = None
        self._lock = threading.RLock()
        self._forks = pool.forks
        self._deadline: float | None = None
        self.conf.update(celery_options(settings, pool))

    @property
    def container(self) -> wireup.SyncContainer:
        with self._lock:
            if self._container is None:
                self._container = self._make_container(_roomy(self.settings))
            return self._container

    @property
    def runner(self) -> Runner:
        with self._lock:
            if self._runner is None:
                self._runner = Runner(self.container, self.timing)
                if self._forks:
                    self._heed_signals()
            return self._runner

    def stop(self, **_: Any) -> None:
        """Begin no further job, here and in forked processes. Celery waits for what is active; what has not ended after
        `timing.stop` seconds is given back to the ledger, and the process ends."""
        for child in active_children():
            if child.pid is not None:
                os.kill(child.pid, signal.SIGTERM)
        with self._lock:
            if self._runner is None or self._deadline is not None:
                return
            self._deadline = time.monotonic() + self.timing.stop
            self._runner.stop_beginning()
        threading.Thread(target=self._give_up, args=(self._runner,), daemon=True).start()

    def _heed_signals(self) -> None:
        """A forked process is told to stop by a signal: by the process that forked it, or by whoever tells a whole
        group. The handler may interrupt anything, so it leaves the work to a thread. Billiard sets its own handlers
        after Celery's signal that a process begins, hence with the first job."""
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=self.stop, daemon=True).start())

    def _give_up(self, runner: Runner) -> None:
        time.sleep(self.timing.stop)
        runner.give_up()
        os._exit(0)  # threads whose handlers do not return would keep the process for ever

    def dispose(self, **_: Any) -> None:
        """Give up what this process holds."""
        with self._lock:
            if self._runner is not None:
                self._runner.close()
            if self._container is not None:
                self._container.close()
            self._runner = self._container = None


def _roomy(settings: Settings) -> Settings:
    """A job may need two connections at once (a lock that lasts while a mail goes out, and its own work), the queue a
    few: with the pool's overflow, which is as much again, none of them waits for another."""
    return settings.model_copy(
        update={"database_pool": max(settings.database_pool, settings.queue_concurrency + 2)}
    )


def create_celery(
    settings: Settings,
    make_container: Callable[[Settings], wireup.SyncContainer],
    *,
    timing: Timing | None = None,
    schedule: Sequence[Entry] = SCHEDULE,
    pool: Pool = THREADS,
) -> QueueApp:
    """The application of `celery -A celery_worker worker` and `… beat`, and the relay's way to the broker."""
    app = QueueApp(settings, make_container, timing or Timing(), schedule, pool)

    @app.task(name=RUN_JOBS, bind=True, shared=False)  # each application has its own
    def run_jobs(task: Any, ids: list[str]) -> None:
        queue = (task.request.delivery_info or {}).get("routing_key", "")
        app.runner.run([UUID(job_id) for job_id in ids], queue)

    def configure_logging(**_: Any) -> None:
        observe.configure(settings)
        logging.getLogger("celery.app.trace").setLevel(
            logging.WARNING
        )  # says of each message what the job says
        logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)

    presence = Presence(settings, pool)

    def be_there(sender: Any, **_: Any) -> None:
        if sender.app is app:  # a module may make several applications, and Celery tells them all
            presence.begin()

    signals.setup_logging.connect(configure_logging, weak=False)
    signals.worker_ready.connect(be_there, weak=False)
    signals.worker_shutdown.connect(lambda **_: presence.end(), weak=False)
    signals.worker_shutting_down.connect(app.stop, weak=False)
    for end in (signals.worker_shutdown, signals.worker_process_shutdown):
        end.connect(app.dispose, weak=False)
    return app
