"""All SQL of the use of keys and of rollouts."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.services.partner.models import ApiKey, ApiRollout, ApiUsage

At = Session | Connection
_BATCH = 5000
_FORGET = text(
    """
    DELETE FROM api_usage WHERE ctid IN (
        SELECT ctid FROM api_usage WHERE day < :before LIMIT :size FOR UPDATE SKIP LOCKED
    )
    """
)


def add_usage(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add what was counted to what is there: `key_id`, `day`, `procedure`, `calls`, `refused`, `failed`. What was
    counted for a key that there is not is left out."""
    ids = {row["key_id"] for row in rows}
    known = set(session.execute(select(ApiKey.id).where(ApiKey.id.in_(ids))).scalars())
    kept = [row for row in rows if row["key_id"] in known]
    if not kept:
        return
    adding = insert(ApiUsage)
    session.execute(
        adding.on_conflict_do_update(
            index_elements=["key_id", "day", "procedure"],
            set_={
                name: getattr(ApiUsage, name) + adding.excluded[name]
                for name in ("calls", "refused", "failed")
            },
        ),
        kept,
    )


def _sums() -> tuple[Any, ...]:
    columns = (ApiUsage.calls, ApiUsage.refused, ApiUsage.failed)
    return tuple(func.sum(column).cast(ApiUsage.calls.type).label(column.key) for column in columns)


def use_by_day(at: At, key_ids: Collection[UUID], since: date) -> Sequence[RowMapping]:
    """The days on which keys were used, oldest first."""
    found = select(ApiUsage.key_id, ApiUsage.day, *_sums()).where(_of(key_ids, since))
    grouped = found.group_by(ApiUsage.key_id, ApiUsage.day).order_by(ApiUsage.day)
    return at.execute(grouped).mappings().all()


def use_by_procedure(at: At, key_ids: Collection[UUID], since: date) -> Sequence[RowMapping]:
    """What keys called, the most called first."""
    sums = _sums()
    found = select(ApiUsage.key_id, ApiUsage.procedure, *sums).where(_of(key_ids, since))
    grouped = found.group_by(ApiUsage.key_id, ApiUsage.procedure).order_by(sums[0].desc(), ApiUsage.procedure)
    return at.execute(grouped).mappings().all()


def _of(key_ids: Collection[UUID], since: date) -> ColumnElement[bool]:
    return and_(ApiUsage.key_id.in_(key_ids), ApiUsage.day >= since)


def forget_usage(connection: Connection, before: date) -> int:
    """Delete what is of days before, in small statements; how many rows."""
    number = 0
    while gone := connection.execute(_FORGET, {"before": before, "size": _BATCH}).rowcount:
        number += gone
    return number


def rollouts(at: At) -> Sequence[RowMapping]:
    """Every rollout, by the name of its procedure."""
    shown = (
        ApiRollout.procedure,
        ApiRollout.enabled,
        ApiRollout.percent,
        ApiRollout.partners,
        ApiRollout.changed_at,
        ApiRollout.changed_by,
    )
    return at.execute(select(*shown).order_by(ApiRollout.procedure)).mappings().all()


def lock_rollout(session: Session, procedure: str) -> ApiRollout | None:
    """A rollout, locked until the transaction ends."""
    found = select(ApiRollout).where(ApiRollout.procedure == procedure).with_for_update()
    return session.execute(found).scalar_one_or_none()


def write_rollout(session: Session, values: dict[str, Any]) -> UUID:
    """Write a rollout in the place of the one that there may be; its id."""
    adding = insert(ApiRollout).values(**values)
    changed = {name: adding.excluded[name] for name in values if name not in {"id", "procedure"}}
    written = adding.on_conflict_do_update(index_elements=["procedure"], set_=changed).returning(
        ApiRollout.id
    )
    return session.execute(written).scalar_one()
