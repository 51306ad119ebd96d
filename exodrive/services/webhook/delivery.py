"""Telling endpoints what happened: who is told, each try, and doing it again. Called by jobs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from exodrive.core import observe
from exodrive.core.actor import SYSTEM
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Limited, Unavailable
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.job.rates import JobRates
from exodrive.services.webhook import event_repository, repository, rules
from exodrive.services.webhook.contracts import DeliverEvent, DeliveryState, ReplayEvents, SendEndpointShut
from exodrive.services.webhook.gateway import Sender
from exodrive.services.webhook.rules import Answer, Outcome

log = observe.logger(__name__)

Told = RowMapping | Mapping[str, Any]
_BATCH = 500
_PER_MINUTE = 600  # requests to one endpoint
_OPEN = (DeliveryState.PENDING, DeliveryState.FAILED)  # a failed one can be tried again by hand


class NotDelivered(Unavailable):
    """The endpoint did not take it; it will be tried again."""

    code = "not_delivered"


class AskedToWait(Limited):
    """The endpoint wants to be left alone for a while."""

    code = "asked_to_wait"


class DeliveryService:
    """The way of an event to an endpoint."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        sender: Sender,
        audit: AuditService,
        rates: JobRates,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._sender = sender
        self._audit = audit
        self._rates = rates

    def fan_out(self) -> int:
        """Give what happened its place in the feed and promise its deliveries; how many events there were. Those
        that another call has taken care of are found no more."""
        told = 0
        while True:
            with self._uow(SYSTEM) as uow:
                events = event_repository.place(uow.session, _BATCH)
                promise(uow, repository.fan_out(uow.session, events, uow.now) if events else ())
                uow.commit()
            told += len(events)
            if len(events) < _BATCH:
                return told

    def deliver(self, delivery_id: UUID) -> Answer | None:
        """One try; None where there is nothing to send any more. Raises `NotDelivered` or `AskedToWait` where there
        shall be another, `OverRate` where the endpoint has had enough for this minute."""
        with self._database.read() as connection:
            found = repository.outgoing(connection, delivery_id)
        if found is None or found["state"] not in _OPEN:
            return None
        if not found["wanted"]:
            with self._uow(SYSTEM) as uow:
                delivery = repository.lock_delivery(uow.session, delivery_id)
                delivery.state, delivery.finished_at = DeliveryState.SKIPPED, uow.now
                uow.commit()
            return None
        self._rates.take(f"webhook:{found['endpoint_id']}", _PER_MINUTE)
        body, now = compose(found), self._clock.now()
        headers = rules.headers(str(found["event_id"]), body, _secrets(found, now), now)
        answer = self._sender.post(found["url"], body, headers)
        _again(answer, self._record(delivery_id, answer))
        return answer

    def replay(self, asked: ReplayEvents) -> None:
        """Promise a part of what an endpoint wants to hear again, and the next part as another job."""
        with self._uow(SYSTEM) as uow:
            values = {
                "endpoint_id": asked.endpoint_id,
                "after": asked.after,
                "since": asked.since,
                "until": asked.until,
                "limit": _BATCH,
            }
            found = repository.since(uow.session, values)
            ids = [row["id"] for row in found]
            promise(uow, repository.again(uow.session, asked.endpoint_id, ids, uow.now) if ids else ())
            if len(found) == _BATCH:
                last = int(found[-1]["position"])
                uow.enqueue(
                    ReplayEvents(
                        endpoint_id=asked.endpoint_id, since=asked.since, until=asked.until, after=last
                    ),
                    unique_key=f"webhook.replay:{asked.endpoint_id}:{asked.until.isoformat()}:{last}",
                )
            uow.commit()

    def prune(self) -> int:
        """Forget what is older than the feed goes back, but nothing untold; how many events that were."""
        self.fan_out()
        forgotten = 0
        while True:
            with self._uow(SYSTEM) as uow:
                batch = event_repository.prune(uow.session, uow.now - rules.REMEMBERED, _BATCH)
                repository.prune_removed(uow.session)
                uow.commit()
            forgotten += batch
            if batch < _BATCH:
                return forgotten

    def _record(self, delivery_id: UUID, answer: Answer) -> Outcome:
        with self._uow(SYSTEM) as uow:
            delivery = repository.lock_delivery(uow.session, delivery_id)
            endpoint = repository.lock(uow.session, delivery.endpoint_id)
            if endpoint is None:
                raise AssertionError("a delivery has an endpoint")
            delivery.tries += 1
            outcome = rules.outcome(
                answer, tries=delivery.tries, failing_since=endpoint.failing_since, now=uow.now
            )
            delivery.state, delivery.status = outcome.state, answer.status
            delivery.finished_at = None if outcome.state is DeliveryState.PENDING else uow.now
            if answer.accepted:
                endpoint.failing_since, endpoint.delivered_at = None, uow.now
            else:
                endpoint.failing_since = endpoint.failing_since or uow.now
            if outcome.shut is not None and endpoint.shut is None:
                endpoint.shut, endpoint.shut_at = outcome.shut, uow.now
                repository.skip_pending(uow.session, endpoint.id, uow.now)
                self._audit.record(
                    uow, "webhook.shut", "webhook_endpoint", endpoint.id, reason=outcome.shut.value
                )
                uow.enqueue(
                    SendEndpointShut(endpoint_id=endpoint.id),
                    unique_key=f"mail:endpoint-shut:{endpoint.id}:{uow.now.isoformat()}",
                )
                log.error("webhook.endpoint_shut", endpoint_id=str(endpoint.id), reason=outcome.shut.value)
            repository.add_try(uow.session, _try(delivery_id, answer, uow.now))
            uow.commit()
        return outcome


def promise(uow: UnitOfWork, deliveries: Sequence[Told]) -> None:
    """A job for each delivery."""
    for row in deliveries:
        uow.enqueue(
            DeliverEvent(delivery_id=row["id"], endpoint_id=row["endpoint_id"]),
            unique_key=f"webhook.deliver:{row['id']}",
        )


def compose(event: Told) -> bytes:
    """The body of an event (`event_type`, `version`, `at`, `data`): the same bytes at each try."""
    told = {
        "type": event["event_type"].value,
        "version": event["version"],
        "timestamp": event["at"],
        "data": event["data"],
    }
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)


def _secrets(found: RowMapping, now: datetime) -> list[str]:
    until = found["old_secret_until"]
    old = [found["old_secret"]] if until is not None and until > now else []
    return [found["secret"], *old]


def _try(delivery_id: UUID, answer: Answer, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "delivery_id": delivery_id,
        "at": at,
        "took": answer.took,
        "status": answer.status,
        "error": answer.error,
        "answer": answer.excerpt,
    }


def _again(answer: Answer, outcome: Outcome) -> None:
    if answer.accepted or outcome.shut is not None:
        return
    words = answer.error or f"The endpoint answered {answer.status}."
    if outcome.wait:
        raise AskedToWait(words, retry_after=outcome.wait)
    raise NotDelivered(words)
