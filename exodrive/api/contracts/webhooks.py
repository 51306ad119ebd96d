"""Webhook endpoints of a partner, what they were sent, and the feed of events."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.services.webhook.contracts import DeliveryState, DeliveryView, EndpointView, Shut
from exodrive.services.webhook.event_contracts import SUBSCRIBABLE, EventType, EventView

_EVENTS = validate.ContainsOnly(SUBSCRIBABLE)


@contract
class FindWebhook:
    """One endpoint."""

    webhook_id: UUID = field(label="Endpoint")


@contract
class ChangeWebhook:
    """What is to be different about an endpoint; what is not given stays. Another address is another endpoint."""

    webhook_id: UUID = field(label="Endpoint")
    description: str | None = field(validate.Length(min=1, max=80), default=None, label="What it is for")
    events: list[str] | None = field(
        validate.Length(min=1, error="Please choose one at least."), _EVENTS, default=None, label="Events"
    )


@contract
class ReplayWebhook:
    """From when on an endpoint is told again. Events are kept for 30 days."""

    webhook_id: UUID = field(label="Endpoint")
    since: datetime = field(label="Since", example="2026-11-01T00:00:00Z")


@contract
class ListDeliveries:
    """A part of what an endpoint was sent, newest first."""

    webhook_id: UUID = field(label="Endpoint")
    state: DeliveryState | None = field(default=None, label="State")
    cursor: UUID | None = field(default=None, label="Where to go on")


@contract
class ListEvents:
    """A part of the feed, after `cursor`, of some types or of all. Without a cursor: from the oldest that is kept."""

    cursor: str | None = field(validate.Length(max=80), default=None, label="Where to go on")
    limit: int = field(validate.Range(min=1, max=100), default=50, label="Events at most")
    types: list[str] = field(_EVENTS, default_factory=list, label="Types")


@contract
class Webhook:
    """An endpoint. `shut` says why it is told nothing; `old_secret_until` while the secret before the present one still
    signs as well."""

    id: UUID
    url: str
    description: str
    events: list[str]
    shut: Shut | None
    shut_at: datetime | None
    failing_since: datetime | None
    delivered_at: datetime | None
    old_secret_until: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, view: EndpointView) -> Self:
        same = {name: getattr(view, name) for name in cls.__dataclass_fields__ if name != "events"}
        return cls(**same, events=list(view.events))


@contract
class Webhooks:
    """Every endpoint of the partner, oldest first."""

    webhooks: list[Webhook]


@contract
class WebhookSecret:
    """An endpoint's secret: told now, and never again."""

    webhook_id: UUID
    secret: str


@contract
class SentTest:
    """A test that is on its way."""

    delivery_id: UUID


@contract
class Accepted:
    """It will be done."""

    accepted: bool = True


@contract
class Delivery:
    """An event on its way to an endpoint. `status` is the last HTTP answer; `replay` counts repetitions on purpose."""

    id: UUID
    event_id: UUID
    event_type: EventType
    subject_id: UUID
    state: DeliveryState
    tries: int
    status: int | None
    replay: int
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, view: DeliveryView) -> Self:
        return cls(**{name: getattr(view, name) for name in cls.__dataclass_fields__})


@contract
class Deliveries:
    """What an endpoint was sent, newest first, a part of it."""

    items: list[Delivery]
    has_more: bool
    next_cursor: UUID | None


@contract
class HappenedEvent:
    """An event, as webhooks tell it. `data` is the payload of its type and `version`."""

    id: UUID
    type: EventType
    version: int
    occurred_at: datetime
    subject_id: UUID
    data: dict[str, Any]

    @classmethod
    def of(cls, view: EventView) -> Self:
        return cls(
            id=view.id,
            type=view.type,
            version=view.version,
            occurred_at=view.occurred_at,
            subject_id=view.subject_id,
            data=dict(view.data),
        )


@contract
class HappenedEvents:
    """A part of the feed, in its order. `next_cursor` leads on, also to what is not there yet: keep it for next time
    where there is no more."""

    items: list[HappenedEvent]
    has_more: bool
    next_cursor: str
