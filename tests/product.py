"""The whole product as its own processes, for tests that come from outside: pages, worker, relay and beat."""

import http.client
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from exodrive.core.db import Database, make_engine
from exodrive.local import programs
from exodrive.local.process import Command, Running
from exodrive.local.servers import free_port
from exodrive.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def answers(port: int, path: str) -> bool:
    """Whether that address of this machine answers with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Product:
    """Processes started and killed by name: `web`, `worker`, `heavy`, `relay`, `beat`. None outlives the test."""

    def __init__(self, settings: Settings, folder: Path, **over: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._running: dict[str, Running] = {}
        self.environment = _environment(settings) | {"BASE_URL": self.url} | over
        self.database = Database(make_engine(self.environment["DATABASE_URL"], pool_size=4))

    def start(self, *names: str) -> "Product":
        """Start these processes, or all; returns when the pages answer."""
        commands: dict[str, Callable[[], Command]] = {
            "web": lambda: programs.web("127.0.0.1", self.port),
            "worker": programs.worker,
            "heavy": programs.heavy,
            "relay": programs.relay,
            "beat": programs.beat,
        }
        for name in names or tuple(commands):
            command = replace(commands[name](), env=self.environment, folder=ROOT)
            with (self._folder / f"{name}.log").open("ab") as log:
                self._running[name] = Running(command, log)
        if "web" in self._running:
            wait_until(self.answers, 60)
        return self

    def answers(self) -> bool:
        """Whether the pages and what they stand on are there."""
        return answers(self.port, "/readyz")

    def kill(self, *names: str) -> None:
        """As `kill -9` of the whole group of each process."""
        for name in names:
            kill(self._running.pop(name))

    def stop(self) -> None:
        """End what still runs, without ceremony."""
        self.kill(*self._running)
        self.database.engine.dispose()

    def log(self, name: str) -> str:
        """What a process has said."""
        return (self._folder / f"{name}.log").read_text()


def kill(running: Running) -> None:
    """As `kill -9` of a program, its group, and children that left the group (PostgreSQL's do)."""
    for program in children(running.pid):
        left = children(program)
        with suppress(ProcessLookupError):
            os.killpg(program, signal.SIGKILL)
        for child in left:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        wait_until(lambda: not any(_lives(child) for child in left))  # noqa: B023  called at once
    running.stop()


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _status(int(entry.name))[1] == pid]


def _lives(pid: int) -> bool:
    return _status(pid)[0] not in {"", "Z"}


def _status(pid: int) -> tuple[str, int]:
    """State and parent; an empty state for none."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return "", -1
    return state, int(parent)


def _environment(settings: Settings) -> dict[str, str]:
    secrets = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "SANDBOX_WEBHOOK_SECRET": settings.sandbox_webhook_secret,
    }
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "EXODRIVE_ENV": "test",
        **{name: secret.get_secret_value() for name, secret in secrets.items()},
        "EXODRIVE_ENCRYPTION_KEYS": ",".join(key.get_secret_value() for key in settings.encryption_keys),
        "SMTP_HOST": settings.smtp_host,
        "SMTP_PORT": str(settings.smtp_port),
        "STORAGE_URL": settings.storage_url,
        "WEBHOOK_PRIVATE_TARGETS": "true",
        "LOG_FORMAT": "json",
        "RATE_LIMITS": "false",
        "QUEUE_CONCURRENCY": "4",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def wait_until(true: Callable[[], Any], seconds: float = 60, *, what: str = "it") -> None:
    """Wait for something to come true; AssertionError when it does not in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} has not come true after {seconds} s"
        time.sleep(0.05)
