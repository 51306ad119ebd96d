"""SQL of endpoints and of what is sent to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    delete,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from exodrive.core.ids import new_id
from exodrive.core.types import EncryptedText, EnumText
from exodrive.services.partner.contracts import PartnerState
from exodrive.services.partner.models import Partner
from exodrive.services.webhook.contracts import DeliveryState, Shut
from exodrive.services.webhook.event_contracts import EventType
from exodrive.services.webhook.event_repository import EVERYONES
from exodrive.services.webhook.models import OutboundEvent, WebhookDelivery, WebhookEndpoint, WebhookTry

At = Session | Connection

# Who is told of what: the business of everything, a partner of what is its own and of what is everyone's.
_CONCERNS = f"""
    event.type = ANY (endpoint.events)
    AND (endpoint.partner_id IS NULL OR endpoint.partner_id = event.partner_id OR event.type IN ({EVERYONES}))
"""
_OWNED = "webhook_endpoint endpoint LEFT JOIN partner ON partner.id = endpoint.partner_id"
_ON = f"endpoint.shut IS NULL AND coalesce(partner.state, 'active') = '{PartnerState.ACTIVE.value}'"
_WANTED = text(
    f"""
    SELECT event.id AS event_id, endpoint.id AS endpoint_id, 0 AS replay
    FROM outbound_event event JOIN ({_OWNED}) ON {_CONCERNS}
    WHERE {_ON} AND event.id = ANY (:ids)
    ORDER BY event.position, endpoint.id
    """  # noqa: S608  constants
)
_WANTED_AGAIN = text(
    f"""
    SELECT event.id AS event_id, endpoint.id AS endpoint_id,
           (SELECT coalesce(max(replay) + 1, 0) FROM webhook_delivery known
            WHERE known.event_id = event.id AND known.endpoint_id = endpoint.id) AS replay
    FROM outbound_event event JOIN ({_OWNED}) ON {_CONCERNS}
    WHERE {_ON} AND endpoint.id = :endpoint_id AND event.id = ANY (:ids)
    ORDER BY event.position
    """  # noqa: S608  constants
)
_SINCE = text(
    f"""
    SELECT event.id, event.position FROM outbound_event event
    JOIN webhook_endpoint endpoint ON endpoint.id = :endpoint_id AND {_CONCERNS}
    WHERE event.position > :after AND event.at >= :since AND event.at < :until
    ORDER BY event.position LIMIT :limit
    """  # noqa: S608  constants
)
_OUTGOING = text(
    f"""
    SELECT delivery.state, delivery.tries, event.id AS event_id, event.type AS event_type, event.version,
           event.at, event.data, endpoint.id AS endpoint_id, endpoint.url, endpoint.secret, endpoint.old_secret,
           endpoint.old_secret_until, {_ON} AS wanted
    FROM webhook_delivery delivery
    JOIN outbound_event event ON event.id = delivery.event_id
    JOIN ({_OWNED}) ON endpoint.id = delivery.endpoint_id
    WHERE delivery.id = :id
    """  # noqa: S608  constants
).columns(
    state=EnumText(DeliveryState),
    event_type=EnumText(EventType),
    url=EncryptedText,
    secret=EncryptedText,
    old_secret=EncryptedText,
)


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


def endpoints(at: At, own: UUID | None) -> Sequence[RowMapping]:
    """Every endpoint, or every one of a partner, oldest first."""
    return at.execute(_shown(own).order_by(WebhookEndpoint.id)).mappings().all()


def endpoint(at: At, endpoint_id: UUID, own: UUID | None) -> RowMapping | None:
    """An endpoint; that of a partner, if it is given."""
    return at.execute(_shown(own).where(WebhookEndpoint.id == endpoint_id)).mappings().one_or_none()


def _shown(own: UUID | None) -> Select[*tuple[Any, ...]]:
    found = select(
        WebhookEndpoint.id,
        WebhookEndpoint.partner_id,
        Partner.name.label("partner"),
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
    return found.outerjoin(Partner, Partner.id == WebhookEndpoint.partner_id).where(*_within(own))


def _within(own: UUID | None) -> list[ColumnElement[bool]]:
    """Not removed, and the partner's, if one is given."""
    there = WebhookEndpoint.shut.is_distinct_from(Shut.REMOVED)
    return [there] if own is None else [there, WebhookEndpoint.partner_id == own]


def owner_email(at: At, endpoint_id: UUID) -> str | None:
    """Where the partner is reached whose endpoint it is."""
    found = select(Partner.email).join(WebhookEndpoint, WebhookEndpoint.partner_id == Partner.id)
    return at.execute(found.where(WebhookEndpoint.id == endpoint_id)).scalar_one_or_none()


def lock(session: Session, endpoint_id: UUID) -> WebhookEndpoint | None:
    """An endpoint, locked until the transaction ends."""
    return session.get(WebhookEndpoint, endpoint_id, with_for_update=True)


def lock_number(session: Session, partner_id: UUID) -> int:
    """How many endpoints a partner has; nobody else adds one until the transaction ends."""
    session.execute(select(Partner.id).where(Partner.id == partner_id).with_for_update(key_share=True))
    return session.execute(select(func.count()).where(*_within(partner_id))).scalar_one()


def lock_delivery(session: Session, delivery_id: UUID) -> WebhookDelivery:
    """A delivery, locked until the transaction ends."""
    return session.get_one(WebhookDelivery, delivery_id, with_for_update=True)


def deliveries(
    at: At,
    endpoint_id: UUID,
    own: UUID | None,
    *,
    state: DeliveryState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[RowMapping]:
    """A page of an endpoint's log, newest first; of a partner's endpoint, if it is given."""
    reach = select(WebhookEndpoint.id).where(WebhookEndpoint.id == endpoint_id, *_within(own))
    found = _delivered().where(WebhookDelivery.endpoint_id.in_(reach))
    if state is not None:
        found = found.where(WebhookDelivery.state == state)
    if before is not None:
        found = found.where(WebhookDelivery.id < before)
    return at.execute(found.order_by(WebhookDelivery.id.desc()).limit(limit)).mappings().all()


def delivery(at: At, delivery_id: UUID) -> RowMapping | None:
    found = _delivered().add_columns(OutboundEvent.version, OutboundEvent.at, OutboundEvent.data)
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


def prune_removed(session: Session) -> None:
    """Forget the endpoints that were taken away and of which nothing is left in the log."""
    logged = exists().where(WebhookDelivery.endpoint_id == WebhookEndpoint.id)
    session.execute(
        delete(WebhookEndpoint).where(WebhookEndpoint.shut == Shut.REMOVED, ~logged),
        execution_options={"synchronize_session": False},
    )
