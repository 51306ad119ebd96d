"""Tables of the staff: accounts, their one-time links and their sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EncryptedText, EnumText, one_of
from exodrive.services.account.contracts import LinkPurpose, StaffRole


class Staff(Keyed, Base):
    """A member of staff. `email_hash` is keyed, to look up by; without `password_hash` the invitation is still open."""

    __tablename__ = "staff"

    name: Mapped[str] = mapped_column(EncryptedText)
    email: Mapped[str] = mapped_column(EncryptedText)
    email_hash: Mapped[bytes] = mapped_column(unique=True)
    role: Mapped[StaffRole] = mapped_column(EnumText(StaffRole))
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint(one_of("role", StaffRole), name="role"),)


class StaffLink(Keyed, Base):
    """A one-time link; only the hash of its token is here. A newer one for the same purpose takes its place."""

    __tablename__ = "staff_link"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    purpose: Mapped[LinkPurpose] = mapped_column(EnumText(LinkPurpose))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("purpose", LinkPurpose), name="purpose"),
        Index("ix_staff_link_staff_id", "staff_id"),
    )


class StaffSession(Keyed, Base):
    """A device that is signed in; only the hash of its cookie is here. One that ended is deleted: the audit has its
    story. `label` and `place` are coarse: a browser, a network."""

    __tablename__ = "staff_session"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    label: Mapped[str]
    place: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (Index("ix_staff_session_staff_id", "staff_id"),)
