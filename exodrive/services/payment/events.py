"""Webhooks in, and the sweeper that makes them dispensable."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from exodrive.core import observe
from exodrive.core.actor import SYSTEM, Actor, ActorKind
from exodrive.core.clock import Clock
from exodrive.core.errors import Missing
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.payment.contracts import ExecuteMove, Move, ReadGatewayEvent, SettlePayment
from exodrive.services.payment.gateway import Gateway
from exodrive.services.payment.repository import EventRepository, PaymentRepository

log = observe.logger(__name__)

_BATCH = 500
_ALARM_AFTER = timedelta(hours=1)


class PaymentEventService:
    """An event is a hint: it is stored, and the gateway is asked what is true."""

    def __init__(self, uow: UnitOfWorkFactory, clock: Clock, gateway: Gateway) -> None:
        self._uow = uow
        self._clock = clock
        self._gateway = gateway
        self._events = EventRepository()
        self._payments = PaymentRepository()

    def receive(self, gateway: str, headers: Mapping[str, str], body: bytes) -> None:
        """Verify an event over its raw bytes, store it once, promise to act on it. Raises `BadSignature`; `Missing`
        for a gateway that is not in use."""
        if gateway != self._gateway.name:
            raise Missing("There is no such gateway.")
        event = self._gateway.parse_event(headers, body, self._clock.now())
        with self._uow(Actor(kind=ActorKind.GATEWAY, id=gateway)) as uow:
            stored = self._events.add(uow.session, gateway, event, body.decode(), uow.now)
            if stored is not None:
                uow.enqueue(ReadGatewayEvent(event_id=stored))
            uow.commit()

    def read(self, event_id: UUID) -> None:
        """Have the payment of a stored event settled."""
        with self._uow(SYSTEM) as uow:
            event = self._events.lock(uow.session, event_id)
            if event is None or event.processed_at is not None:
                return
            uow.actor = Actor(kind=ActorKind.GATEWAY, id=event.source)
            event.processed_at = uow.now
            payment = event.gateway_reference and self._payments.find_by_reference(
                uow.session, event.source, event.gateway_reference
            )
            if payment:
                # A key of the event's own: a settling that runs already may have asked before this change.
                uow.enqueue(
                    SettlePayment(payment_id=payment.id, booking_id=payment.booking_id),
                    unique_key=f"payment.settle:{payment.id}:{event.id}",
                )
            else:  # the sweeper finds a charge by its key, should the reference have been lost
                log.warning("webhook.unknown_reference", event_id=str(event.id), source=event.source)
            uow.commit()


class PaymentSweeper:
    """Finds what a crash, a lost message or a closed tab left open."""

    def __init__(self, uow: UnitOfWorkFactory) -> None:
        self._uow = uow
        self._payments = PaymentRepository()

    def sweep(self) -> int:
        """Promise another look at each intent that is open for too long; answers how many."""
        with self._uow(SYSTEM) as uow:
            found = self._payments.overdue(uow.session, uow.now, _BATCH)
            for row in found:
                if row.move is Move.AUTHORISE:
                    uow.enqueue(
                        SettlePayment(payment_id=row.id, booking_id=row.booking_id),
                        unique_key=f"payment.settle:{row.id}",
                    )
                    continue
                uow.enqueue(
                    ExecuteMove(payment_id=row.id, booking_id=row.booking_id),
                    unique_key=f"payment.move:{row.id}",
                )
                if uow.now - row.created_at > _ALARM_AFTER:
                    log.error("payment.move_overdue", payment_id=str(row.id), move=row.move.value)
            uow.commit()
        return len(found)
