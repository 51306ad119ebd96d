"""Servers and processes that can be killed one by one, each put back by whoever killed it."""

import random
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import redis
from sqlalchemy import make_url

from exodrive import migrate
from exodrive.container import create_container
from exodrive.core.clock import SystemClock
from exodrive.core.db import Database, make_engine
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.local.process import Command, Running
from exodrive.local.servers import Postgres, Valkey
from exodrive.settings import Settings
from tests.load.chaos_kinds import TABLES
from tests.load.chaos_wire import Wire
from tests.product import Product, kill

_ROOT = Path(__file__).resolve().parents[2]
_CELERY = ("-m", "celery", "--quiet", "-A", "tests.load.chaos_process")
_QUIET = ("--without-mingle", "--without-gossip")


@dataclass(frozen=True)
class Size:
    """How many of each process, and the lease in seconds."""

    workers: int = 2
    heavy: int = 1
    relays: int = 2
    beats: int = 2
    lease: float = 15


class City:
    """PostgreSQL (durable), Valkey (keeps nothing) behind a wire, and the queue's processes."""

    def __init__(self, settings: Settings, folder: Path, size: Size) -> None:
        self.size = size
        self._folder = folder
        self._stack = ExitStack()
        self._postgres, self._valkey = Postgres(folder / "postgres"), Valkey(folder / "valkey")
        self.start_postgres()
        self._postgres.ensure_database("chaos")
        self.start_valkey()
        url = make_url(self._valkey.url())
        self.wire = Wire(cast(int, url.port))
        self._clock = folder / "clock"
        self.set_clock(0)
        engine = make_engine(self._postgres.url("chaos"), pool_size=4)
        self.database = Database(engine)
        migrate.upgrade(engine)
        with self.database.read() as connection:
            for table in TABLES:
                connection.exec_driver_sql(table)
        self.redis = redis.Redis.from_url(self._valkey.url())
        self.uow = UnitOfWorkFactory(self.database, SystemClock())
        self._environment = Product(settings, folder, LOG_LEVEL="WARNING").environment | {
            "DATABASE_URL": self._postgres.url("chaos"),
            "REDIS_URL": url.set(port=self.wire.port).render_as_string(hide_password=False),
            "CHAOS_LEASE": str(size.lease),
            "CHAOS_CLOCK": str(self._clock),
            "PYTHONWARNINGS": "ignore",
            "QUEUE_CONCURRENCY": "8",
        }
        container = create_container(settings, database=self.database)  # fills the key ring
        self._stack.callback(container.close)
        self.running: dict[str, Running] = {}
        for name in self.names():
            self.start(name)

    def names(self) -> list[str]:
        """Of all processes."""
        counts = {
            "worker": self.size.workers,
            "heavy": self.size.heavy,
            "relay": self.size.relays,
            "beat": self.size.beats,
        }
        return [f"{kind}{number}" for kind, many in counts.items() for number in range(many)]

    def start(self, name: str) -> None:
        """A process, by its name."""
        kinds: dict[str, tuple[str, ...]] = {
            "worker": (*_CELERY, "worker", *_QUIET, "-n", f"{name}@%h"),
            "heavy": (
                *_CELERY[:-1],
                "tests.load.chaos_process:heavy_app",
                "worker",
                *_QUIET,
                "-n",
                f"{name}@%h",
            ),
            "relay": ("-m", "tests.load.chaos_process"),
            "beat": (*_CELERY, "beat"),
        }
        argv = kinds[name.rstrip("0123456789")]
        command = Command(
            name=name,
            argv=(sys.executable, *argv),
            env=self._environment,
            folder=_ROOT,
            patience=int(self.size.lease) + 15,
        )
        with (self._folder / f"{name}.log").open("ab") as log:
            self.running[name] = Running(command, log)

    def kill(self, *names: str) -> None:
        """As `kill -9`, and start again."""
        for name in names:
            kill(self.running[name])
            self.start(name)

    def replace(self, name: str) -> None:
        """As a new version does: the new one is there before the old one is asked to stop."""
        old = self.running[name]
        self.start(name)
        old.stop()

    def start_postgres(self) -> None:
        """With what it had."""
        self._postgres_runs = Running(replace(self._postgres.prepare(), patience=20))
        self._postgres.wait(self._postgres_runs)

    def kill_postgres(self) -> None:
        """As `kill -9` of all its processes."""
        kill(self._postgres_runs)

    def stop_postgres(self) -> None:
        """In order; it throws everybody out."""
        self._postgres_runs.stop()

    def start_valkey(self) -> None:
        """Empty."""
        command = self._valkey.prepare()
        argv = (*command.argv, "--save", "", "--appendonly", "no")
        self._valkey_runs = Running(replace(command, argv=argv))
        self._valkey.wait(self._valkey_runs)

    def kill_valkey(self) -> None:
        """With everything that it knew."""
        kill(self._valkey_runs)

    def set_clock(self, seconds: float) -> None:
        """How wrong the database's clock is from now on."""
        self._clock.write_text(str(seconds))

    def confuse(self) -> None:
        """Send the messages that wait twice, and in another order."""
        for queue in ("email", "report"):
            messages = cast(list[Any], self.redis.lrange(queue, 0, -1)) * 2
            random.shuffle(messages)
            if messages:
                self.redis.lpush(queue, *messages)

    def close(self) -> None:
        """End everything."""
        for running in self.running.values():
            kill(running)
        self._stack.close()
        self.redis.close()
        self.wire.close()
        self.database.engine.dispose()
        self._valkey_runs.stop()
        self._postgres_runs.stop()
