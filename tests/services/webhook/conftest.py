"""A partner that listens, a manager who lets it, and the worker of the queue."""

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
from exodrive.services.webhook.contracts import (
    SUBSCRIBABLE,
    AddEndpoint,
    DeliveryView,
    EndpointView,
    Event,
    EventType,
)
from exodrive.services.webhook.publisher import WebhookPublisher
from exodrive.services.webhook.service import EndpointService, NewSecret
from tests.services.booking.post import Post, open_post
from tests.services.webhook.receiver import Receiver, receiving
from tests.smtp import Inbox

BOOKING = UUID("019a0000-0000-7000-8000-00000000000b")
MANAGER = Actor(kind=ActorKind.STAFF, id=str(uuid4()), role=StaffRole.MANAGER)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


class Exchange:
    """Both ends: what happens here, what is promised, and what arrives there."""

    def __init__(self, get: Any, post: Post, receiver: Receiver, clock: ManualClock) -> None:
        self.endpoints: EndpointService = get(EndpointService)
        self.post = post
        self.receiver = receiver
        self.clock = clock
        self._get = get

    def listen(self, *events: str) -> NewSecret:
        """The receiver wants to hear of those; of everything where none is named."""
        wanted = list(events or SUBSCRIBABLE)
        command = AddEndpoint(url=self.receiver.url, description="Palm Hotel", events=wanted)
        return self.endpoints.add(command, MANAGER)

    def happen(self, kind: EventType = EventType.BOOKING_CONFIRMED, **data: Any) -> None:
        """Something happens to a booking."""
        with self._get(UnitOfWorkFactory)(SYSTEM) as uow:
            event = Event(type=kind, subject_id=BOOKING, data={"id": str(BOOKING), **data})
            self._get(WebhookPublisher).publish(uow, [event])
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
