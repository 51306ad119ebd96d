"""Addresses that take no mail: no further mail is sent to them until a person lifts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.core.ids import new_id
from exodrive.services.email.events_contracts import SuppressionReason
from exodrive.services.email.models import MailSuppression

_OPEN = text("lifted_at IS NULL")
_SHOWN = (
    MailSuppression.id,
    MailSuppression.recipient,
    MailSuppression.reason,
    MailSuppression.detail,
    MailSuppression.mail_id,
    MailSuppression.created_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressedAddress:
    """An address that takes no mail, why, since when, and by which mail that came out."""

    id: UUID
    recipient: str
    reason: SuppressionReason
    detail: str | None
    mail_id: UUID | None
    created_at: datetime


class Suppressions:
    """Rows of `mail_suppression`; whose deed it is, and whether they may, is for the room above."""

    def reason(self, session: Session, recipient_hash: bytes) -> SuppressionReason | None:
        """Why this address takes no mail; None where it does."""
        found = select(MailSuppression.reason).where(MailSuppression.recipient_hash == recipient_hash, _OPEN)
        return session.scalar(found)

    def add(self, session: Session, **values: Any) -> None:
        """Suppress an address; one that already is stays as it is."""
        session.execute(
            insert(MailSuppression)
            .values(id=new_id(), **values)
            .on_conflict_do_nothing(index_elements=["recipient_hash"], index_where=_OPEN)
        )

    def lift(self, session: Session, suppression_id: UUID, now: datetime) -> bool:
        """Let the address have mail again; False where it is not suppressed any more."""
        lifted = (
            update(MailSuppression)
            .where(MailSuppression.id == suppression_id, _OPEN)
            .values(lifted_at=now)
            .returning(MailSuppression.id)
        )
        return session.execute(lifted).first() is not None

    def get(self, connection: Connection, suppression_id: UUID) -> SuppressedAddress | None:
        """One that is not lifted."""
        found = select(*_SHOWN).where(MailSuppression.id == suppression_id, _OPEN)
        row = connection.execute(found).mappings().one_or_none()
        return SuppressedAddress(**row) if row else None

    def of_address(self, connection: Connection, recipient_hash: bytes) -> SuppressedAddress | None:
        """What stops mail to this address now."""
        found = select(*_SHOWN).where(MailSuppression.recipient_hash == recipient_hash, _OPEN)
        row = connection.execute(found).mappings().one_or_none()
        return SuppressedAddress(**row) if row else None

    def newest(
        self,
        connection: Connection,
        *,
        recipient_hash: bytes | None,
        after: tuple[datetime, UUID] | None,
        limit: int,
    ) -> Sequence[SuppressedAddress]:
        """Those that are not lifted, newest first, from behind `after`; of one address only, if given."""
        found = select(*_SHOWN).where(_OPEN)
        if recipient_hash is not None:
            found = found.where(MailSuppression.recipient_hash == recipient_hash)
        if after is not None:
            found = found.where(tuple_(MailSuppression.created_at, MailSuppression.id) < tuple_(*after))
        ordered = found.order_by(MailSuppression.created_at.desc(), MailSuppression.id.desc()).limit(limit)
        return [SuppressedAddress(**row) for row in connection.execute(ordered).mappings()]
