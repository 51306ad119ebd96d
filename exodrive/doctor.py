"""Says what is configured, reachable and migrated, and what is not, with what to do about it."""

import smtplib
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import psycopg
import redis
from pydantic import SecretStr, ValidationError
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from exodrive import migrate
from exodrive.core.db import Database, driver_url, make_engine
from exodrive.services.job.monitoring import JobHealthService
from exodrive.services.job.schedule import ScheduleService
from exodrive.settings import Settings

T = TypeVar("T")
_PATIENCE = 4.5  # seconds for one answer, name look-up included
_POSTGRES = 150_000
_REDIS = (6, 2)


class Unfit(Exception):
    """Something that the product needs is not there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    subject: str
    good: bool
    text: str


def examine(read_settings: Callable[[], Settings]) -> Iterator[Finding]:
    """Look at everything; what cannot be looked at without settings is left out."""
    try:
        settings = read_settings()
    except ValidationError as error:
        yield from (Finding("settings", False, line) for line in setting_errors(error))
        return
    yield Finding("settings", True, f"{settings.environment}, {settings.base_url}")
    database, cache = settings.database_url.get_secret_value(), settings.redis_url.get_secret_value()
    reached = _look("database", lambda: check_database(database))
    yield reached
    migrated = reached.good and (yield from _told(_look("schema", lambda: check_schema(database))))
    yield _look("redis", lambda: check_redis(cache))
    if migrated:
        yield _look("jobs", lambda: check_jobs(settings))
    yield _look("mail", lambda: check_mail(settings))
    yield Finding("payment", True, f"{settings.payment_gateway} gateway")


def _told(finding: Finding) -> Generator[Finding, None, bool]:
    yield finding
    return finding.good


def setting_errors(error: ValidationError) -> list[str]:
    """The settings at fault, by their names in the environment; never a value."""
    return [
        f"{' '.join(str(part) for part in each['loc'])} is missing"
        if each["type"] == "missing"
        else f"{' '.join(str(part) for part in each['loc'])} {each['msg']}".strip()
        for each in error.errors(include_input=False, include_url=False)
    ]


def settings_table() -> str:
    """Every setting with its default and meaning, as a Markdown table: the one of the README."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for field in Settings.model_fields.values():
        default = "required" if field.is_required() else _shown(field.default)
        lines.append(f"| `{field.alias}` | {default} | {field.description} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def _shown(default: object) -> str:
    text = default.get_secret_value() if isinstance(default, SecretStr) else default
    if isinstance(text, bool):
        return "on" if text else "off"
    return "" if text in ("", None) else f"`{text}`"


def check_database(url: str) -> str:
    """The version of the PostgreSQL that answers there. Raises `Unfit`."""

    def ask() -> int:
        with psycopg.connect(url, connect_timeout=4) as connection:
            return connection.info.server_version

    try:
        version = _within(ask)
    except psycopg.ProgrammingError as error:
        raise Unfit("DATABASE_URL is not an address such as postgresql://user@host/name") from error
    except (psycopg.Error, TimeoutError) as error:
        raise Unfit(
            f"PostgreSQL at {where(url)} cannot be used ({_first_line(error)}): start it or correct DATABASE_URL"
        ) from error
    if version < _POSTGRES:
        raise Unfit(f"PostgreSQL at {where(url)} is version {version // 10_000}: 15 or newer is needed")
    return f"PostgreSQL {version // 10_000} at {where(url)}"


def check_schema(url: str) -> str:
    """The revision that the schema is at. Raises `Unfit` unless it is the newest."""
    engine = create_engine(driver_url(url), poolclass=NullPool)
    try:
        current, newest = migrate.current(engine), migrate.newest()
    finally:
        engine.dispose()
    if current != newest:
        raise Unfit(f"at {current or 'nothing'}, newest is {newest}: run `exodrive migrate`")
    return f"at {current}, the newest"


def check_redis(url: str) -> str:
    """The version of the Redis or Valkey that answers there. Raises `Unfit`."""

    def ask() -> str:
        with redis.Redis.from_url(url, socket_timeout=4, socket_connect_timeout=4) as client:
            return str(client.info("server")["redis_version"])

    try:
        version = _within(ask)
    except ValueError as error:
        raise Unfit("REDIS_URL is not an address such as redis://host:6379/0") from error
    except (redis.RedisError, TimeoutError) as error:
        raise Unfit(
            f"Redis at {where(url)} cannot be used ({_first_line(error)}): start it or correct REDIS_URL"
        ) from error
    if tuple(int(part) for part in version.split(".")[:2]) < _REDIS:
        raise Unfit(f"Redis at {where(url)} is version {version}: 6.2 or newer is needed")
    return f"Redis protocol {version} at {where(url)}"


def check_jobs(settings: Settings) -> str:
    """How many schedules run on time. Raises `Unfit` where what was promised is not being done."""
    from exodrive.container import create_container  # noqa: PLC0415  slow to import; the start needs the rest only

    engine = make_engine(settings.database_url.get_secret_value(), pool_size=1)
    container = create_container(settings, database=Database(engine))
    try:
        health = container.get(JobHealthService).look()
        running = len(container.get(ScheduleService).standing())
    finally:
        container.close()
        engine.dispose()
    if health.silent:
        raise Unfit(f"{', '.join(health.silent)} did not run on time: is `celery beat` running?")
    if health.late:
        raise Unfit(f"due jobs wait in {', '.join(health.late)}: are the relay and a worker running?")
    if health.away:
        raise Unfit(f"{', '.join(health.away)} did not answer ten times in a row; jobs wait for it")
    return f"{running} schedules on time, no queue is late"


def check_mail(settings: Settings) -> str:
    """The mail server that answers. Raises `Unfit`."""
    place = f"{settings.smtp_host}:{settings.smtp_port}"

    def ask() -> None:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=4) as server:
            server.noop()

    try:
        _within(ask)
    except (OSError, smtplib.SMTPException) as error:
        raise Unfit(
            f"no mail server at {place} ({_first_line(error)}): correct SMTP_HOST, SMTP_PORT"
        ) from error
    return f"SMTP at {place}"


def where(url: str) -> str:
    """An address without its user and password, as a person reads it."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'the local socket'}{f':{parts.port}' if parts.port else ''}"


def _look(subject: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, True, check())
    except Unfit as unfit:
        return Finding(subject, False, str(unfit))


def _within(ask: Callable[[], T]) -> T:
    """The answer, or TimeoutError after the patience: a name look-up has no time limit of its own."""
    answers: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001  raised again in the asking thread
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError(f"no answer within {_PATIENCE:g} s")
    return answers[0]


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
