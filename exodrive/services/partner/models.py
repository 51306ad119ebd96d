"""Tables of the API's callers: partners, keys, what is called, and what is rolled out to whom."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EncryptedText, EnumText, one_of
from exodrive.services.partner.contracts import PartnerState, Scope

_SCOPES = ", ".join(f"'{scope}'" for scope in Scope)


class Partner(Keyed, Base):
    """Somebody who sells our cars through the API."""

    __tablename__ = "partner"

    name: Mapped[str]
    email: Mapped[str] = mapped_column(EncryptedText)
    state: Mapped[PartnerState] = mapped_column(EnumText(PartnerState))
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint(one_of("state", PartnerState), name="state"),)


class ApiKey(Keyed, Base):
    """A key of a partner or of a member of staff. `prefix` is its public part; of the whole only the hash is here. One
    that was rotated names what took its place and expires when its time beside it is over."""

    __tablename__ = "api_key"

    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner.id", ondelete="RESTRICT"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    replaced_by: Mapped[UUID | None] = mapped_column(ForeignKey("api_key.id", ondelete="RESTRICT"))
    last_used_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(partner_id, staff_id) = 1", name="owner"),
        CheckConstraint(f"scopes <@ ARRAY[{_SCOPES}]", name="scopes"),
        CheckConstraint("(partner_id IS NOT NULL) = (cardinality(scopes) > 0)", name="scoped"),
        CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash"),
        Index("ix_api_key_partner_id", "partner_id", "id", postgresql_where=text("partner_id IS NOT NULL")),
        Index("ix_api_key_staff_id", "staff_id", "id", postgresql_where=text("staff_id IS NOT NULL")),
    )


class ApiUsage(Base):
    """How often a key called a procedure on a day, UTC. `calls` counts all, refused and failed ones too."""

    __tablename__ = "api_usage"

    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_key.id", ondelete="RESTRICT"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    procedure: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int]
    refused: Mapped[int]
    failed: Mapped[int]

    __table_args__ = (Index("ix_api_usage_day", "day"),)


class ApiRollout(Keyed, Base):
    """For whom a procedure is open. One without a row is open for everybody."""

    __tablename__ = "api_rollout"

    procedure: Mapped[str] = mapped_column(unique=True)
    enabled: Mapped[bool]
    percent: Mapped[int] = mapped_column(SmallInteger)
    partners: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))

    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),)
