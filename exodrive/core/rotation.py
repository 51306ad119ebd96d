"""Writing what is encrypted at rest anew with the first key, so that an old one can be put away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, Table, select, text, tuple_

from exodrive.core.crypto import Cipher, Undecipherable
from exodrive.core.types import EncryptedText

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What was done in a table: values written anew, and values that none of the keys opens."""

    table: str
    renewed: int
    unreadable: int


def rotate_keys(engine: Engine, metadata: MetaData, cipher: Cipher) -> Iterator[Rotated]:
    """Table by table, in short transactions: pages and jobs go on meanwhile, and what they write at the same moment
    stays. May be stopped and begun again."""
    for table in metadata.sorted_tables:
        sealed = [column.name for column in table.columns if isinstance(column.type, EncryptedText)]
        if sealed:
            yield _rotate(engine, _raw(table, sealed), sealed, cipher)


def _raw(table: Table, sealed: Sequence[str]) -> Table:
    """The same table, with what is encrypted as it is stored."""
    keep = [*table.primary_key.columns, *(table.columns[name] for name in sealed)]
    return Table(
        table.name,
        MetaData(),
        *(
            Column(one.name, LargeBinary() if one.name in sealed else one.type, primary_key=one.primary_key)
            for one in keep
        ),
    )


def _rotate(engine: Engine, table: Table, sealed: Sequence[str], cipher: Cipher) -> Rotated:
    renewed = unreadable = 0
    last: tuple[Any, ...] | None = None
    while True:
        with engine.begin() as connection:
            rows = _next(connection, table, last)
            changes = [(row, *_renew(row, sealed, cipher)) for row in rows]
            renewed += _write(connection, table, [(row, new) for row, new, _ in changes if new])
        unreadable += sum(lost for _, _, lost in changes)
        if not rows:
            return Rotated(table=table.name, renewed=renewed, unreadable=unreadable)
        last = tuple(rows[-1][column.name] for column in table.primary_key)


def _next(connection: Connection, table: Table, last: tuple[Any, ...] | None) -> list[Any]:
    keys = list(table.primary_key.columns)
    query = select(table).order_by(*keys).limit(_CHUNK)
    if last is not None:
        query = query.where(tuple_(*keys) > last)
    return list(connection.execute(query).mappings())


def _renew(row: Any, sealed: Sequence[str], cipher: Cipher) -> tuple[dict[str, bytes], int]:
    """The columns of a row that an older key wrote, written anew; and how many nobody can read."""
    new, lost = {}, 0
    for name in sealed:
        if row[name] is None:
            continue
        try:
            fresh = cipher.renewed(bytes(row[name]))
        except Undecipherable:
            lost += 1
            continue
        if fresh is not None:
            new[name] = fresh
    return new, lost


def _write(connection: Connection, table: Table, changes: list[tuple[Any, dict[str, bytes]]]) -> int:
    """How many values were written. A row that changed since it was read keeps what it has."""
    if not changes:
        return 0
    guards = _append_only(connection, table.name)
    for guard in guards:
        connection.execute(text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER "{guard}"'))
    written = 0
    for row, new in changes:
        same = [column == row[column.name] for column in table.primary_key]
        same += [table.columns[name] == row[name] for name in new]
        written += len(new) * connection.execute(table.update().where(*same).values(new)).rowcount
    for guard in guards:
        connection.execute(text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER "{guard}"'))
    return written


def _append_only(connection: Connection, table: str) -> list[str]:
    """Triggers that forbid changes. They rest for the transaction, whose lock keeps everybody else from writing to the
    table: the same words are written under another key."""
    found = text("""
    SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND tgname LIKE '%\\_append\\_only'
    """)
    return list(connection.execute(found, {"table": table}).scalars())
