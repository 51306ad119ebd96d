"""Writing the audit: always in the transaction of the deed."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert

from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork
from exodrive.services.audit.models import AuditEntry


class AuditService:
    """Appends entries; there is no other verb."""

    def record(self, uow: UnitOfWork, action: str, subject_type: str, subject_id: UUID, **data: Any) -> None:
        """Write that the actor of `uow` did `action` to the subject. `data` is plain and not personal."""
        uow.session.execute(
            insert(AuditEntry).values(
                id=new_id(),
                at=uow.now,
                actor_kind=uow.actor.kind.value,
                actor_id=uow.actor.id,
                request_id=uow.actor.request_id,
                action=action,
                subject_type=subject_type,
                subject_id=subject_id,
                data=data,
            )
        )
