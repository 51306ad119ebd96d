"""Endpoints of webhooks, for the staff: who is told of what, and how it went."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.core.errors import IllegalMove, Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.webhook import delivery as delivering
from exodrive.services.webhook import repository, rules
from exodrive.services.webhook.contracts import (
    AddEndpoint,
    ChangeEndpoint,
    DeliveryState,
    DeliveryStory,
    DeliveryView,
    EndpointView,
    EventType,
    ReplayEvents,
    Shut,
    TryView,
)
from exodrive.services.webhook.gateway import Sender
from exodrive.services.webhook.models import WebhookDelivery, WebhookEndpoint

PAGE = 50
_RANDOM = 32  # bytes of a secret
_SUBJECT = "webhook_endpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """An endpoint's secret, on the only occasion that it is told."""

    endpoint_id: UUID
    secret: str


class EndpointService:
    """For managers and owners. Every method raises `Forbidden` for others, and `Missing`."""

    def __init__(
        self, *, uow: UnitOfWorkFactory, database: Database, audit: AuditService, sender: Sender
    ) -> None:
        self._uow = uow
        self._database = database
        self._audit = audit
        self._sender = sender

    def everything(self, actor: Actor) -> tuple[EndpointView, ...]:
        """Every endpoint, oldest first."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            return tuple(_endpoint(row) for row in repository.endpoints(connection))

    def get(self, endpoint_id: UUID, actor: Actor) -> EndpointView:
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            return _endpoint(_there(repository.endpoint(connection, endpoint_id)))

    def add(self, command: AddEndpoint, actor: Actor) -> NewSecret:
        """Raises `TargetRefused` for an address that nothing is ever sent to."""
        require(actor, StaffRole.MANAGER)
        self._sender.check(command.url)
        secret = rules.new_secret(secrets.token_bytes(_RANDOM))
        with self._uow(actor) as uow:
            row = WebhookEndpoint(
                id=new_id(),
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
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id)
            row.description, row.events = command.description, sorted(set(command.events))
            self._audit.record(uow, "webhook.changed", _SUBJECT, row.id, events=row.events)
            uow.commit()

    def rotate(self, endpoint_id: UUID, actor: Actor) -> NewSecret:
        """A new secret. The old one signs beside it for another day."""
        require(actor, StaffRole.MANAGER)
        secret = rules.new_secret(secrets.token_bytes(_RANDOM))
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id)
            row.old_secret, row.old_secret_until = row.secret, uow.now + rules.OVERLAP
            row.secret = secret
            self._audit.record(uow, "webhook.secret_rotated", _SUBJECT, row.id)
            uow.commit()
        return NewSecret(endpoint_id=endpoint_id, secret=secret)

    def shut(self, endpoint_id: UUID, actor: Actor) -> None:
        """Nothing more is sent; what was on its way is left out."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id)
            if row.shut is None:
                row.shut, row.shut_at = Shut.BY_STAFF, uow.now
                skipped = repository.skip_pending(uow.session, row.id, uow.now)
                self._audit.record(
                    uow, "webhook.shut", _SUBJECT, row.id, reason=Shut.BY_STAFF.value, skipped=skipped
                )
            uow.commit()

    def open(self, endpoint_id: UUID, actor: Actor) -> None:
        """Send again, from the next event on; `replay` brings what was missed."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id)
            if row.shut is not None:
                row.shut = row.shut_at = row.failing_since = None
                self._audit.record(uow, "webhook.opened", _SUBJECT, row.id)
            uow.commit()

    def test(self, endpoint_id: UUID, actor: Actor) -> UUID:
        """Send an event that says nothing; the delivery's id. Raises `IllegalMove` while the endpoint is off."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id)
            _open(row)
            event_id = new_id()
            event = {"id": event_id, "type": EventType.WEBHOOK_TEST, "subject_id": row.id, "at": uow.now}
            repository.add_events(uow.session, [event | {"data": {"endpoint_id": str(row.id)}}])
            sent = WebhookDelivery(
                id=new_id(),
                event_id=event_id,
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
        """A page of an endpoint's log, newest first: one more than `PAGE` where there is another page."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            rows = repository.deliveries(connection, endpoint_id, state=state, before=before, limit=PAGE + 1)
        return tuple(DeliveryView(**row) for row in rows)

    def story(self, delivery_id: UUID, actor: Actor) -> DeliveryStory:
        """A delivery with what is sent and every try."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            row = _there(repository.delivery(connection, delivery_id))
            endpoint = _there(repository.endpoint(connection, row["endpoint_id"]))
            tries = repository.tries(connection, delivery_id)
        shown = dict(row)
        event = {"type": row["event_type"], "at": shown.pop("event_at"), "data": shown.pop("data")}
        return DeliveryStory(
            delivery=DeliveryView(**shown),
            endpoint=_endpoint(endpoint),
            body=delivering.compose(event).decode(),
            tries=tuple(TryView(**one) for one in tries),
        )

    def send_again(self, delivery_id: UUID, actor: Actor) -> UUID:
        """Another delivery of the same event; its id. Raises `IllegalMove` while the endpoint is off."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = _there(repository.delivery(uow.session, delivery_id))
            endpoint = self._lock(uow, row["endpoint_id"])
            _open(endpoint)
            made = repository.again(uow.session, endpoint.id, [row["event_id"]], uow.now)
            if not made:
                raise IllegalMove("The endpoint does not want this kind of event any more.")
            delivering.promise(uow, made)
            self._audit.record(uow, "webhook.sent_again", _SUBJECT, endpoint.id, event=str(row["event_id"]))
            uow.commit()
        return UUID(str(made[0]["id"]))

    def replay(self, endpoint_id: UUID, since: datetime, actor: Actor) -> None:
        """Send again all that the endpoint wants of what happened since. Raises `IllegalMove` while it is off."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = self._lock(uow, endpoint_id)
            _open(row)
            uow.enqueue(
                ReplayEvents(endpoint_id=row.id, since=since, until=uow.now),
                unique_key=f"webhook.replay:{row.id}:{since.isoformat()}",
            )
            self._audit.record(uow, "webhook.replayed", _SUBJECT, row.id, since=since.isoformat())
            uow.commit()

    def _lock(self, uow: UnitOfWork, endpoint_id: UUID) -> WebhookEndpoint:
        row = repository.lock(uow.session, endpoint_id)
        if row is None:
            raise Missing("There is no such endpoint.")
        return row


def _open(row: WebhookEndpoint) -> None:
    if row.shut is not None:
        raise IllegalMove("This endpoint is switched off. Switch it on first.")


def _there(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise Missing("There is no such webhook.")
    return row


def _endpoint(row: RowMapping) -> EndpointView:
    return EndpointView(**{**row, "events": tuple(row["events"])})
