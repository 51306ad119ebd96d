"""All SQL of campaigns."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, TextClause, select, text
from sqlalchemy.orm import Session

from exodrive.core.types import EncryptedText
from exodrive.services.campaign.models import Campaign

At = Session | Connection
_SHOWN = tuple(Campaign.__table__.columns)
_CHUNK = 1000

_RENTED = """
    AND EXISTS (
        SELECT FROM booking
        JOIN car ON car.id = booking.car_id
        JOIN location ON location.id = booking.pick_up_location_id
        WHERE booking.customer_email_hash = consent.recipient_hash
          AND booking.state IN ('confirmed', 'active', 'returned', 'completed')
          AND (CAST(:location AS text) IS NULL OR location.slug = :location)
          AND (CAST(:category AS text) IS NULL OR car.category = :category)
          AND (CAST(:since AS date) IS NULL OR (booking.starts_at AT TIME ZONE location.zone)::date >= :since)
    )"""
_WANTED = """
    FROM marketing_consent consent
    WHERE consent.withdrawn_at IS NULL
      AND NOT EXISTS (
        SELECT FROM mail_suppression refused
        WHERE refused.recipient_hash = consent.recipient_hash AND refused.lifted_at IS NULL
      ){rented}"""
_RECIPIENT = text("SELECT recipient FROM marketing_consent WHERE id = :id AND withdrawn_at IS NULL").columns(
    recipient=EncryptedText
)


def everything(at: At) -> Sequence[RowMapping]:
    """Every campaign, newest first."""
    return at.execute(select(*_SHOWN).order_by(Campaign.id.desc())).mappings().all()


def get(at: At, campaign_id: UUID) -> RowMapping | None:
    return at.execute(select(*_SHOWN).where(Campaign.id == campaign_id)).mappings().one_or_none()


def lock(session: Session, campaign_id: UUID) -> Campaign | None:
    """A campaign, locked until the transaction ends."""
    return session.get(Campaign, campaign_id, with_for_update=True)


def count(at: At, segment: dict[str, Any]) -> int:
    """How many asked for news, take mail, and are in the segment."""
    return int(at.execute(_statement("SELECT count(*)", segment), segment).scalar_one())


def consents(session: Session, segment: dict[str, Any]) -> Iterator[UUID]:
    """Their consents, a thousand at a time."""
    found = session.execute(
        _statement("SELECT consent.id", segment), segment, execution_options={"yield_per": _CHUNK}
    )
    yield from found.scalars()


def recipient(connection: Connection, consent_id: UUID) -> str | None:
    """The address of a consent that still holds."""
    found: str | None = connection.execute(_RECIPIENT, {"id": consent_id}).scalar_one_or_none()
    return found


def _statement(select_: str, segment: dict[str, Any]) -> TextClause:
    rented = any(value is not None for value in segment.values())
    return text(select_ + _WANTED.format(rented=_RENTED if rented else ""))
