"""Tables of money moves, of events that came in, and the sandbox gateway's own books."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EncryptedText, EnumText, one_of
from exodrive.services.payment.contracts import Move, MoveState


class Payment(Keyed, Base):
    """One money move: first an intent, then its outcome. All but authorisations point at theirs. `lapses_at` is when
    the bank lets go of what an authorisation reserves; None where nothing is, or the gateway does not say. A renewal
    gives its authorisation another `gateway_reference`, and keeps the one that it replaced.

    The balance of a booking is derived: captured − refunded; authorised − captured − voided is still reserved."""

    __tablename__ = "payment"

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id", ondelete="RESTRICT"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id", ondelete="RESTRICT"))
    gateway: Mapped[str]
    move: Mapped[Move] = mapped_column(EnumText(Move))
    state: Mapped[MoveState] = mapped_column(EnumText(MoveState))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    gateway_reference: Mapped[str | None]
    failure: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    lapses_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("move", Move), name="move"),
        CheckConstraint(one_of("state", MoveState), name="state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(move = 'authorise') = (parent_id IS NULL)", name="parent"),
        Index("ix_payment_booking_id", "booking_id"),
        Index("ix_payment_parent_id", "parent_id"),
        Index("ix_payment_open", "created_at", postgresql_where=text("state IN ('open', 'pending')")),
        Index("ix_payment_lapses_at", "lapses_at", postgresql_where=text("lapses_at IS NOT NULL")),
        Index("ix_payment_failed", "settled_at", postgresql_where=text("state = 'failed'")),
        Index(
            "uq_payment_open_authorisation",
            "booking_id",
            unique=True,
            postgresql_where=text("move = 'authorise' AND state IN ('open', 'pending')"),
        ),
        Index(
            "uq_payment_gateway_reference",
            "gateway",
            "gateway_reference",
            "move",
            unique=True,
            postgresql_where=text("move IN ('authorise', 'renew')"),
        ),
    )


class WebhookEvent(Keyed, Base):
    """An event from a gateway, stored raw, once by its id."""

    __tablename__ = "webhook_event"

    source: Mapped[str]
    event_id: Mapped[str]
    kind: Mapped[str]
    gateway_reference: Mapped[str | None]
    body: Mapped[str] = mapped_column(EncryptedText)
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]

    __table_args__ = (Index("uq_webhook_event", "source", "event_id", unique=True),)


class SandboxCharge(Base):
    """The sandbox gateway's own record of an authorisation: another system's books, read only by its adapter."""

    __tablename__ = "sandbox_charge"

    reference: Mapped[str] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]  # created, challenge, processing, authorised, failed, captured, voided
    amount: Mapped[int]
    captured: Mapped[int] = mapped_column(server_default="0")
    refunded: Mapped[int] = mapped_column(server_default="0")
    released: Mapped[int] = mapped_column(server_default="0")
    currency: Mapped[str] = mapped_column(String(3))
    description: Mapped[str]
    return_url: Mapped[str] = mapped_column(EncryptedText)
    failure: Mapped[str | None]
    moves: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))  # idempotency key → answer
    ready_at: Mapped[datetime | None]  # a late answer becomes true at this instant
    silent_reads: Mapped[int] = mapped_column(
        SmallInteger, server_default="0"
    )  # questions it will not answer
    instrument: Mapped[str | None]  # which test card was left; never its number
    life_days: Mapped[int] = mapped_column(SmallInteger, server_default="7")  # of a reserve
    lapses_at: Mapped[datetime | None]  # of what is reserved, or was until then
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            "captured >= 0 AND released >= 0 AND refunded >= 0 AND silent_reads >= 0"
            " AND captured + released <= amount AND refunded <= captured",
            name="sums",
        ),
    )
