"""Carrying captures, voids, refunds and renewals to the gateway."""

from uuid import UUID

from exodrive.core import observe
from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.document.contracts import DocumentKind, MakeDocument
from exodrive.services.payment import renewals
from exodrive.services.payment.announcing import PaymentEvents
from exodrive.services.payment.authorisations import Authorisation
from exodrive.services.payment.contracts import (
    ChargeReport,
    Move,
    MoveState,
    SendPaymentFailedNotice,
    SendPaymentReceipt,
    SendRefundNotice,
)
from exodrive.services.payment.gateway import Gateway, GatewayRefused
from exodrive.services.payment.models import Payment
from exodrive.services.payment.repository import PaymentRepository
from exodrive.services.payment.rules import OWN_CHOICE

log = observe.logger(__name__)

_DONE = {
    Move.CAPTURE: "payment.captured",
    Move.VOID: "payment.voided",
    Move.REFUND: "payment.refunded",
    Move.RENEW: "payment.renewed",
}
# A void is told by the mail about what it ends; a renewal is none of the customer's business.
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
            if row.move is Move.RENEW:  # the moves behind it go by the new charge's reference
                self.execute(payment_id, actor)
                return

    def _execute(self, row: Payment, parent: Payment, actor: Actor) -> None:
        failure = report = None
        try:
            reference = parent.gateway_reference or self._look_up(parent)
            if reference is not None:
                report = self._ask(row, reference)
            elif row.move is not Move.VOID:
                failure = "refused"
        except GatewayRefused as error:
            failure = error.reason
        if row.move is Move.RENEW and report is None:
            failure = failure or "released"
        with self._uow(actor) as uow:
            self._write(uow, parent.id, row.id, report, failure)
            uow.commit()

    def _look_up(self, parent: Payment) -> str | None:
        known = self._gateway.find(parent.idempotency_key)
        return known.reference if known else None

    def _ask(self, row: Payment, reference: str) -> ChargeReport | None:
        match row.move:
            case Move.CAPTURE:
                return self._gateway.capture(reference, row.amount, row.idempotency_key)
            case Move.VOID:
                return self._gateway.void(reference, row.idempotency_key)
            case Move.REFUND:
                return self._gateway.refund(reference, row.amount, row.idempotency_key)
            case Move.RENEW if self._wanted(row) or self._gateway.find(row.idempotency_key):
                return self._gateway.renew(reference, row.idempotency_key)
        return None

    def _wanted(self, row: Payment) -> bool:
        """Whether a reserve is still to be kept: nothing is made anew only to be released."""
        with self._database.sessions() as session:
            all_ = self._payments.authorisations(session, row.booking_id)
        own = next(found.standing for found in all_ if found.id == row.parent_id)
        return own.voiding == 0 or own.capturing > 0

    def _write(
        self,
        uow: UnitOfWork,
        parent_id: UUID,
        move_id: UUID,
        report: ChargeReport | None,
        failure: str | None,
    ) -> None:
        parent, all_ = self._payments.lock(uow.session, parent_id)
        own = next(item for item in all_ if item.id == parent.id)
        row = self._payments.lock_move(uow.session, move_id)
        if row.state is not MoveState.OPEN:
            return
        if row.move is Move.RENEW and report is not None:
            failure = renewals.take_over(row, parent, report)
        elif row.move is Move.VOID and failure is None:
            self._released(uow, row, parent, own)
        row.state = MoveState.FAILED if failure else MoveState.SUCCEEDED
        row.failure, row.settled_at = failure, uow.now
        if failure is None and row.move in (Move.CAPTURE, Move.VOID):
            parent.lapses_at = None
        self._note(uow, row, "payment.move_failed" if failure else _DONE[row.move])
        if failure == "lapsed" and renewals.renew_and_capture(uow, row, parent, own):
            return
        if row.move is Move.RENEW and failure is not None:
            for lost in renewals.refused(uow, row, own):
                self._note(uow, lost, "payment.move_failed")
        self._tell(uow, row)

    def _tell(self, uow: UnitOfWork, row: Payment) -> None:
        """Tell everybody whom the outcome of a move concerns."""
        failure = row.failure
        if failure in OWN_CHOICE:
            return
        if failure:
            log.error("payment.move_failed", payment_id=str(row.id), move=row.move.value, failure=failure)
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
