"""A relay and workers to be measured, and the ledger that they work off."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import redis
from celery import Celery
from sqlalchemy import text

from exodrive.core.clock import SystemClock
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.local.process import Command, Running
from tests.load.job_kinds import TABLES, Wait
from tests.load.rig import Stage
from tests.product import Product, children

ROOT = Path(__file__).resolve().parents[2]
_LATER = timedelta(days=365)
_RELEASE = text("UPDATE job SET run_at = now() WHERE state = 'scheduled'")
_LEFT = text("SELECT EXISTS (SELECT FROM job WHERE state IN ('scheduled', 'waiting', 'active', 'retrying'))")
_CHUNK = 1000


class JobFarm:
    """Starts the queue's processes on a stage and gives them work; they end with the farm."""

    def __init__(self, on: Stage) -> None:
        self._on = on
        self._stack = on.stack.enter_context(ExitStack())
        self._environment = Product(on.settings, on.folder, LOG_LEVEL="WARNING").environment
        self.database = on.database(4)
        url = on.settings.redis_url.get_secret_value()
        self.redis = redis.Redis.from_url(url)
        self.plain = Celery(broker=url, set_as_current=False)
        self.unit = UnitOfWorkFactory(self.database, SystemClock())
        on.container(self.database)
        self.clear()

    def clear(self) -> None:
        """No jobs, no effects, nothing in Redis."""
        with self.database.read() as connection:
            for statement in filter(str.strip, TABLES.split(";")):
                connection.execute(text(statement))
            connection.execute(text("TRUNCATE job CASCADE"))
        self.redis.flushall()

    def start(self, name: str, *argv: str, **over: str) -> Running:
        """Run Python with `argv`."""
        command = Command(
            name=name,
            argv=(sys.executable, *argv),
            env=self._environment | {"PYTHONWARNINGS": "ignore"} | over,
            folder=ROOT,
        )
        with (self._on.folder / f"{name}.log").open("ab") as log:
            running = Running(command, log)
        self._stack.callback(running.stop)
        return running

    @contextmanager
    def processes(self, workers: int, threads: int, batch: int = 50) -> Iterator[list[int]]:
        """So many workers of so many threads, and a relay; yields the workers' process ids once all have worked."""
        own = {"QUEUE_CONCURRENCY": str(threads), "LOAD_BATCH": str(batch)}
        celery = ("-m", "celery", "--quiet", "-A", "tests.load.job_process", "worker")
        with ExitStack() as stack:
            running = [
                self.start(f"worker{number}", *celery, "--without-mingle", "--without-gossip", **own)
                for number in range(workers)
            ]
            running.append(self.start("relay", "-m", "tests.load.job_process", **own))
            for one in running:
                stack.callback(one.stop)
            self._warm(workers, threads)
            yield [children(one.pid)[0] for one in running[:workers]]

    def _warm(self, workers: int, threads: int) -> None:
        known = text("SELECT count(DISTINCT worker) FROM job_attempt")
        self.clear()
        while True:
            self.promise([Wait(number=0)] * (8 * workers * threads))
            self.worked_off()
            with self.database.read() as connection:
                if connection.execute(known).scalar_one() == workers:
                    break
        self.clear()

    def promise(self, jobs: Sequence[object], **options: Any) -> float:
        """Commit jobs; the time when they were promised."""
        for start in range(0, len(jobs), _CHUNK):
            with self.unit() as uow:
                for one in jobs[start : start + _CHUNK]:
                    uow.enqueue(one, **options)
                uow.commit()
        return time.time()

    def store(self, jobs: Sequence[object]) -> None:
        """Promise jobs for much later."""
        self.promise(jobs, run_at=SystemClock().now() + _LATER)

    def release(self) -> float:
        """Have all that was promised due now; the time."""
        with self.database.read() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(_RELEASE)
            released = time.time()
            connection.execute(text("NOTIFY job_due"))
            connection.execute(text("RESET statement_timeout"))
        return released

    def worked_off(self) -> float:
        """Wait until no job is open; when the last one ended."""
        while True:
            with self.database.read() as connection:
                if not connection.execute(_LEFT).scalar_one():
                    ended = connection.execute(text("SELECT extract(epoch FROM max(finished_at)) FROM job"))
                    return float(ended.scalar_one())
            time.sleep(0.05)

    def send_plain(self, name: str, numbers: Sequence[int], queue: str) -> None:
        """Messages of Celery's own, one a task."""
        with self.plain.producer_or_acquire() as producer:
            for number in numbers:
                self.plain.send_task(name, args=[number], queue=queue, producer=producer)

    def begun(self, number: int) -> float:
        """When a job that says so began."""
        answer = cast(Any, self.redis.blpop([f"begun:{number}"], timeout=30))
        return float(answer[1])

    def until(self, true: Callable[[], bool]) -> float:
        """Wait for something; the time."""
        while not true():
            time.sleep(0.005)
        return time.time()

    def effects(self) -> int:
        """How many rows the work has written."""
        with self.database.read() as connection:
            return int(connection.execute(text("SELECT count(*) FROM load_effect")).scalar_one())


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS"))
    return int(kilobytes) * 1024
