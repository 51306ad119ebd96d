"""What a measurement stands on: real servers with a benchmark database, the product's processes, the container."""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import wireup
from psycopg import sql
from sqlalchemy import make_url, text

from exodrive import migrate
from exodrive.container import create_container
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.db import Database, make_engine
from exodrive.core.ids import new_secret
from exodrive.demo.seed import seed_benchmark
from exodrive.local.process import Running
from exodrive.local.servers import Postgres, Valkey
from exodrive.settings import Settings
from tests.load.rounds import HEAD
from tests.product import Product

CUSTOMER = Actor(kind=ActorKind.CUSTOMER, request_id="load")
Rows = Callable[["Stage", Sequence[int], float, int], Iterator[str]]

_KEY = "MB0Zc6GJaCkA2RxIEltnmZX6ufROYkShPu4iqBHzwUc="
"""Of the data that a kept folder holds; no secret."""


@dataclass
class Stage:
    """Servers that run; `database_pid` is None where the database is not ours to watch."""

    settings: Settings
    folder: Path
    database_pid: int | None
    stack: ExitStack = field(default_factory=ExitStack)

    def database(self, connections: int = 2) -> Database:
        """A pool of so many connections."""
        engine = make_engine(self.settings.database_url.get_secret_value(), pool_size=connections)
        self.stack.callback(engine.dispose)
        return Database(engine)

    def another(self, name: str) -> Database:
        """A database of that name on the same server; made where there is none."""
        url = make_url(self.settings.database_url.get_secret_value())
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        engine = make_engine(url.set(database=name).render_as_string(hide_password=False), pool_size=2)
        self.stack.callback(engine.dispose)
        return Database(engine)

    def container(self, database: Database) -> wireup.SyncContainer:
        """The services, on that pool."""
        container = create_container(self.settings, database=database)
        self.stack.callback(container.close)
        return container

    @contextmanager
    def web(self) -> Iterator[Product]:
        """The pages, as `make up` starts them."""
        product = Product(self.settings, self.folder, LOG_LEVEL="WARNING")
        product.start("web")
        try:
            yield product
        finally:
            product.stop()

    def web_pid(self, product: Product) -> int:
        """The process whose tree is the pages."""
        return product._running["web"].pid


def options(description: str | None, *, seconds: float = 5, rounds: int = 3) -> argparse.ArgumentParser:
    """The options that all scripts share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=seconds, help="of a round of one contender")
    parser.add_argument("--rounds", type=int, default=rounds, help="alternated; ratios are medians of them")
    parser.add_argument("--cars", type=int, default=2000)
    parser.add_argument("--bookings", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="keep the servers' data here, for the next script")
    return parser


def run(rows: Rows, chosen: argparse.Namespace) -> None:
    """Print one script's table."""
    with stage(chosen) as on:
        print(HEAD, flush=True)
        for row in rows(on, chosen.connections, chosen.seconds, chosen.rounds):
            print(row, flush=True)


@contextmanager
def stage(chosen: argparse.Namespace) -> Iterator[Stage]:
    """Start PostgreSQL (durable) and Valkey, or take those of DATABASE_URL and REDIS_URL; seed a database without
    cars."""
    with ExitStack() as stack:
        folder = chosen.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="exodrive-load-"))
        )
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # the database's user passes through
        url, pid = _postgres(folder / "postgres", stack)
        made = Stage(settings_for(url, _valkey(folder / "valkey", stack)), folder, pid)
        stack.callback(made.stack.close)
        database = made.database()
        migrate.upgrade(database.engine)
        made.container(database)  # fills the key ring
        with database.read() as connection:
            empty = not connection.execute(text("SELECT EXISTS (SELECT FROM car)")).scalar_one()
        if empty:
            seed_benchmark(database, chosen.cars, chosen.bookings)
        yield made


def _postgres(folder: Path, stack: ExitStack) -> tuple[str, int | None]:
    if "DATABASE_URL" in os.environ:
        return os.environ["DATABASE_URL"], None
    server = Postgres(folder)
    running = Running(server.prepare())
    stack.callback(running.stop)
    server.wait(running)
    server.ensure_database()
    return server.url(), running.pid


def _valkey(folder: Path, stack: ExitStack) -> str:
    if "REDIS_URL" in os.environ:
        return os.environ["REDIS_URL"]
    server = Valkey(folder)
    running = Running(server.prepare())
    stack.callback(running.stop)
    server.wait(running)
    return server.url()


def settings_for(database_url: str, redis_url: str) -> Settings:
    """Those of a measurement, on these servers."""
    return Settings.model_validate(
        {
            "EXODRIVE_ENV": "test",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": new_secret(),
            "EXODRIVE_ENCRYPTION_KEYS": os.environ.get("EXODRIVE_ENCRYPTION_KEYS", _KEY),
            "SANDBOX_WEBHOOK_SECRET": new_secret(),
            "BASE_URL": "http://127.0.0.1:8000",
            "LOG_LEVEL": "WARNING",
            "RATE_LIMITS": "false",
        }
    )
