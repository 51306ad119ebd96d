"""All SQL of webhooks that go out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.core.ids import new_id
from exodrive.core.types import EncryptedText, EnumText
from exodrive.services.webhook.contracts import DeliveryState, EventType
from exodrive.services.webhook.models import OutboundEvent, WebhookDelivery, WebhookEndpoint, WebhookTry

At = Session | Connection

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
_WANTED = text(
    """
    SELECT event.id AS event_id, endpoint.id AS endpoint_id, 0 AS replay
    FROM outbound_event event JOIN webhook_endpoint endpoint ON event.type = ANY (endpoint.events)
    WHERE endpoint.shut IS NULL AND event.id = ANY (:ids)
    ORDER BY event.position, endpoint.id
    """
)
_WANTED_AGAIN = text(
    """
    SELECT event.id AS event_id, endpoint.id AS endpoint_id,
           (SELECT coalesce(max(replay) + 1, 0) FROM webhook_delivery known
            WHERE known.event_id = event.id AND known.endpoint_id = endpoint.id) AS replay
    FROM outbound_event event JOIN webhook_endpoint endpoint ON event.type = ANY (endpoint.events)
    WHERE endpoint.shut IS NULL AND endpoint.id = :endpoint_id AND event.id = ANY (:ids)
    ORDER BY event.position
    """
)
_SINCE = text(
    """
    SELECT event.id, event.position FROM outbound_event event
    JOIN webhook_endpoint endpoint ON endpoint.id = :endpoint_id AND event.type = ANY (endpoint.events)
    WHERE event.position > :after AND event.at >= :since AND event.at < :until
    ORDER BY event.position LIMIT :limit
    """
)
_OUTGOING = text(
    """
    SELECT delivery.state, delivery.tries, event.id AS event_id, event.type, event.at, event.data,
           endpoint.id AS endpoint_id, endpoint.url, endpoint.secret, endpoint.old_secret,
           endpoint.old_secret_until, endpoint.shut
    FROM webhook_delivery delivery
    JOIN outbound_event event ON event.id = delivery.event_id
    JOIN webhook_endpoint endpoint ON endpoint.id = delivery.endpoint_id
    WHERE delivery.id = :id
    """
).columns(
    state=EnumText(DeliveryState),
    type=EnumText(EventType),
    url=EncryptedText,
    secret=EncryptedText,
    old_secret=EncryptedText,
)


def add_events(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(insert(OutboundEvent), rows)


def place(session: Session, limit: int) -> list[UUID]:
    """Give up to `limit` fresh events their positions, oldest first. One transaction does so at a time, so that what
    becomes visible later always has a higher one."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('webhook.position', 0))"))
    return list(session.execute(_PLACE, {"limit": limit}).scalars())


def fan_out(session: Session, event_ids: Sequence[UUID], now: datetime) -> Sequence[RowMapping]:
    """A delivery for each of the events to each endpoint that is on and wants it."""
    wanted = session.execute(_WANTED, {"ids": list(event_ids)})
    return _add(session, wanted.mappings().all(), now)


def again(
    session: Session, endpoint_id: UUID, event_ids: Sequence[UUID], now: datetime
) -> Sequence[RowMapping]:
    """A further delivery of each of the events to one endpoint, if it is on."""
    wanted = session.execute(_WANTED_AGAIN, {"endpoint_id": endpoint_id, "ids": list(event_ids)})
    return _add(session, wanted.mappings().all(), now)


def _add(session: Session, wanted: Sequence[RowMapping], now: datetime) -> Sequence[RowMapping]:
    if not wanted:
        return ()
    rows = [{**row, "id": new_id(), "state": DeliveryState.PENDING, "created_at": now} for row in wanted]
    written = session.execute(
        insert(WebhookDelivery)
        .on_conflict_do_nothing(index_elements=["event_id", "endpoint_id", "replay"])
        .returning(WebhookDelivery.id, WebhookDelivery.endpoint_id),
        rows,
    )
    return written.mappings().all()


def since(session: Session, values: dict[str, Any]) -> Sequence[RowMapping]:
    """Ids and positions of events for an endpoint: `endpoint_id`, `after` a position, `since`, `until`, `limit`."""
    return session.execute(_SINCE, values).mappings().all()


def outgoing(connection: Connection, delivery_id: UUID) -> RowMapping | None:
    """Everything that one try needs."""
    return connection.execute(_OUTGOING, {"id": delivery_id}).mappings().one_or_none()


def add_try(session: Session, values: dict[str, Any]) -> None:
    session.execute(insert(WebhookTry).values(**values))


def endpoints(at: At) -> Sequence[RowMapping]:
    """Every endpoint, oldest first."""
    return at.execute(_shown().order_by(WebhookEndpoint.id)).mappings().all()


def endpoint(at: At, endpoint_id: UUID) -> RowMapping | None:
    return at.execute(_shown().where(WebhookEndpoint.id == endpoint_id)).mappings().one_or_none()


def _shown() -> Select[*tuple[Any, ...]]:
    return select(
        WebhookEndpoint.id,
        WebhookEndpoint.url,
        WebhookEndpoint.description,
        WebhookEndpoint.events,
        WebhookEndpoint.shut,
        WebhookEndpoint.shut_at,
        WebhookEndpoint.failing_since,
        WebhookEndpoint.delivered_at,
        WebhookEndpoint.old_secret_until,
        WebhookEndpoint.created_at,
    )


def lock(session: Session, endpoint_id: UUID) -> WebhookEndpoint | None:
    """An endpoint, locked until the transaction ends."""
    return session.get(WebhookEndpoint, endpoint_id, with_for_update=True)


def lock_delivery(session: Session, delivery_id: UUID) -> WebhookDelivery:
    """A delivery, locked until the transaction ends."""
    return session.get_one(WebhookDelivery, delivery_id, with_for_update=True)


def deliveries(
    at: At, endpoint_id: UUID, *, state: DeliveryState | None, before: UUID | None, limit: int
) -> Sequence[RowMapping]:
    """A page of an endpoint's log, newest first."""
    found = _delivered().where(WebhookDelivery.endpoint_id == endpoint_id)
    if state is not None:
        found = found.where(WebhookDelivery.state == state)
    if before is not None:
        found = found.where(WebhookDelivery.id < before)
    return at.execute(found.order_by(WebhookDelivery.id.desc()).limit(limit)).mappings().all()


def delivery(at: At, delivery_id: UUID) -> RowMapping | None:
    found = _delivered().add_columns(OutboundEvent.at.label("event_at"), OutboundEvent.data)
    return at.execute(found.where(WebhookDelivery.id == delivery_id)).mappings().one_or_none()


def _delivered() -> Select[*tuple[Any, ...]]:
    return select(
        WebhookDelivery.id,
        WebhookDelivery.endpoint_id,
        WebhookDelivery.event_id,
        OutboundEvent.type.label("event_type"),
        OutboundEvent.subject_id,
        WebhookDelivery.state,
        WebhookDelivery.tries,
        WebhookDelivery.status,
        WebhookDelivery.replay,
        WebhookDelivery.created_at,
        WebhookDelivery.finished_at,
    ).join(OutboundEvent, OutboundEvent.id == WebhookDelivery.event_id)


def tries(at: At, delivery_id: UUID) -> Sequence[RowMapping]:
    """How each try of a delivery went, newest first."""
    shown = select(WebhookTry.at, WebhookTry.took, WebhookTry.status, WebhookTry.error, WebhookTry.answer)
    found = shown.where(WebhookTry.delivery_id == delivery_id).order_by(WebhookTry.id.desc())
    return at.execute(found).mappings().all()


def skip_pending(session: Session, endpoint_id: UUID, now: datetime) -> int:
    """An endpoint is shut: what was on its way is not sent any more. Answers how many deliveries that were."""
    skipped = session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.state == DeliveryState.PENDING)
        .values(state=DeliveryState.SKIPPED, finished_at=now)
        .returning(WebhookDelivery.id)
    )
    return len(skipped.all())


def prune(session: Session, before: datetime, limit: int) -> int:
    """Forget up to `limit` events of before, with all that was sent of them; how many there were."""
    ids = list(
        session.scalars(
            select(OutboundEvent.id).where(OutboundEvent.at < before).limit(limit).with_for_update()
        )
    )
    sent = select(WebhookDelivery.id).where(WebhookDelivery.event_id.in_(ids))
    session.execute(delete(WebhookTry).where(WebhookTry.delivery_id.in_(sent)))
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.event_id.in_(ids)))
    session.execute(delete(OutboundEvent).where(OutboundEvent.id.in_(ids)))
    return len(ids)
