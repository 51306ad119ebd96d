"""The whole product as its own processes, for tests that come from outside: pages, worker, relay and beat."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exodrive.core.db import Database, make_engine
from exodrive.local import programs
from exodrive.local.process import Command
from exodrive.local.servers import free_port
from exodrive.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


class Product:
    """Processes that tests start and kill by name (`web`, `worker`, `relay`, `beat`); each is one process group."""

    def __init__(self, settings: Settings, folder: Path, **over: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = _environment(settings) | {"BASE_URL": self.url} | over
        self.database = Database(make_engine(self.environment["DATABASE_URL"], pool_size=4))

    def start(self, *names: str) -> "Product":
        """Start these processes, or all; returns when the pages answer."""
        commands: dict[str, Callable[[], Command]] = {
            "web": lambda: programs.web("127.0.0.1", self.port),
            "worker": programs.worker,
            "relay": programs.relay,
            "beat": programs.beat,
        }
        for name in names or tuple(commands):
            with (self._folder / f"{name}.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    commands[name]().argv,
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        if "web" in self._running:
            wait_until(self.answers, 60)
        return self

    def answers(self) -> bool:
        """Whether the pages and what they stand on are there."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def kill(self, *names: str) -> None:
        """As `kill -9` of the whole group of each process."""
        for name in names:
            process = self._running.pop(name)
            os.killpg(process.pid, 9)
            process.wait()

    def stop(self) -> None:
        """End what still runs."""
        self.kill(*self._running)
        self.database.engine.dispose()

    def log(self, name: str) -> str:
        """What a process has said."""
        return (self._folder / f"{name}.log").read_text()


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
        "LOG_FORMAT": "json",
        "RATE_LIMITS": "false",
        "QUEUE_CONCURRENCY": "4",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def wait_until(true: Callable[[], Any], seconds: float = 20) -> None:
    """Wait for something to come true; AssertionError when it does not in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not true after {seconds} s"
        time.sleep(0.05)
