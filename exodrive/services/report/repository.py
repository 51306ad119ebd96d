"""SQL of exports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.services.report.models import Export

_COLUMNS = Export.__table__.c


def add(session: Session, values: dict[str, Any]) -> bool:
    """Write an export; False where the night has it already."""
    written = insert(Export).values(values).on_conflict_do_nothing().returning(Export.id)
    return session.execute(written).first() is not None


def get(at: Connection | Session, export_id: UUID) -> RowMapping | None:
    return at.execute(select(*_COLUMNS).where(Export.id == export_id)).mappings().one_or_none()


def recent(connection: Connection, limit: int) -> Sequence[RowMapping]:
    """Newest first."""
    found = select(*_COLUMNS).order_by(Export.created_at.desc(), Export.id.desc()).limit(limit)
    return connection.execute(found).mappings().all()


def finish(session: Session, export_id: UUID, values: dict[str, Any]) -> None:
    session.execute(update(Export).where(Export.id == export_id).values(values))


def run_out(connection: Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Exports whose file is to go."""
    found = select(Export.id).where(Export.file_key.is_not(None), Export.expires_at <= now).limit(limit)
    return connection.execute(found).scalars().all()


def forget(session: Session, before: datetime) -> None:
    """Delete the rows of files that are long gone."""
    session.execute(delete(Export).where(Export.file_key.is_(None), Export.expires_at < before))
