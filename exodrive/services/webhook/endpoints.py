"""Endpoints of webhooks: who is told of what, and how it went."""

import secrets
from abc import ABC, abstractmethod
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.core.errors import IllegalMove, Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.webhook import delivery as delivering
from exodrive.services.webhook import event_repository, repository, rules
from exodrive.services.webhook.contracts import (
    DELIVERY_PAGE,
    MOST_ENDPOINTS,
    AddEndpoint,
    ChangeEndpoint,
    DeliveryState,
    DeliveryStory,
    DeliveryView,
    EndpointView,
    NewSecret,
    ReplayEvents,
    Shut,
    TryView,
)
from exodrive.services.webhook.errors import TooManyEndpoints
from exodrive.services.webhook.event_contracts import EndpointPayload, Event, EventType
from exodrive.services.webhook.gateway import Sender
from exodrive.services.webhook.models import WebhookDelivery, WebhookEndpoint
from exodrive.services.webhook.publisher import row_of

_UNKNOWN = "There is no such webhook."
_RANDOM = 32  # bytes of a secret
_SUBJECT = "webhook_endpoint"


class Endpoints(ABC):
    """What is done with endpoints, whoever does it; those who inherit it say who may, and with which. Every method
    raises `Forbidden`, and `Missing` for what is not there or not the actor's: both answer the same."""

    def __init__(
        self, *, uow: UnitOfWorkFactory, database: Database, audit: AuditService, sender: Sender
    ) -> None:
        self._uow = uow
        self._database = database
        self._audit = audit
        self._sender = sender

    @abstractmethod
    def _own(self, actor: Actor) -> UUID | None:
        """The partner whose endpoints are in the actor's reach, None for all of them. Raises `Forbidden`."""

    def everything(self, actor: Actor) -> tuple[EndpointView, ...]:
        """Every endpoint, oldest first."""
        return self._list(self._own(actor))

    def get(self, endpoint_id: UUID, actor: Actor) -> EndpointView:
        own = self._own(actor)
        with self._database.read() as connection:
            return _endpoint(_there(repository.endpoint(connection, endpoint_id, own)))

    def add(self, command: AddEndpoint, actor: Actor) -> NewSecret:
        """Raises `TargetRefused` for an address that nothing is ever sent to, `TooManyEndpoints`."""
        own = self._own(actor)
        self._sender.check(command.url)
        secret = rules.new_secret(secrets.token_bytes(_RANDOM))
        with self._uow(actor) as uow:
            if own is not None and repository.lock_number(uow.session, own) >= MOST_ENDPOINTS:
                raise TooManyEndpoints(f"You can have {MOST_ENDPOINTS} endpoints at most.")
            row = WebhookEndpoint(
                id=new_id(),
                partner_id=own,
                url=command.url,
                description=command.description,
                events=sorted(set(command.events)),
                secret=secret,
                created_at=uow.now,
            )
            uow.session.add(row)
            self._audit.record(uow, "webhook.added", _SUBJECT, row.id, events=row.events)
            uow.commit()
        return NewSecret(endpoint_id=row.id, secret=secret)

    def change(self, endpoint_id: UUID, command: ChangeEndpoint, actor: Actor) -> None:
        """What it is for and what it hears, from the next event on."""
        own = self._own(actor)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id, own)
            row.description, row.events = command.description, sorted(set(command.events))
            self._audit.record(uow, "webhook.changed", _SUBJECT, row.id, events=row.events)
            uow.commit()

    def rotate(self, endpoint_id: UUID, actor: Actor) -> NewSecret:
        """A new secret. The old one signs beside it for another day."""
        own = self._own(actor)
        secret = rules.new_secret(secrets.token_bytes(_RANDOM))
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id, own)
            row.old_secret, row.old_secret_until = row.secret, uow.now + rules.OVERLAP
            row.secret = secret
            self._audit.record(uow, "webhook.secret_rotated", _SUBJECT, row.id)
            uow.commit()
        return NewSecret(endpoint_id=endpoint_id, secret=secret)

    def shut(self, endpoint_id: UUID, actor: Actor) -> None:
        """Nothing more is sent; what was on its way is left out."""
        own = self._own(actor)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id, own)
            if row.shut is None:
                row.shut, row.shut_at = Shut.BY_STAFF if own is None else Shut.BY_PARTNER, uow.now
                skipped = repository.skip_pending(uow.session, row.id, uow.now)
                self._audit.record(
                    uow, "webhook.shut", _SUBJECT, row.id, reason=row.shut.value, skipped=skipped
                )
            uow.commit()

    def open(self, endpoint_id: UUID, actor: Actor) -> None:
        """Send again, from the next event on; `replay` brings what was missed. Raises `IllegalMove` for a partner whose
        endpoint was switched off by the staff."""
        own = self._own(actor)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id, own)
            if row.shut is Shut.BY_STAFF and own is not None:
                raise IllegalMove("We have switched this endpoint off. Please write to us.")
            if row.shut is not None:
                row.shut = row.shut_at = row.failing_since = None
                self._audit.record(uow, "webhook.opened", _SUBJECT, row.id)
            uow.commit()

    def remove(self, endpoint_id: UUID, actor: Actor) -> None:
        """Nothing more is sent, and nobody sees it again; what it was sent is forgotten with its events."""
        own = self._own(actor)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id, own)
            row.shut, row.shut_at = Shut.REMOVED, uow.now
            skipped = repository.skip_pending(uow.session, row.id, uow.now)
            self._audit.record(uow, "webhook.removed", _SUBJECT, row.id, skipped=skipped)
            uow.commit()

    def test(self, endpoint_id: UUID, actor: Actor) -> UUID:
        """Send an event that says nothing; the delivery's id. Raises `IllegalMove` while the endpoint is off."""
        own = self._own(actor)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id, own)
            _open(row)
            tried = Event(
                type=EventType.WEBHOOK_TEST,
                subject_id=row.id,
                data=EndpointPayload(endpoint_id=row.id),
                partner_id=row.partner_id,
            )
            event = row_of(tried, uow.now)
            event_repository.add_events(uow.session, [event])
            sent = WebhookDelivery(
                id=new_id(),
                event_id=event["id"],
                endpoint_id=row.id,
                state=DeliveryState.PENDING,
                created_at=uow.now,
            )
            uow.session.add(sent)
            uow.session.flush()
            delivering.promise(uow, [{"id": sent.id, "endpoint_id": row.id}])
            self._audit.record(uow, "webhook.tested", _SUBJECT, row.id)
            uow.commit()
        return sent.id

    def deliveries(
        self,
        endpoint_id: UUID,
        actor: Actor,
        *,
        state: DeliveryState | None = None,
        before: UUID | None = None,
    ) -> tuple[DeliveryView, ...]:
        """A page of an endpoint's log, newest first: one more than `DELIVERY_PAGE` where there is another page."""
        own = self._own(actor)
        with self._database.read() as connection:
            rows = repository.deliveries(
                connection, endpoint_id, own, state=state, before=before, limit=DELIVERY_PAGE + 1
            )
            if not rows:
                _there(repository.endpoint(connection, endpoint_id, own))
        return tuple(DeliveryView(**row) for row in rows)

    def story(self, delivery_id: UUID, actor: Actor) -> DeliveryStory:
        """A delivery with what is sent and every try."""
        own = self._own(actor)
        with self._database.read() as connection:
            row = _there(repository.delivery(connection, delivery_id))
            endpoint = _there(repository.endpoint(connection, row["endpoint_id"], own))
            tries = repository.tries(connection, delivery_id)
        return DeliveryStory(
            delivery=DeliveryView(**{name: row[name] for name in DeliveryView.__dataclass_fields__}),
            endpoint=_endpoint(endpoint),
            body=delivering.compose(row).decode(),
            tries=tuple(TryView(**one) for one in tries),
        )

    def send_again(self, delivery_id: UUID, actor: Actor) -> UUID:
        """Another delivery of the same event; its id. Raises `IllegalMove` while the endpoint is off."""
        own = self._own(actor)
        with self._uow(actor) as uow:
            row = _there(repository.delivery(uow.session, delivery_id))
            endpoint = self._lock(uow, row["endpoint_id"], own)
            _open(endpoint)
            made = repository.again(uow.session, endpoint.id, [row["event_id"]], uow.now)
            if not made:
                raise IllegalMove("The endpoint is not told of this kind of event any more.")
            delivering.promise(uow, made)
            self._audit.record(uow, "webhook.sent_again", _SUBJECT, endpoint.id, event=str(row["event_id"]))
            uow.commit()
        return UUID(str(made[0]["id"]))

    def replay(self, endpoint_id: UUID, since: datetime, actor: Actor) -> None:
        """Send again all that the endpoint wants of what happened since. Raises `IllegalMove` while it is off."""
        own = self._own(actor)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id, own)
            _open(row)
            uow.enqueue(
                ReplayEvents(endpoint_id=row.id, since=since, until=uow.now),
                unique_key=f"webhook.replay:{row.id}:{since.isoformat()}",
            )
            self._audit.record(uow, "webhook.replayed", _SUBJECT, row.id, since=since.isoformat())
            uow.commit()

    def _list(self, own: UUID | None) -> tuple[EndpointView, ...]:
        with self._database.read() as connection:
            return tuple(_endpoint(row) for row in repository.endpoints(connection, own))

    def _lock(self, uow: UnitOfWork, endpoint_id: UUID, own: UUID | None) -> WebhookEndpoint:
        row = repository.lock(uow.session, endpoint_id)
        if row is None or row.shut is Shut.REMOVED or own not in (None, row.partner_id):
            raise Missing(_UNKNOWN)
        return row


def _open(row: WebhookEndpoint) -> None:
    if row.shut is not None:
        raise IllegalMove("This endpoint is switched off. Switch it on first.")


def _there(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise Missing(_UNKNOWN)
    return row


def _endpoint(row: RowMapping) -> EndpointView:
    return EndpointView(**{**row, "events": tuple(row["events"])})
