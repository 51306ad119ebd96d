"""Carrying captures, voids and refunds to the gateway."""

from uuid import UUID

from exodrive.core import observe
from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.document.contracts import DocumentKind, MakeDocument
from exodrive.services.payment.announcing import PaymentEvents
from exodrive.services.payment.contracts import (
    Move,
    MoveState,
    SendPaymentFailedNotice,
    SendPaymentReceipt,
    SendRefundNotice,
)
from exodrive.services.payment.gateway import Gateway, GatewayRefused
from exodrive.services.payment.models import Payment
from exodrive.services.payment.repository import Authorisation, PaymentRepository

log = observe.logger(__name__)

_DONE = {Move.CAPTURE: "payment.captured", Move.VOID: "payment.voided", Move.REFUND: "payment.refunded"}
# A void is told by the mail about what it ends.
_TOLD = {Move.CAPTURE: SendPaymentReceipt, Move.REFUND: SendRefundNotice}


class MoveService:
    """Intents become deeds: the gateway is asked outside of any transaction, its answer is written in one."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        gateway: Gateway,
        audit: AuditService,
        events: PaymentEvents,
    ) -> None:
        self._uow = uow
        self._database = database
        self._gateway = gateway
        self._audit = audit
        self._events = events
        self._payments = PaymentRepository()

    def execute(self, payment_id: UUID, actor: Actor = SYSTEM) -> None:
        """Carry out a move, after the older ones of its authorisation that are still open. Repeating it changes
        nothing: each goes with the key of its intent. Raises `GatewayUnavailable`."""
        with self._database.sessions() as session:
            moves = self._payments.open_moves(session, payment_id)
        for row, parent in moves:
            self._execute(row, parent, actor)

    def _execute(self, row: Payment, parent: Payment, actor: Actor) -> None:
        failure = None
        try:
            reference = parent.gateway_reference or self._look_up(parent)
            if reference is not None:
                self._ask(row, reference)
            elif row.move is not Move.VOID:
                failure = "refused"
        except GatewayRefused as error:
            failure = error.reason
        with self._uow(actor) as uow:
            self._write(uow, parent.id, row.id, failure)
            uow.commit()

    def _look_up(self, parent: Payment) -> str | None:
        known = self._gateway.find(parent.idempotency_key)
        return known.reference if known else None

    def _ask(self, row: Payment, reference: str) -> None:
        match row.move:
            case Move.CAPTURE:
                self._gateway.capture(reference, row.amount, row.idempotency_key)
            case Move.VOID:
                self._gateway.void(reference, row.idempotency_key)
            case Move.REFUND:
                self._gateway.refund(reference, row.amount, row.idempotency_key)

    def _write(self, uow: UnitOfWork, parent_id: UUID, move_id: UUID, failure: str | None) -> None:
        parent, all_ = self._payments.lock(uow.session, parent_id)
        row = self._payments.lock_move(uow.session, move_id)
        if row.state is not MoveState.OPEN:
            return
        if row.move is Move.VOID and failure is None:
            self._released(uow, row, parent, next(item for item in all_ if item.id == parent.id))
        row.state = MoveState.FAILED if failure else MoveState.SUCCEEDED
        row.failure, row.settled_at = failure, uow.now
        if failure:
            log.error("payment.move_failed", payment_id=str(row.id), move=row.move.value, failure=failure)
        self._note(uow, row, "payment.move_failed" if failure else _DONE[row.move])
        self._events.settled(uow, row)
        mail = SendPaymentFailedNotice if failure else _TOLD.get(row.move)
        if mail is not None:
            uow.enqueue(mail(payment_id=row.id, booking_id=row.booking_id), unique_key=f"mail:move:{row.id}")
        if failure is None and row.move in (Move.CAPTURE, Move.REFUND):
            uow.enqueue(
                MakeDocument(kind=DocumentKind.RECEIPT, booking_id=row.booking_id),
                unique_key=f"document:receipt:{row.id}",
            )

    def _released(self, uow: UnitOfWork, row: Payment, parent: Payment, own: Authorisation) -> None:
        """A void releases whatever is not captured, also what a refused capture left behind."""
        if own.underway:
            parent.state, parent.failure, parent.settled_at = MoveState.FAILED, "released", uow.now
            self._note(uow, parent, "payment.failed")
        elif own.standing.reserved > 0:
            row.amount = own.standing.reserved

    def _note(self, uow: UnitOfWork, row: Payment, action: str) -> None:
        uow.session.flush()
        self._audit.record(
            uow,
            action,
            "booking",
            row.booking_id,
            payment_id=str(row.id),
            amount=row.amount,
            currency=row.currency,
            **({"failure": row.failure} if row.failure else {}),
        )
