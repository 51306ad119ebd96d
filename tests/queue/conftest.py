"""The queue's real processes on this worker's database and a Valkey of their own, which tests may kill."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import text

from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.clock import SystemClock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.local.process import Command, Running
from exodrive.local.servers import Valkey
from exodrive.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("-m", "celery", "-A", "tests.queue.process", "worker", "--without-mingle", "--without-gossip")
HEAVY = (*WORKER[:3], "tests.queue.process:heavy_app", *WORKER[4:], "-n", "heavy@%h")
RELAY = ("-m", "tests.queue.process")
BEAT = ("-m", "celery", "-A", "tests.queue.process", "beat")


class Farm:
    """Starts and kills the queue's processes; all of them end with it."""

    def __init__(self, settings: Settings, folder: Path, *, database_url: str | None = None) -> None:
        self._stack = ExitStack()
        self._folder = folder
        self._started: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._valkey = Valkey(folder / "valkey")
        self.url = self._valkey.url()
        self.start_valkey()
        self.redis = redis.Redis.from_url(self.url, decode_responses=True)
        self._env = {
            **os.environ,
            "EXODRIVE_ENV": "test",
            "DATABASE_URL": database_url or settings.database_url.get_secret_value(),
            "REDIS_URL": self.url,
            "SECRET_KEY": settings.secret_key.get_secret_value(),
            "EXODRIVE_ENCRYPTION_KEYS": ",".join(key.get_secret_value() for key in settings.encryption_keys),
            "SANDBOX_WEBHOOK_SECRET": settings.sandbox_webhook_secret.get_secret_value(),
            "QUEUE_CONCURRENCY": "4",
            "LOG_FORMAT": "console",
        }

    def start(self, name: str, argv: tuple[str, ...], **over: str) -> "subprocess.Popen[bytes]":
        """Run Python with `argv`; what it says is in the test's folder."""
        output = self._stack.enter_context((self._folder / f"{name}-{time.monotonic_ns()}.log").open("wb"))
        process = subprocess.Popen(
            [sys.executable, *argv], env=self._env | over, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        self._started.append((name, process))
        return process

    def running(self, name: str, argv: tuple[str, ...]) -> "subprocess.Popen[bytes]":
        """The living process of that name; starting one costs seconds, so tests share it."""
        alive = [process for known, process in self._started if known == name and process.poll() is None]
        return alive[0] if alive else self.start(name, argv)

    def worker(self) -> "subprocess.Popen[bytes]":
        return self.running("worker", WORKER)

    def heavy(self) -> "subprocess.Popen[bytes]":
        return self.running("heavy", HEAVY)

    def relay(self) -> "subprocess.Popen[bytes]":
        return self.running("relay", RELAY)

    def beat(self) -> "subprocess.Popen[bytes]":
        return self.start("beat", BEAT)

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """As `kill -9`."""
        process.kill()
        process.wait()

    def kill_all(self, *names: str) -> None:
        """Of the processes that run."""
        for name, process in self._started:
            if name in names:
                self.kill(process)

    def start_valkey(self) -> None:
        command = self._valkey.prepare()
        forgetful = Command(
            name=command.name, argv=(*command.argv, "--save", "", "--appendonly", "no"), folder=command.folder
        )
        self._server = Running(forgetful)
        self._valkey.wait(self._server)

    def stop_valkey(self) -> None:
        """With everything that it knew."""
        self._server.stop()

    def close(self) -> None:
        for name, process in self._started:
            if name == "heavy" and process.poll() is None:
                process.terminate()  # its own processes outlive it when it is killed
                process.wait()
        self.kill_all("worker", "relay", "beat")
        self._stack.close()
        self.redis.close()
        self._server.stop()

    def notes(self) -> list[str]:
        """What the jobs did, in order."""
        noted: Any = self.redis.lrange("notes", 0, -1)
        return list(noted)


@pytest.fixture(scope="module")
def farm(settings: Settings, engine: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    """No process runs yet; the module decides."""
    made = Farm(settings, tmp_path_factory.mktemp("queue"))
    yield made
    made.close()


def promise_in(database: Database, *jobs: object, actor: Actor = SYSTEM, **options: Any) -> None:
    """Commit jobs, by the real time."""
    with UnitOfWorkFactory(database, SystemClock())(actor) as uow:
        for one in jobs:
            uow.enqueue(one, **options)
        uow.commit()


@pytest.fixture
def promise(database: Database) -> Callable[..., None]:
    """`promise_in` this worker's database."""
    return partial(promise_in, database)


@pytest.fixture
def states(database: Database) -> Callable[[], dict[str, int]]:
    """How many jobs are in which state."""

    def read() -> dict[str, int]:
        with database.read() as connection:
            rows = connection.execute(text("SELECT state, count(*) AS number FROM job GROUP BY state"))
            return {row.state: row.number for row in rows}

    return read


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)
