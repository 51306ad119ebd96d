"""A pool outlives what happens to its connections, without asking the server each time."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from exodrive.core.db import Database, array_of, make_engine
from exodrive.settings import Settings


@pytest.fixture
def pool(settings: Settings, engine: Engine) -> Any:
    """An engine of one connection, whose server process another engine can end."""
    made = make_engine(settings.database_url.get_secret_value(), pool_size=1)
    yield made
    made.dispose()


def process(engine: Engine) -> int:
    with Database(engine).read() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def end(by: Engine, pid: int) -> None:
    with by.connect() as connection:
        assert connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid}).scalar_one()


def test_a_connection_that_the_server_closed_is_replaced(pool: Engine, engine: Engine) -> None:
    before = process(pool)
    end(engine, before)
    assert process(pool) != before
    with Database(pool).sessions() as session:
        before = session.scalars(text("SELECT pg_backend_pid()")).one()
    end(engine, before)
    with Database(pool).sessions() as session:
        assert session.scalars(text("SELECT pg_backend_pid()")).one() != before


def test_a_connection_that_holds_is_used_again_and_asked_nothing(pool: Engine) -> None:
    before = process(pool)
    sent: list[str] = []
    event.listen(pool, "before_cursor_execute", lambda *args: sent.append(args[2]))
    assert process(pool) == before
    assert len(sent) == 1


def test_a_wire_that_failed_is_not_used_again(pool: Engine) -> None:
    database = Database(pool)
    with database.wire() as wire:
        before = wire.info.backend_pid
    with database.wire() as wire:
        assert wire.info.backend_pid == before
    with pytest.raises(psycopg.errors.DivisionByZero), database.wire() as wire:
        wire.execute("SELECT 1 / 0")
    assert process(pool) != before


def test_a_wire_leaves_the_pool_as_it_was(pool: Engine) -> None:
    with Database(pool).wire() as wire:
        wire.execute("SELECT 1")
    with Database(pool).sessions() as session:
        session.execute(text("CREATE TEMPORARY TABLE kept (number int)"))
        session.rollback()
        assert session.scalar(text("SELECT to_regclass('kept')")) is None


def test_names_and_ids_are_an_array(pool: Engine) -> None:
    given = ["email", "a,b", "{c}"]
    with Database(pool).wire() as wire:
        (row,) = wire.execute(
            "SELECT CAST(%s AS text[]), CAST(%s AS text[])", (array_of(given), array_of([]))
        )
    assert row == (given, [])


def test_what_the_server_says_between_uses_is_no_reason_to_leave(pool: Engine, engine: Engine) -> None:
    with Database(pool).read() as connection:
        connection.execute(text("LISTEN news"))
        before = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with engine.begin() as connection:
        connection.execute(text("NOTIFY news"))
    assert process(pool) == before
