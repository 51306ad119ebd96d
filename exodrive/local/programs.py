"""The programs of the product and how each is started: the same commands that production uses."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from exodrive.local.process import Command

_CELERY = ("celery", "--quiet", "-A", "celery_worker")
_HEAVY = ("celery", "--quiet", "-A", "celery_worker:heavy_app")
_QUIET = {
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser"
}  # no news to anybody on their own machine
_STOP = 30  # seconds; a worker gives back after 20 what it has not finished
_WEB_WORKERS = 2
_WEB_THREADS = 4


def web(host: str, port: int) -> Command:
    """The pages: granian, blocking threads since pages wait for the database."""
    return _module(
        "web",
        "granian",
        *("--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"),
        *("--workers", str(_WEB_WORKERS), "--blocking-threads", str(_WEB_THREADS)),
        *("--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "5"),
        "wsgi:app",
    )


def worker() -> Command:
    """Runs the jobs that wait for others: in threads."""
    return _module(
        "worker", *_CELERY, "worker", "--without-mingle", "--without-gossip", env=_QUIET, patience=_STOP
    )


def heavy() -> Command:
    """Runs the jobs that compute: in processes."""
    options = ("--without-mingle", "--without-gossip", "-n", "heavy@%h")
    return _module("heavy", *_HEAVY, "worker", *options, env=_QUIET, patience=_STOP)


def relay() -> Command:
    """Hands the jobs that are due to the worker."""
    return _module("relay", "celery_worker")


def beat() -> Command:
    """The clock."""
    return _module("beat", *_CELERY, "beat")


def mail(port: int, maildir: Path) -> Command:
    """The catcher of mail."""
    return _module("mail", "exodrive.local.mail", str(port), str(maildir))


def _module(
    name: str, module: str, *arguments: str, env: Mapping[str, str] | None = None, patience: int = 10
) -> Command:
    return Command(
        name=name,
        argv=(sys.executable, "-m", module, *arguments),
        env=os.environ | (env or {}),
        stop=signal.SIGTERM,
        patience=patience,
    )


BACKGROUND = (worker, heavy, relay, beat)

SETTINGS = (
    "BASE_URL",
    "DATABASE_URL",
    "EXODRIVE_ENCRYPTION_KEYS",
    "EXODRIVE_ENV",
    "EXODRIVE_MAILDIR",
    "LOG_FORMAT",
    "REDIS_URL",
    "SANDBOX_WEBHOOK_SECRET",
    "SECRET_KEY",
    "SMTP_HOST",
    "SMTP_PORT",
    "STORAGE_URL",
)
"""What another command needs to join a running installation."""
