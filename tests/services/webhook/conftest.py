"""A partner that listens, a manager who lets it, and the worker of the queue."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import wireup

from exodrive.core.actor import SYSTEM, Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.webhook.contracts import AddEndpoint, DeliveryView, EndpointView, NewSecret
from exodrive.services.webhook.event_contracts import (
    EVENT_PAYLOADS,
    SUBSCRIBABLE,
    BookingPayload,
    CarPayload,
    Event,
    EventType,
    Payload,
    PaymentPayload,
)
from exodrive.services.webhook.publisher import WebhookPublisher
from exodrive.services.webhook.service import EndpointService, PartnerEndpointService
from tests.factories import NOW, make_partner
from tests.services.booking.post import Post, open_post
from tests.services.webhook.receiver import Receiver, receiving
from tests.smtp import Inbox

BOOKING = UUID("019a0000-0000-7000-8000-00000000000b")
MANAGER = Actor(kind=ActorKind.STAFF, id=str(uuid4()), role=StaffRole.MANAGER)
_SAMPLES: dict[type[Payload], Any] = {
    BookingPayload: BookingPayload(
        id=BOOKING,
        reference="K7QM4TR9",
        state="confirmed",
        car_id=BOOKING,
        starts_at=NOW,
        ends_at=NOW + timedelta(days=3),
        total=267_000,
        currency="USD",
    ),
    PaymentPayload: PaymentPayload(
        id=BOOKING, booking_id=BOOKING, move="capture", amount=267_000, currency="USD", failure=None
    ),
    CarPayload: CarPayload(
        id=BOOKING,
        slug="ferrari-roma",
        make="Ferrari",
        model="Roma",
        year=2024,
        category="grand_tourer",
        location="los-angeles",
        active=True,
        daily_rate=89_000,
        weekend_rate=99_000,
        deposit=500_000,
        currency="USD",
        minimum_days=1,
        minimum_age=25,
    ),
}


def event(kind: EventType, partner: Actor | None = None, **over: Any) -> Event:
    """An event as its room would make it; `over` replaces parts of what it tells."""
    data = dataclasses.replace(_SAMPLES[EVENT_PAYLOADS[kind]], **over)
    return Event(
        type=kind,
        subject_id=BOOKING,
        data=data,
        partner_id=UUID(partner.id) if partner and partner.id else None,
    )


def partner_of(database: Database, **over: Any) -> Actor:
    """A partner, as it acts through the API."""
    return Actor(kind=ActorKind.PARTNER, id=str(make_partner(database, **over).id))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


class Exchange:
    """Both ends: what happens here, what is promised, and what arrives there."""

    def __init__(self, get: Any, post: Post, receiver: Receiver, clock: ManualClock) -> None:
        self.endpoints: EndpointService = get(EndpointService)
        self.own: PartnerEndpointService = get(PartnerEndpointService)
        self.post = post
        self.receiver = receiver
        self.clock = clock
        self._get = get

    def listen(self, *events: str, partner: Actor | None = None) -> NewSecret:
        """The receiver wants to hear of those; of everything where none is named. It is the partner's, if one is."""
        wanted = list(events or SUBSCRIBABLE)
        command = AddEndpoint(url=self.receiver.url, description="Palm Hotel", events=wanted)
        return self.own.add(command, partner) if partner else self.endpoints.add(command, MANAGER)

    def happen(
        self, kind: EventType = EventType.BOOKING_CONFIRMED, partner: Actor | None = None, **over: Any
    ) -> None:
        """Something happens, to a booking where nothing else is said; to one of the partner's, if one is named."""
        with self._get(UnitOfWorkFactory)(SYSTEM) as uow:
            self._get(WebhookPublisher).publish(uow, [event(kind, partner, **over)])
            uow.commit()

    def run(self, later: timedelta = timedelta()) -> None:
        """Let the time pass, and the worker do what is due."""
        self.post.travel(self.clock.now() + later, "webhook")

    def log(self, partner: NewSecret) -> list[DeliveryView]:
        return list(self.endpoints.deliveries(partner.endpoint_id, MANAGER))

    def see(self, partner: NewSecret) -> EndpointView:
        return self.endpoints.get(partner.endpoint_id, MANAGER)


@pytest.fixture
def exchange(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox, receiver: Receiver
) -> Iterator[Exchange]:
    with open_post(container, database, clock, smtp) as post:
        yield Exchange(container.get, post, receiver, clock)
