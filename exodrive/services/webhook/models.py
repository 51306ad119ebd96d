"""Tables of webhooks that go out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EncryptedText, EnumText, one_of
from exodrive.services.webhook.contracts import DeliveryState, Shut
from exodrive.services.webhook.event_contracts import EventType


class WebhookEndpoint(Keyed, Base):
    """An address that is told of `events`: those that concern its partner, or all where it is the business's own. It is
    on while `shut` is empty. Some services put their secret into the address, so it is encrypted."""

    __tablename__ = "webhook_endpoint"

    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id", ondelete="RESTRICT"))
    url: Mapped[str] = mapped_column(EncryptedText)
    description: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secret: Mapped[str] = mapped_column(EncryptedText)
    old_secret: Mapped[str | None] = mapped_column(EncryptedText)
    old_secret_until: Mapped[datetime | None]
    shut: Mapped[Shut | None] = mapped_column(EnumText(Shut))
    shut_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(one_of("shut", Shut), name="shut"),
        CheckConstraint("(shut IS NULL) = (shut_at IS NULL)", name="shut_at"),
        CheckConstraint("(old_secret IS NULL) = (old_secret_until IS NULL)", name="old_secret"),
        Index(
            "ix_webhook_endpoint_partner_id", "partner_id", postgresql_where=text("partner_id IS NOT NULL")
        ),
    )


class OutboundEvent(Keyed, Base):
    """Something that happened. `position` is given after the commit, so that whoever reads up to one has missed
    none before it. Without a position nobody was told yet. `version` is that of the payload in `data`;
    `partner_id` whose business it is."""

    __tablename__ = "outbound_event"

    type: Mapped[EventType] = mapped_column(EnumText(EventType))
    version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    subject_id: Mapped[UUID]
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id", ondelete="RESTRICT"))
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    position: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(one_of("type", EventType), name="type"),
        Index("uq_outbound_event_position", "position", unique=True),
        Index("ix_outbound_event_fresh", "id", postgresql_where=text("position IS NULL")),
        Index("ix_outbound_event_at", "at"),
    )


class EventFeed(Base):
    """Up to which position events have been forgotten. One row, none before the first time."""

    __tablename__ = "event_feed"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    forgotten: Mapped[int]

    __table_args__ = (CheckConstraint("id = 1", name="single"),)


class WebhookDelivery(Keyed, Base):
    """An event on its way to an endpoint; sent again on purpose, it is another one with the next `replay`."""

    __tablename__ = "webhook_delivery"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("outbound_event.id", ondelete="RESTRICT"))
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="RESTRICT"))
    replay: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    state: Mapped[DeliveryState] = mapped_column(EnumText(DeliveryState))
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    status: Mapped[int | None] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("state", DeliveryState), name="state"),
        Index("uq_webhook_delivery_event", "event_id", "endpoint_id", "replay", unique=True),
        Index("ix_webhook_delivery_endpoint", "endpoint_id", "id"),
    )


class WebhookTry(Keyed, Base):
    """One try of a delivery. `answer` is the first of the body that came back, encrypted: nobody knows what others
    write there."""

    __tablename__ = "webhook_try"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_delivery.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    took: Mapped[int]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    error: Mapped[str | None]
    answer: Mapped[str | None] = mapped_column(EncryptedText)

    __table_args__ = (Index("ix_webhook_try_delivery", "delivery_id", "id"),)
