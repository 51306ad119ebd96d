"""All SQL of partners and keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, func, select, text
from sqlalchemy.orm import Session

from exodrive.services.account.models import Staff
from exodrive.services.partner.contracts import PartnerState
from exodrive.services.partner.models import ApiKey, Partner

At = Session | Connection

# Whoever comes at the same moment leaves it to the one who has the row, and waits for nobody.
_TOUCH = text(
    """
    UPDATE api_key SET last_used_at = :now WHERE id IN (
        SELECT id FROM api_key
        WHERE id = :id AND (last_used_at IS NULL OR last_used_at <= :before)
        FOR NO KEY UPDATE SKIP LOCKED
    )
    """
)


def presented(at: At, prefix: str, now: datetime) -> RowMapping | None:
    """The key of a prefix with its owner, if it may open something: not over, and its owner neither suspended nor
    deactivated."""
    found = (
        select(
            ApiKey.id,
            ApiKey.secret_hash,
            ApiKey.scopes,
            ApiKey.last_used_at,
            ApiKey.partner_id,
            ApiKey.staff_id,
            Partner.name.label("partner_name"),
            Staff.name.label("staff_name"),
            Staff.role,
        )
        .outerjoin(Partner, Partner.id == ApiKey.partner_id)
        .outerjoin(Staff, Staff.id == ApiKey.staff_id)
        .where(
            ApiKey.prefix == prefix,
            ApiKey.revoked_at.is_(None),
            ApiKey.expires_at > now,
            (Partner.state == PartnerState.ACTIVE) | Staff.active,
        )
    )
    return at.execute(found).mappings().one_or_none()


def touch(connection: Connection, key_id: UUID, *, now: datetime, before: datetime) -> None:
    """The key was used, unless that was noted since `before`."""
    connection.execute(_TOUCH, {"id": key_id, "now": now, "before": before})


def _partners(now: datetime) -> Select[*tuple[Any, ...]]:
    working = (
        select(func.count())
        .where(ApiKey.partner_id == Partner.id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > now)
        .correlate(Partner)
        .scalar_subquery()
        .label("keys")
    )
    return select(Partner.id, Partner.name, Partner.email, Partner.state, Partner.created_at, working)


def partners(
    at: At, *, now: datetime, name: str | None, state: PartnerState | None, offset: int, limit: int
) -> Sequence[RowMapping]:
    """A part of the list, by name."""
    found = _partners(now)
    if name:
        found = found.where(Partner.name.icontains(name, autoescape=True))
    if state is not None:
        found = found.where(Partner.state == state)
    ordered = found.order_by(func.lower(Partner.name), Partner.id).offset(offset).limit(limit)
    return at.execute(ordered).mappings().all()


def partner(at: At, partner_id: UUID, now: datetime) -> RowMapping | None:
    return at.execute(_partners(now).where(Partner.id == partner_id)).mappings().one_or_none()


def partner_names(at: At) -> dict[UUID, str]:
    """Every partner's name, in the order of the names."""
    rows = at.execute(select(Partner.id, Partner.name).order_by(func.lower(Partner.name), Partner.id))
    return {row.id: row.name for row in rows}


def lock_partner(session: Session, partner_id: UUID) -> Partner | None:
    """A partner, locked until the transaction ends."""
    return session.get(Partner, partner_id, with_for_update=True)


def lock_staff(session: Session, staff_id: UUID) -> bool:
    """Hold a member of staff until the transaction ends; whether their account is active."""
    found = select(Staff.active).where(Staff.id == staff_id).with_for_update()
    return bool(session.execute(found).scalar_one_or_none())


def lock_key(session: Session, key_id: UUID) -> ApiKey | None:
    """A key, locked until the transaction ends."""
    return session.get(ApiKey, key_id, with_for_update=True)


def working(
    session: Session, *, now: datetime, partner_id: UUID | None = None, staff_id: UUID | None = None
) -> int:
    """How many keys of an owner open something."""
    owner = ApiKey.partner_id == partner_id if partner_id else ApiKey.staff_id == staff_id
    found = select(func.count()).where(owner, ApiKey.revoked_at.is_(None), ApiKey.expires_at > now)
    return session.execute(found).scalar_one()


def keys(at: At, *, partner_id: UUID | None = None, staff_id: UUID | None = None) -> Sequence[RowMapping]:
    """Every key of an owner, newest first."""
    owner = ApiKey.partner_id == partner_id if partner_id else ApiKey.staff_id == staff_id
    return at.execute(_keys().where(owner).order_by(ApiKey.id.desc())).mappings().all()


def key(at: At, key_id: UUID) -> RowMapping | None:
    return at.execute(_keys().where(ApiKey.id == key_id)).mappings().one_or_none()


def _keys() -> Select[*tuple[Any, ...]]:
    return select(
        ApiKey.id,
        ApiKey.partner_id,
        ApiKey.staff_id,
        ApiKey.name,
        ApiKey.prefix,
        ApiKey.scopes,
        ApiKey.created_at,
        ApiKey.expires_at,
        ApiKey.revoked_at,
        ApiKey.replaced_by,
        ApiKey.last_used_at,
    )
