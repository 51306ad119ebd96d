"""What the product says to PostgreSQL, said again by psycopg alone: the same statements without the product."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg
from sqlalchemy import Engine, event

from exodrive.core.ids import new_id, new_secret

_OWN_ID = re.compile(r"(id|claim_id|audit_id|event_id)(_.*)?\Z")
_ID_IN_JSON = re.compile(r'"id":"([0-9a-f-]{36})"')
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass
class Recording:
    """`begin`, `commit` (or rollback) and statements with their parameters, in order."""

    said: list[tuple[str, Any]] = field(default_factory=list)

    def given(self, name: str) -> Any:
        """The first value of a parameter of that name."""
        return next(parameters[name] for _, parameters in self.said if name in parameters)

    def replay(self, connection: psycopg.Connection[Any], instead: Mapping[Any, Any]) -> None:
        """Say it on a connection in autocommit."""
        for what, parameters in self.renewed(instead):
            if what == "begin":
                connection.execute("BEGIN")
            elif what == "commit":
                connection.execute("COMMIT")
            else:
                answer = connection.execute(what, parameters)
                if what.rstrip().endswith("FROM claimed"):
                    assert answer.fetchone() is not None, "the car was taken: nothing was measured"

    def renewed(self, instead: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
        """The same with other values in place of the keys of `instead`, and with new ids and secrets for the rows that
        it made."""
        renewed = _Renewed(instead, self._made())
        for what, parameters in self.said:
            yield what, {name: renewed.of(value) for name, value in parameters.items()}

    def _made(self) -> set[UUID]:
        """Keys of rows, given as such or inside of rows that are given as JSON."""
        made = set()
        for what, parameters in self.said:
            for name, value in parameters.items() if "INSERT" in what else ():
                if isinstance(value, UUID) and _OWN_ID.match(name):
                    made.add(value)
                elif isinstance(value, str):
                    made |= {UUID(one) for one in _ID_IN_JSON.findall(value)}
        return made


class _Renewed:
    """Fresh ids for those that the recording made; texts that contain them (keys of jobs) follow."""

    def __init__(self, instead: Mapping[Any, Any], made: set[UUID]) -> None:
        self._instead: dict[Any, Any] = {one: new_id() for one in made} | dict(instead)

    def of(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.of(one) for one in value]
        try:
            known = self._instead.get(value)
        except TypeError:
            return value  # nothing that can be looked up is an id
        if known is not None:
            return known
        if isinstance(value, str) and _UUID.search(value):
            return _UUID.sub(lambda found: str(self.of(UUID(found[0]))), value)
        if isinstance(value, str) and value.startswith(("sbx_", "evt_")):
            return self._instead.setdefault(value, value[:4] + new_secret(18))
        return value


@contextmanager
def recorded(engine: Engine) -> Iterator[Recording]:
    """What is said on the engine's connections meanwhile. Plain reads are in autocommit: no `begin` there."""
    recording = Recording()

    def plain(connection: Any) -> bool:
        return bool(connection.connection.dbapi_connection.autocommit)

    def begin(connection: Any) -> None:
        if not plain(connection):
            recording.said.append(("begin", {}))

    def end(connection: Any) -> None:
        if not plain(connection):
            recording.said.append(("commit", {}))

    def said(cursor: psycopg.Cursor[Any], statement: str, parameters: Any = None, **options: Any) -> Any:
        recording.said.append((statement, parameters or {}))
        return execute(cursor, statement, parameters, **options)

    execute = psycopg.Cursor.execute
    listeners = (("begin", begin), ("commit", end), ("rollback", end))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    with patch.object(psycopg.Cursor, "execute", said):
        yield recording
    for name, listener in listeners:
        event.remove(engine, name, listener)


def bare(url: str) -> psycopg.Connection[Any]:
    """A connection as the product's reads have it."""
    return psycopg.connect(url, autocommit=True, options="-c timezone=UTC")
