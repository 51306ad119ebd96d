"""What others are told of bookings, by webhook: thin, and nothing personal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from exodrive.core.uow import UnitOfWork
from exodrive.services.booking import repository
from exodrive.services.booking.contracts import BookingState
from exodrive.services.webhook.event_contracts import BookingPayload, Event, EventType
from exodrive.services.webhook.publisher import WebhookPublisher, row_of

_TOLD = tuple(BookingPayload.__dataclass_fields__)


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

    def held(self, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The event of a hold, for the statement that writes both: `values` are those of the booking. Whoever writes
        it promises `FanOutEvents`."""
        row = row_of(_event(EventType.BOOKING_HELD, {**values, "state": BookingState.HELD}), now)
        return {f"event_{name}": row[name] for name in ("id", "version", "data")}


def _event(kind: EventType, facts: Mapping[Any, Any]) -> Event:
    told = {name: facts[name] for name in _TOLD}
    return Event(
        type=kind, subject_id=facts["id"], data=BookingPayload(**told), partner_id=facts["partner_id"]
    )
