"""What others are told of cars, by webhook: what changed about them, not when they are taken."""

from collections.abc import Sequence
from uuid import UUID

from exodrive.core.uow import UnitOfWork
from exodrive.services.car import repository
from exodrive.services.webhook.event_contracts import CarPayload, Event, EventType
from exodrive.services.webhook.publisher import WebhookPublisher


class CarEvents:
    """Tells how cars stand at the end of a unit of work. Whoever writes a car calls it, in the same transaction."""

    def __init__(self, publisher: WebhookPublisher) -> None:
        self._publisher = publisher

    def tell(self, uow: UnitOfWork, kind: EventType, car_ids: Sequence[UUID]) -> None:
        """An event for each of the cars, as they are now; retired ones too."""
        if not car_ids:
            return
        uow.session.flush()
        facts = repository.facts(uow.session, car_ids)
        self._publisher.publish(
            uow, [Event(type=kind, subject_id=row["id"], data=CarPayload(**row)) for row in facts]
        )
