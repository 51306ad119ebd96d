"""The servers that the suite runs on: started once for all workers, or those of DATABASE_URL and REDIS_URL."""

import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from exodrive import migrate
from exodrive.core.db import driver_url
from exodrive.local.process import Running
from exodrive.local.servers import Postgres, Valkey

TEMPLATE = "exodrive_test_template"


@dataclass(frozen=True)
class Addresses:
    """Of the maintenance database and of Redis' first database."""

    database: str
    redis: str

    def named(self, database: str) -> str:
        """The address of another database of the same server."""
        url = make_url(self.database).set(database=database)
        return url.render_as_string(hide_password=False)

    def numbered(self, number: int) -> str:
        """The address of another database of the same Redis."""
        return f"{self.redis.rpartition('/')[0]}/{number}"


class Servers:
    """What this run has started; `stop` ends it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._addresses: Addresses | None = None

    def start(self) -> Addresses:
        """Start what the environment does not name, once, with a migrated template database."""
        if self._addresses is None:
            folder = Path(tempfile.mkdtemp(prefix="exodrive-test-"))
            folder.chmod(0o755)  # the database's user passes through
            self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
            self._addresses = Addresses(
                os.environ.get("DATABASE_URL") or self._postgres(folder / "postgres"),
                os.environ.get("REDIS_URL") or self._valkey(folder / "valkey"),
            )
            _make_template(self._addresses)
        return self._addresses

    def _postgres(self, folder: Path) -> str:
        server = Postgres(folder, durable=False)
        running = Running(server.prepare())
        self._stack.callback(running.stop)
        server.wait(running)
        return server.url("postgres")

    def _valkey(self, folder: Path) -> str:
        server = Valkey(folder)
        running = Running(server.prepare())
        self._stack.callback(running.stop)
        server.wait(running)
        return server.url()

    def stop(self) -> None:
        self._stack.close()


def _make_template(addresses: Addresses) -> None:
    _recreate(addresses, TEMPLATE, "template1")
    engine = create_engine(driver_url(addresses.named(TEMPLATE)), poolclass=NullPool)
    migrate.upgrade(engine)
    engine.dispose()


def copy_template(addresses: Addresses, name: str) -> str:
    """Make `name` anew as a copy of the migrated template; its address."""
    _recreate(addresses, name, TEMPLATE)
    return addresses.named(name)


def create_empty(addresses: Addresses, name: str) -> str:
    """Make `name` anew without any table; its address."""
    _recreate(addresses, name, "template1")
    return addresses.named(name)


def drop(addresses: Addresses, name: str) -> None:
    with psycopg.connect(addresses.database, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _recreate(addresses: Addresses, name: str, template: str) -> None:
    drop(addresses, name)
    with psycopg.connect(addresses.database, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
