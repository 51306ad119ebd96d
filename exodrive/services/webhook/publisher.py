"""Saying what happened, in the transaction in which it happens."""

from collections.abc import Sequence

import orjson

from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork
from exodrive.services.webhook import repository
from exodrive.services.webhook.contracts import Event, FanOutEvents
from exodrive.services.webhook.rules import LARGEST

_ENVELOPE = 500  # bytes around an event's data


class WebhookPublisher:
    """Writes events: they exist if the transaction commits, and then everybody who wants them is told."""

    def publish(self, uow: UnitOfWork, events: Sequence[Event]) -> None:
        """Raises ValueError for an event that is not thin."""
        if not events:
            return
        if any(len(orjson.dumps(dict(event.data))) > LARGEST - _ENVELOPE for event in events):
            raise ValueError(f"an event is told in {LARGEST} bytes at most")
        ids = [new_id() for _ in events]
        repository.add_events(
            uow.session,
            [
                {
                    "id": event_id,
                    "type": event.type,
                    "subject_id": event.subject_id,
                    "data": dict(event.data),
                    "at": uow.now,
                }
                for event_id, event in zip(ids, events, strict=True)
            ],
        )
        uow.enqueue(FanOutEvents(event_id=ids[0]))
