"""Reading the audit: what happened to one subject."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from exodrive.services.audit.models import AuditEntry

_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One entry: `actor_id` is the opaque id of who did it."""

    at: datetime
    actor_kind: str
    actor_id: str | None
    action: str
    data: dict[str, Any]


class AuditReader:
    """The story of a subject."""

    def of(self, connection: Connection, subject_type: str, subject_id: UUID) -> tuple[Deed, ...]:
        """The newest 200 deeds, newest first."""
        found = (
            select(
                AuditEntry.at, AuditEntry.actor_kind, AuditEntry.actor_id, AuditEntry.action, AuditEntry.data
            )
            .where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id == subject_id)
            .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
            .limit(_LONGEST)
        )
        return tuple(Deed(**row) for row in connection.execute(found).mappings())
