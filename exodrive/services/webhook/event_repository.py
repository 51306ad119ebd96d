"""SQL of events: written, put in their order, read in it, forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.core.types import EnumText
from exodrive.services.webhook.event_contracts import FOR_EVERYONE, EventType
from exodrive.services.webhook.models import EventFeed, OutboundEvent, WebhookDelivery, WebhookTry

EVERYONES = ", ".join(f"'{kind.value}'" for kind in FOR_EVERYONE)
_PLACE = text(
    """
    WITH fresh AS (
        SELECT id FROM outbound_event WHERE position IS NULL ORDER BY id LIMIT :limit
    ), placed AS (
        SELECT id, nextval('outbound_event_position') AS position FROM fresh
    )
    UPDATE outbound_event SET position = placed.position FROM placed WHERE outbound_event.id = placed.id
    RETURNING outbound_event.id
    """
)
# One statement, so that the ends of the feed and what is in it are of one moment.
_FEED = text(
    f"""
    WITH ends AS (
        SELECT floor, greatest(floor, coalesce((SELECT max(position) FROM outbound_event), 0)) AS head
        FROM (SELECT coalesce((SELECT forgotten FROM event_feed), 0) AS floor) known
    )
    SELECT ends.floor, ends.head, told.* FROM ends LEFT JOIN LATERAL (
        SELECT event.position, event.id, event.type, event.version, event.at AS occurred_at, event.subject_id,
               event.data
        FROM outbound_event event
        WHERE event.position > :after AND event.type = ANY (:types)
          AND (CAST(:partner_id AS uuid) IS NULL OR event.partner_id = :partner_id OR event.type IN ({EVERYONES}))
        ORDER BY event.position LIMIT :limit
    ) told ON true
    ORDER BY told.position
    """  # noqa: S608  constants
).columns(type=EnumText(EventType))


def add_events(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(insert(OutboundEvent), rows)


def place(session: Session, limit: int) -> list[UUID]:
    """Give up to `limit` fresh events their positions, oldest first. One transaction does so at a time, so that what
    becomes visible later always has a higher one."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('webhook.position', 0))"))
    return list(session.execute(_PLACE, {"limit": limit}).scalars())


def feed(connection: Connection, values: dict[str, Any]) -> Sequence[RowMapping]:
    """The events after a position with the ends of the feed, `floor` and `head`, in each row; a row without an event
    where there are none. `after`, `types`, `partner_id` (None for all), `limit`."""
    return connection.execute(_FEED, values).mappings().all()


def prune(session: Session, before: datetime, limit: int) -> int:
    """Forget up to `limit` events of before, with all that was sent of them; how many there were. Those that nobody was
    told of yet stay."""
    old = select(OutboundEvent.id, OutboundEvent.position).where(
        OutboundEvent.at < before, OutboundEvent.position.is_not(None)
    )
    found = session.execute(old.limit(limit).with_for_update()).all()
    if not found:
        return 0
    ids = [row.id for row in found]
    floor = insert(EventFeed).values(id=1, forgotten=max(row.position for row in found))
    higher = {"forgotten": func.greatest(EventFeed.forgotten, floor.excluded.forgotten)}
    session.execute(floor.on_conflict_do_update(index_elements=["id"], set_=higher))
    sent = select(WebhookDelivery.id).where(WebhookDelivery.event_id.in_(ids))
    session.execute(delete(WebhookTry).where(WebhookTry.delivery_id.in_(sent)))
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.event_id.in_(ids)))
    session.execute(delete(OutboundEvent).where(OutboundEvent.id.in_(ids)))
    return len(ids)
