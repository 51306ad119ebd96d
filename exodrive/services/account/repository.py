"""All SQL of staff accounts."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.services.account.contracts import LinkPurpose, StaffRole
from exodrive.services.account.models import Staff, StaffLink, StaffSession

At = Session | Connection


def _list() -> Select[Any]:
    sessions = (
        select(func.count())
        .where(StaffSession.staff_id == Staff.id)
        .correlate(Staff)
        .scalar_subquery()
        .label("sessions")
    )
    return select(
        Staff.id,
        Staff.name,
        Staff.email,
        Staff.role,
        Staff.active,
        Staff.created_at,
        Staff.signed_in_at,
        Staff.password_hash.is_not(None).label("has_password"),
        sessions,
    )


def staff_list(at: At) -> list[RowMapping]:
    """Every account, oldest first."""
    return list(at.execute(_list().order_by(Staff.id)).mappings())


def staff_row(at: At, staff_id: UUID) -> RowMapping | None:
    """One account as in the list."""
    return at.execute(_list().where(Staff.id == staff_id)).mappings().one_or_none()


def names(at: At, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of members of staff."""
    rows = at.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {row.id: row.name for row in rows}


def by_email(session: Session, email_hash: bytes) -> Staff | None:
    """The account of an address."""
    return session.execute(select(Staff).where(Staff.email_hash == email_hash)).scalar_one_or_none()


def lock(session: Session, staff_id: UUID) -> Staff | None:
    """An account, locked until the transaction ends."""
    return session.execute(select(Staff).where(Staff.id == staff_id).with_for_update()).scalar_one_or_none()


def lock_owners(session: Session) -> frozenset[UUID]:
    """The owners who can get in, locked: nobody stops being one meanwhile."""
    owners = select(Staff.id).where(
        Staff.role == StaffRole.OWNER, Staff.active, Staff.password_hash.is_not(None)
    )
    return frozenset(session.execute(owners.order_by(Staff.id).with_for_update()).scalars())


def add_link(session: Session, values: dict[str, Any]) -> bool:
    """Write a link; False where it is there already. Links of the same purpose before it open nothing any more."""
    written = session.execute(
        insert(StaffLink)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(StaffLink.id)
    ).scalar_one_or_none()
    if written is None:
        return False
    session.execute(
        update(StaffLink)
        .where(
            StaffLink.staff_id == values["staff_id"],
            StaffLink.purpose == values["purpose"],
            StaffLink.id != values["id"],
            StaffLink.used_at.is_(None),
            StaffLink.expires_at > values["created_at"],
        )
        .values(expires_at=values["created_at"])
    )
    return True


def open_link(at: At, token_hash: bytes, now: datetime) -> RowMapping | None:
    """What an unused link opens, for an account that is active."""
    return (
        at.execute(
            select(StaffLink.id, StaffLink.purpose, Staff.name, Staff.email, Staff.id.label("staff_id"))
            .join(Staff, Staff.id == StaffLink.staff_id)
            .where(
                StaffLink.token_hash == token_hash,
                StaffLink.used_at.is_(None),
                StaffLink.expires_at > now,
                Staff.active,
            )
        )
        .mappings()
        .one_or_none()
    )


def link_is_known(at: At, token_hash: bytes) -> bool:
    """Whether there ever was such a link."""
    return at.scalar(select(StaffLink.id).where(StaffLink.token_hash == token_hash)) is not None


def use_link(session: Session, link_id: UUID, now: datetime) -> bool:
    """Spend a link; False where somebody else was first."""
    spent = update(StaffLink).where(
        StaffLink.id == link_id, StaffLink.used_at.is_(None), StaffLink.expires_at > now
    )
    return session.execute(spent.values(used_at=now).returning(StaffLink.id)).scalar_one_or_none() is not None


def link_expiry(at: At, link_id: UUID, purpose: LinkPurpose, now: datetime) -> datetime | None:
    """Until when a link is open; None where it is not."""
    return at.scalar(
        select(StaffLink.expires_at).where(
            StaffLink.id == link_id,
            StaffLink.purpose == purpose,
            StaffLink.used_at.is_(None),
            StaffLink.expires_at > now,
        )
    )


def close_links(session: Session, staff_id: UUID, now: datetime) -> None:
    """No link of this account opens anything any more."""
    session.execute(
        update(StaffLink)
        .where(StaffLink.staff_id == staff_id, StaffLink.used_at.is_(None), StaffLink.expires_at > now)
        .values(expires_at=now)
    )


def session_row(at: At, token_hash: bytes, *, now: datetime, seen_after: datetime) -> RowMapping | None:
    """The session of a cookie while it lasts and its account is active."""
    return (
        at.execute(
            select(StaffSession.id, StaffSession.seen_at, Staff.id.label("staff_id"), Staff.name, Staff.role)
            .join(Staff, Staff.id == StaffSession.staff_id)
            .where(
                StaffSession.token_hash == token_hash,
                StaffSession.expires_at > now,
                StaffSession.seen_at > seen_after,
                Staff.active,
            )
        )
        .mappings()
        .one_or_none()
    )


def sessions_of(at: At, staff_id: UUID, *, now: datetime, seen_after: datetime) -> list[RowMapping]:
    """The sessions of a member of staff that still last, the last used first."""
    found = select(
        StaffSession.id,
        StaffSession.label,
        StaffSession.place,
        StaffSession.created_at,
        StaffSession.seen_at,
    ).where(
        StaffSession.staff_id == staff_id,
        StaffSession.expires_at > now,
        StaffSession.seen_at > seen_after,
    )
    return list(at.execute(found.order_by(StaffSession.seen_at.desc())).mappings())


def touch(session: Session, session_id: UUID, now: datetime) -> None:
    """The session was used."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def end_sessions(
    session: Session,
    staff_id: UUID,
    *,
    only: UUID | None = None,
    but: UUID | None = None,
    over_before: tuple[datetime, datetime] | None = None,
) -> list[UUID]:
    """End sessions of a member of staff: one, all but one, or those that are over (now, seen before) anyway."""
    ending = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    if only is not None:
        ending = ending.where(StaffSession.id == only)
    if but is not None:
        ending = ending.where(StaffSession.id != but)
    if over_before is not None:
        now, seen = over_before
        ending = ending.where((StaffSession.expires_at <= now) | (StaffSession.seen_at <= seen))
    return list(session.execute(ending.returning(StaffSession.id)).scalars())
