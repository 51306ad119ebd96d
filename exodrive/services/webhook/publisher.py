"""Saying what happened, in the transaction in which it happens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork
from exodrive.services.webhook import event_repository
from exodrive.services.webhook.contracts import FanOutEvents
from exodrive.services.webhook.event_contracts import EVENT_PAYLOADS, LARGEST, Event

_ENVELOPE = 500  # bytes around an event's data


class WebhookPublisher:
    """Writes events: they exist if the transaction commits, and then everybody who wants them is told."""

    def publish(self, uow: UnitOfWork, events: Sequence[Event]) -> None:
        """Raises ValueError for an event that is not thin, or that tells another payload than its type has."""
        if not events:
            return
        rows = [row_of(event, uow.now) for event in events]
        event_repository.add_events(uow.session, rows)
        uow.enqueue(FanOutEvents(event_id=rows[0]["id"]))


def row_of(event: Event, now: datetime) -> dict[str, Any]:
    """An event as it is stored, under a new id. Raises ValueError as `publish` does."""
    if type(event.data) is not EVENT_PAYLOADS[event.type]:
        raise ValueError(f"{event.type} has another payload")
    told = orjson.dumps(event.data, option=orjson.OPT_UTC_Z)
    if len(told) > LARGEST - _ENVELOPE:
        raise ValueError(f"an event is told in {LARGEST} bytes at most")
    return {
        "id": new_id(),
        "type": event.type,
        "version": event.data.VERSION,
        "subject_id": event.subject_id,
        "partner_id": event.partner_id,
        "data": orjson.loads(told),
        "at": now,
    }
