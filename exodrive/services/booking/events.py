"""What others are told of bookings, by webhook: thin, and nothing personal."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.uow import UnitOfWork
from exodrive.services.booking import repository
from exodrive.services.webhook.contracts import Event, EventType
from exodrive.services.webhook.publisher import WebhookPublisher


class BookingEvents:
    """Tells how bookings stand at the end of a unit of work."""

    def __init__(self, publisher: WebhookPublisher) -> None:
        self._publisher = publisher

    def tell(self, uow: UnitOfWork, kind: EventType, booking_ids: Sequence[UUID]) -> None:
        """An event for each of the bookings, as they are now."""
        if not booking_ids:
            return
        uow.session.flush()
        facts = repository.facts(uow.session, booking_ids)
        self._publisher.publish(uow, [_event(kind, row) for row in facts])


def _event(kind: EventType, row: RowMapping) -> Event:
    data = {
        "id": str(row["id"]),
        "reference": row["reference"],
        "state": row["state"].value,
        "car_id": str(row["car_id"]),
        "starts_at": row["starts_at"].isoformat(),
        "ends_at": row["ends_at"].isoformat(),
        "total": row["total"],
        "currency": row["currency"],
    }
    return Event(type=kind, subject_id=row["id"], data=data)
