"""The audit table: append-only, a trigger refuses update and delete."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed


class AuditEntry(Keyed, Base):
    """Who (`actor`, an opaque id) did `action` to a subject, when, with which particulars (nothing personal)."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    request_id: Mapped[str | None]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    data: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_audit_entry_subject", "subject_type", "subject_id", "at"),)
