"""The database: naming convention, declarative base, engine, sessions and plain reads."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, ClassVar, cast
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import dict_row
from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Engine,
    LargeBinary,
    MetaData,
    Text,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from exodrive.core.ids import new_id
from exodrive.core.types import UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of all tables. Relationships are declared `lazy="raise"`: nothing loads behind one's back."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        bytes: LargeBinary,
        date: Date,
        datetime: UtcDateTime,
        UUID: Uuid(),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[int]: ARRAY(BigInteger),
        list[str]: ARRAY(Text),
    }


class Keyed:
    """A table with a UUID version 7 as its key."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def make_engine(url: str, *, pool_size: int) -> Engine:
    """An engine for PostgreSQL ≥ 15. Sessions of the server speak UTC; a statement has 15 s, a lock 5 s."""
    engine = create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_use_lifo=True,  # the connection used last has its statements prepared, and what they need at hand
        hide_parameters=True,  # an error must not carry what was written into the log
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
        connect_args={
            "connect_timeout": 4,
            "application_name": "exodrive",
            "keepalives_idle": 30,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": "-c timezone=UTC -c statement_timeout=15000 -c lock_timeout=5000"
            " -c idle_in_transaction_session_timeout=30000",
        },
    )
    event.listen(engine, "checkout", _check_open)
    return engine


def _check_open(connection: Any, *_: object) -> None:
    """Have the pool replace a connection that the server has closed, as after its restart: looking at what has arrived
    shows it, where a ping would be a round trip for every use of the pool. A farewell comes before the end: the second
    look sees that."""
    try:
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()
    except psycopg.OperationalError as error:
        raise DisconnectionError from error


def array_of(values: Iterable[object]) -> str:
    """Names or ids as PostgreSQL reads an array, for a parameter that is cast: quicker than a list to the driver."""
    return "{" + ",".join(f'"{value}"' for value in values) + "}"


def ask(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a statement in the driver's words (`%(name)s`) gives, in whatever transaction the connection is: for the few
    of which SQLAlchemy's part would be half the cost. Raises psycopg's errors."""
    driver = cast(psycopg.Connection[Any], connection.connection.driver_connection)
    with driver.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def driver_url(url: str) -> str:
    """The SQLAlchemy form of a `postgresql://` URL."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


class Database:
    """The one engine of a process, its sessions, and plain reads outside any transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sessions: sessionmaker[Session] = sessionmaker(engine, expire_on_commit=False)
        self._photographer = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._read_by: ContextVar[Connection | None] = ContextVar("exodrive_read_by", default=None)
        self._joined: ContextVar[Connection | None] = ContextVar("exodrive_joined", default=None)
        self._due: ContextVar[list[Callable[[], None]] | None] = ContextVar("exodrive_due", default=None)

    @property
    def apart(self) -> bool:
        """Whether this context may see another state than others see: inside `together` and `snapshot`."""
        return self._read_by.get() is not None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in autocommit: each statement sees its own snapshot and costs one round trip. Inside `together`
        and `snapshot` it is theirs."""
        if shared := self._read_by.get():
            yield shared
            return
        # On the connection, not on an engine of its own: an engine with such an option has SQLAlchemy announce every
        # connection and statement to listeners that nobody is.
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def at_once(self) -> AbstractContextManager[Connection]:
        """A connection for a unit of work that is one statement: committed when it has run. Inside `together` it is
        part of that transaction."""
        return self.read()

    def session(self) -> Session:
        """A session for one unit of work; inside `together` it is a savepoint of that transaction."""
        if joined := self._joined.get():
            return Session(joined, join_transaction_mode="create_savepoint", expire_on_commit=False)
        return self.sessions()

    @contextmanager
    def together(self) -> Iterator[Connection]:
        """One transaction for all units of work and reads of this context: what they commit is kept, and seen by
        others, when this ends without an error, else none of it. Not for what waits for another system."""
        due: list[Callable[[], None]] = []
        with self.engine.begin() as connection:
            reading, joined = self._read_by.set(connection), self._joined.set(connection)
            waiting = self._due.set(due)
            try:
                yield connection
            finally:
                self._due.reset(waiting)
                self._joined.reset(joined)
                self._read_by.reset(reading)
        _do(due)

    def after_commit(self, steps: Iterable[Callable[[], None]]) -> None:
        """For a unit of work that has just committed: do what was to follow, each thing once, when others can see what
        was written, which inside `together` is at its end. None may raise: the writing is done."""
        due = self._due.get()
        if due is None:
            _do(steps)
        else:
            due.extend(steps)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads of this context see the database as it was at the first of them."""
        with self._photographer.connect() as connection:
            reading = self._read_by.set(connection)
            try:
                yield
            finally:
                self._read_by.reset(reading)

    @contextmanager
    def wire(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection in autocommit as the driver has it, from the same pool, and never that of `together`: for the
        few statements that are said for every job, of which SQLAlchemy's part would be half the cost. Raises psycopg's
        errors."""
        pooled = self.engine.raw_connection()
        wire = cast(psycopg.Connection[Any], pooled.driver_connection)
        try:
            wire.autocommit = True
            yield wire
            wire.autocommit = False
        except BaseException as error:
            pooled.invalidate(error)  # whatever state it is in
            raise
        finally:
            pooled.close()


def _do(steps: Iterable[Callable[[], None]]) -> None:
    for step in dict.fromkeys(steps):
        step()
