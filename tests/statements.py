"""What is sent to the database: for tests that promise how many round trips something costs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import psycopg

from exodrive.core.db import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The SQL that is executed meanwhile, by SQLAlchemy or by the driver alone."""
    seen: list[str] = []
    name = database.engine.url.database

    def noting(execute: Callable[..., Any]) -> Callable[..., Any]:
        def said(cursor: psycopg.Cursor[Any], statement: str, *more: Any, **options: Any) -> Any:
            if cursor.connection.info.dbname == name:
                seen.append(statement)
            return execute(cursor, statement, *more, **options)

        return said

    with ExitStack() as stack:
        for way in ("execute", "executemany"):
            noted = noting(getattr(psycopg.Cursor, way))
            stack.enter_context(patch.object(psycopg.Cursor, way, noted))
        yield seen
