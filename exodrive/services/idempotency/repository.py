"""SQL of answered writes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from exodrive.services.idempotency.models import AnsweredWrite

_LOCK = text("SELECT pg_try_advisory_xact_lock(:number)")


def lock(connection: Connection, key_hash: bytes) -> bool:
    """Whether this transaction, until it ends, is the only one that writes under the key."""
    number = int.from_bytes(key_hash[:8], "big", signed=True)
    return bool(connection.execute(_LOCK, {"number": number}).scalar_one())


def find(connection: Connection, key_hash: bytes) -> Row[bytes, int, str] | None:
    """fingerprint, status and body."""
    wanted = select(AnsweredWrite.fingerprint, AnsweredWrite.status, AnsweredWrite.body)
    return connection.execute(wanted.where(AnsweredWrite.key_hash == key_hash)).one_or_none()


def keep(connection: Connection, values: dict[str, Any]) -> None:
    """Once; the first answer stays."""
    connection.execute(insert(AnsweredWrite).values(values).on_conflict_do_nothing())


def forget(connection: Connection, before: datetime) -> int:
    """How many there were."""
    return connection.execute(delete(AnsweredWrite).where(AnsweredWrite.created_at < before)).rowcount
