"""Webhook endpoints of a partner, and the feed for a partner that was down."""

from exodrive.api.access import partner, staff
from exodrive.api.call import Call
from exodrive.api.contracts.places import Nothing
from exodrive.api.contracts.webhooks import (
    Accepted,
    ChangeWebhook,
    Deliveries,
    Delivery,
    FindWebhook,
    HappenedEvent,
    HappenedEvents,
    ListDeliveries,
    ListEvents,
    ReplayWebhook,
    SentTest,
    Webhook,
    Webhooks,
    WebhookSecret,
)
from exodrive.api.procedure import delete, get, patch, post, procedure
from exodrive.core.errors import IllegalMove, Invalid, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import Scope
from exodrive.services.webhook.contracts import DELIVERY_PAGE, AddEndpoint, ChangeEndpoint
from exodrive.services.webhook.errors import CursorExpired, TooManyEndpoints
from exodrive.services.webhook.event_contracts import EventType
from exodrive.services.webhook.feed import EventFeedService
from exodrive.services.webhook.service import PartnerEndpointService
from exodrive.services.webhook.targets import TargetRefused

_ONE = {"webhook_id": "01a20ebf-be64-745f-8e72-037de9a7e137"}
_NEW = {
    "url": "https://hooks.palm.example/exodrive",
    "description": "Booking desk",
    "events": ["booking.confirmed", "booking.cancelled"],
}
_READS = partner(Scope.WEBHOOKS_READ)
_WRITES = partner(Scope.WEBHOOKS_WRITE)


@procedure("webhook.list", access=_READS, rest=get("/webhooks"), limit="120/minute", examples={"all": {}})
def webhooks(call: Call, _: Nothing) -> Webhooks:
    """Every endpoint of the partner, oldest first."""
    found = call.get(PartnerEndpointService).everything(call.actor)
    return Webhooks(webhooks=[Webhook.of(one) for one in found])


@procedure(
    "webhook.get",
    access=_READS,
    rest=get("/webhooks/{webhook_id}"),
    limit="120/minute",
    errors=(Missing,),
    examples={"an_endpoint": _ONE},
)
def webhook(call: Call, asked: FindWebhook) -> Webhook:
    """An endpoint."""
    return Webhook.of(call.get(PartnerEndpointService).get(asked.webhook_id, call.actor))


@procedure(
    "webhook.add",
    access=_WRITES,
    rest=post("/webhooks", 201),
    limit="30/minute",
    errors=(Invalid, TargetRefused, TooManyEndpoints),
    examples={"of_bookings": _NEW},
)
def add(call: Call, asked: AddEndpoint) -> WebhookSecret:
    """An address that is told of events from now on. Its secret verifies what it is sent (Standard Webhooks)."""
    made = call.get(PartnerEndpointService).add(asked, call.actor)
    return WebhookSecret(webhook_id=made.endpoint_id, secret=made.secret)


@procedure(
    "webhook.change",
    access=_WRITES,
    rest=patch("/webhooks/{webhook_id}"),
    limit="30/minute",
    errors=(Missing, Invalid),
    examples={"fewer_events": {**_ONE, "events": ["booking.confirmed"]}},
)
def change(call: Call, asked: ChangeWebhook) -> Webhook:
    """What an endpoint is for, and what it hears. From the next event on."""
    service = call.get(PartnerEndpointService)
    before = service.get(asked.webhook_id, call.actor)
    wanted = ChangeEndpoint(
        description=asked.description or before.description, events=asked.events or list(before.events)
    )
    service.change(asked.webhook_id, wanted, call.actor)
    return Webhook.of(service.get(asked.webhook_id, call.actor))


@procedure(
    "webhook.remove",
    access=_WRITES,
    rest=delete("/webhooks/{webhook_id}"),
    limit="30/minute",
    errors=(Missing,),
    examples={"an_endpoint": _ONE},
)
def remove(call: Call, asked: FindWebhook) -> Accepted:
    """End an endpoint. Nothing more is sent to it, and nobody sees it again."""
    call.get(PartnerEndpointService).remove(asked.webhook_id, call.actor)
    return Accepted()


@procedure(
    "webhook.shut",
    access=_WRITES,
    rest=post("/webhooks/{webhook_id}/shut"),
    limit="30/minute",
    errors=(Missing,),
    examples={"an_endpoint": _ONE},
)
def shut(call: Call, asked: FindWebhook) -> Webhook:
    """Send an endpoint nothing more. What was on its way is left out."""
    service = call.get(PartnerEndpointService)
    service.shut(asked.webhook_id, call.actor)
    return Webhook.of(service.get(asked.webhook_id, call.actor))


@procedure(
    "webhook.open",
    access=_WRITES,
    rest=post("/webhooks/{webhook_id}/open"),
    limit="30/minute",
    errors=(Missing, IllegalMove),
    examples={"an_endpoint": _ONE},
)
def reopen(call: Call, asked: FindWebhook) -> Webhook:
    """Send to an endpoint again. From the next event on; a replay brings what it missed."""
    service = call.get(PartnerEndpointService)
    service.open(asked.webhook_id, call.actor)
    return Webhook.of(service.get(asked.webhook_id, call.actor))


@procedure(
    "webhook.rotate",
    access=_WRITES,
    rest=post("/webhooks/{webhook_id}/secret"),
    limit="30/minute",
    errors=(Missing,),
    examples={"an_endpoint": _ONE},
)
def rotate(call: Call, asked: FindWebhook) -> WebhookSecret:
    """A new secret for an endpoint. The old one signs beside it for another day."""
    made = call.get(PartnerEndpointService).rotate(asked.webhook_id, call.actor)
    return WebhookSecret(webhook_id=made.endpoint_id, secret=made.secret)


@procedure(
    "webhook.test",
    access=_WRITES,
    rest=post("/webhooks/{webhook_id}/test", 202),
    limit="30/minute",
    errors=(Missing, IllegalMove),
    examples={"an_endpoint": _ONE},
)
def test(call: Call, asked: FindWebhook) -> SentTest:
    """Send an event that says nothing. To see that it arrives."""
    return SentTest(delivery_id=call.get(PartnerEndpointService).test(asked.webhook_id, call.actor))


@procedure(
    "webhook.replay",
    access=_WRITES,
    rest=post("/webhooks/{webhook_id}/replay", 202),
    limit="10/minute",
    errors=(Missing, IllegalMove),
    examples={"since_monday": {**_ONE, "since": "2026-06-01T00:00:00Z"}},
)
def replay(call: Call, asked: ReplayWebhook) -> Accepted:
    """Send an endpoint again all that it wants of what happened since."""
    call.get(PartnerEndpointService).replay(asked.webhook_id, asked.since, call.actor)
    return Accepted()


@procedure(
    "webhook.deliveries",
    access=_READS,
    rest=get("/webhooks/{webhook_id}/deliveries"),
    limit="120/minute",
    errors=(Missing,),
    examples={"that_failed": {**_ONE, "state": "failed"}},
)
def deliveries(call: Call, asked: ListDeliveries) -> Deliveries:
    """What an endpoint was sent, newest first, and how it went."""
    found = call.get(PartnerEndpointService).deliveries(
        asked.webhook_id, call.actor, state=asked.state, before=asked.cursor
    )
    page = [Delivery.of(one) for one in found[:DELIVERY_PAGE]]
    more = len(found) > DELIVERY_PAGE
    return Deliveries(items=page, has_more=more, next_cursor=page[-1].id if more else None)


@procedure(
    "event.list",
    access=partner(Scope.EVENTS_READ) | staff(StaffRole.MANAGER),
    rest=get("/events"),
    limit="120/minute",
    errors=(Invalid, CursorExpired),
    examples={"from_the_oldest": {"limit": 20, "types": ["booking.confirmed", "booking.cancelled"]}},
)
def events(call: Call, asked: ListEvents) -> HappenedEvents:
    """What happened, in the order in which it became known. For a partner what concerns it, from any place onward, so
    that nothing is missed by having been down."""
    page = call.get(EventFeedService).after(
        asked.cursor,
        actor=call.actor,
        limit=asked.limit,
        types=[EventType(one) for one in asked.types],
    )
    return HappenedEvents(
        items=[HappenedEvent.of(one) for one in page.items],
        has_more=page.has_more,
        next_cursor=page.next_cursor,
    )
