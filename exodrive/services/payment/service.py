"""A booking's money: intents, what the gateway says of them, and the sum of it."""

from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from exodrive.core import observe
from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.payment import intents, rules
from exodrive.services.payment.announcing import PaymentEvents
from exodrive.services.payment.authorisations import Authorisation, ledger_of
from exodrive.services.payment.contracts import (
    ChargeReport,
    Ledger,
    Move,
    MoveState,
    Outcome,
    SendPaymentFailedNotice,
)
from exodrive.services.payment.errors import AlreadyPaid, AmountExceeded, PaymentClosed
from exodrive.services.payment.gateway import Gateway
from exodrive.services.payment.models import Payment
from exodrive.services.payment.repository import PaymentRepository
from exodrive.services.payment.rules import Verdict

log = observe.logger(__name__)


class PaymentService:
    """Methods that take `uow` are steps of the caller's transaction; the others talk to the gateway and must be
    called outside of any."""

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

    def intend_authorise(self, uow: UnitOfWork, booking_id: UUID, amount: int, currency: str) -> UUID:
        """The intent to reserve `amount`; one that is under way is answered again, so that two tabs pay once. A reserve
        whose renewal was refused is no hindrance: it is released once the new one stands. Raises `AlreadyPaid`."""
        for found in self._payments.lock_booking(uow.session, booking_id):
            if found.live and not found.replaceable:
                raise AlreadyPaid("This booking is paid.")
            if found.underway:
                return self._same(found, amount, currency)
        made = self._payments.open_authorisation(
            uow.session,
            booking_id=booking_id,
            gateway=self._gateway.name,
            amount=amount,
            currency=currency,
            now=uow.now,
        )
        return made or self.intend_authorise(uow, booking_id, amount, currency)

    def _same(self, found: Authorisation, amount: int, currency: str) -> UUID:
        if (found.standing.authorised, found.currency) != (amount, currency):
            raise PaymentClosed("A payment of another amount is under way.")
        return found.id

    def open_checkout(self, payment_id: UUID, description: str, return_url: str, actor: Actor) -> str:
        """The URL where the customer pays. Raises `AlreadyPaid`, `PaymentClosed`, `GatewayUnavailable`."""
        row = self._get(payment_id)
        if row.state is MoveState.SUCCEEDED:
            raise AlreadyPaid("This booking is paid.")
        if row.state is MoveState.FAILED:
            raise PaymentClosed("This payment has ended. Please start again.")
        checkout = self._gateway.checkout(
            key=row.idempotency_key,
            amount=row.amount,
            currency=row.currency,
            description=description,
            return_url=return_url,
        )
        if row.gateway_reference is None:
            with self._uow(actor) as uow:
                self._payments.pin_booking(uow.session, row.booking_id)
                locked, _ = self._payments.lock(uow.session, payment_id)
                self._known(locked, checkout.reference)
                closed = locked.state is MoveState.FAILED
                if closed:  # while the gateway made its page: nobody may pay there
                    intents.intend(uow, locked, Move.VOID, locked.amount)
                uow.commit()
            if closed:
                raise PaymentClosed("This payment has ended. Please start again.")
        return checkout.url

    def _known(self, row: Payment, reference: str) -> None:
        row.gateway_reference = reference
        if row.state is MoveState.OPEN:
            row.state = MoveState.PENDING

    def read_gateway(self, payment_id: UUID) -> ChargeReport | None:
        """What the gateway knows of an authorisation; None if it has never heard of it. Network, no transaction.
        Raises `GatewayUnavailable`."""
        row = self._get(payment_id)
        if row.gateway_reference is None:
            return self._gateway.find(row.idempotency_key)
        return self._gateway.read(row.gateway_reference)

    def _get(self, payment_id: UUID) -> Payment:
        with self._database.sessions() as session:
            row = self._payments.get(session, payment_id)
        if row is None or row.move is not Move.AUTHORISE:
            raise Missing("There is no such payment.")
        return row

    def record(self, uow: UnitOfWork, payment_id: UUID, report: ChargeReport | None) -> Outcome:
        """Write what a report means, once: of any number of callers one is told `authorised` or `failed`, the
        others `already`. Locks the booking's authorisations."""
        row, all_ = self._payments.lock(uow.session, payment_id)
        own = next(found for found in all_ if found.id == payment_id)
        verdict, failure = rules.judge(
            report,
            amount=row.amount,
            currency=row.currency,
            reference=row.gateway_reference,
            age=uow.now - row.created_at,
        )
        if report is not None and row.gateway_reference is None:
            self._known(row, report.reference)
        if report is not None and own.state is not MoveState.SUCCEEDED:
            row.lapses_at = report.lapses_at
        if own.state is MoveState.FAILED and verdict in (Verdict.AUTHORISED, Verdict.MISMATCH):
            if verdict is Verdict.AUTHORISED and not own.released:  # the customer has paid after all
                return self._authorised(uow, row, own, all_)
            self._release(uow, row, own)
            return Outcome.ALREADY
        if not own.underway:
            return Outcome.ALREADY
        if verdict is Verdict.WAIT:
            return Outcome.PENDING
        if verdict is Verdict.AUTHORISED and not own.released:
            return self._authorised(uow, row, own, all_)
        if verdict is Verdict.MISMATCH:
            log.error("payment.mismatch", payment_id=str(row.id), booking_id=str(row.booking_id))
            self._release(uow, row, own)
        # Authorised and released: given up while the customer was paying.
        self._settle(uow, row, MoveState.FAILED, failure or "released")
        return Outcome.FAILED

    def _authorised(
        self, uow: UnitOfWork, row: Payment, own: Authorisation, all_: tuple[Authorisation, ...]
    ) -> Outcome:
        others = [found for found in all_ if found.live and found.id != own.id]
        if not all(found.replaceable for found in others):
            log.error("payment.duplicate", payment_id=str(row.id), booking_id=str(row.booking_id))
            self._settle(uow, row, MoveState.FAILED, "duplicate")
            self._release(uow, row, own)
            return Outcome.ALREADY
        self._settle(uow, row, MoveState.SUCCEEDED, None)
        for replaced in others:
            self.intend_void(uow, replaced.id)
        return Outcome.AUTHORISED

    def _release(self, uow: UnitOfWork, row: Payment, own: Authorisation) -> None:
        if not own.standing.voiding:
            intents.intend(uow, row, Move.VOID, row.amount)

    def _settle(self, uow: UnitOfWork, row: Payment, state: MoveState, failure: str | None) -> None:
        row.state, row.failure, row.settled_at = state, failure, uow.now
        uow.session.flush()
        action = "payment.authorised" if state is MoveState.SUCCEEDED else "payment.failed"
        self._audit.record(
            uow,
            action,
            "booking",
            row.booking_id,
            payment_id=str(row.id),
            amount=row.amount,
            currency=row.currency,
            **({"failure": failure} if failure else {}),
        )
        if failure and failure not in rules.OWN_CHOICE:
            self._events.settled(uow, row)
            uow.enqueue(
                SendPaymentFailedNotice(payment_id=row.id, booking_id=row.booking_id),
                unique_key=f"mail:payment-failed:{row.id}",
            )

    def intend_void(self, uow: UnitOfWork, authorisation_id: UUID) -> UUID | None:
        """The intent to release what is neither captured nor about to be. One that the customer is still paying is
        closed, and released should they have paid. Asked again it is the same; None where nothing is left."""
        row, own = self._lock(uow, authorisation_id)
        found = self._payments.find_void(uow.session, authorisation_id)
        if found is not None or row.state is MoveState.FAILED or own.standing.left_to_capture == 0:
            return found
        return intents.intend(uow, row, Move.VOID, own.standing.left_to_capture)

    def intend_capture(self, uow: UnitOfWork, authorisation_id: UUID, amount: int) -> UUID:
        """The intent to take `amount`. Raises `AmountExceeded`."""
        row, own = self._lock(uow, authorisation_id)
        left = own.standing.left_to_capture if own.state is MoveState.SUCCEEDED else 0
        if not 0 < amount <= left:
            raise AmountExceeded("That is more than what is reserved.")
        return intents.intend(uow, row, Move.CAPTURE, amount)

    def intend_refund(self, uow: UnitOfWork, authorisation_id: UUID, amount: int) -> UUID:
        """The intent to give `amount` back of what was captured. Raises `AmountExceeded`."""
        row, own = self._lock(uow, authorisation_id)
        if not 0 < amount <= own.standing.left_to_refund:
            raise AmountExceeded("That is more than what was paid.")
        return intents.intend(uow, row, Move.REFUND, amount)

    def intend_renewal(self, uow: UnitOfWork, authorisation_id: UUID) -> bool:
        """The intent to reserve the same anew before it lapses; False where one is under way, or not all of it is
        reserved any more."""
        return intents.intend_renewal(uow, *self._lock(uow, authorisation_id))

    def give_back(self, uow: UnitOfWork, booking_id: UUID, amount: int) -> None:
        """Whatever moves it takes until the customer has `amount` back of what they paid or reserved, and the
        rest is the business's. Raises `AmountExceeded`."""
        live = next(
            (found for found in self._payments.lock_booking(uow.session, booking_id) if found.live), None
        )
        kept = live.standing.kept if live else 0
        if not 0 <= amount <= kept:
            raise AmountExceeded("That is more than what was paid.")
        if live is None:
            return
        row, _ = self._payments.lock(uow.session, live.id)
        steps = rules.give_back(live.standing, amount)
        if live.lapsed(uow.now) and any(step.move is Move.CAPTURE for step in steps):
            intents.intend_renewal(uow, row, live)
        for step in steps:
            intents.intend(uow, row, step.move, step.amount)

    def capture(self, booking_id: UUID, actor: Actor) -> None:
        """Take whatever is reserved for a booking; nothing where nothing is. What has lapsed is reserved anew before,
        unless the customer is paying anew at this moment: their payment promises a capture of its own."""
        with self._uow(actor) as uow:
            self._payments.pin_booking(uow.session, booking_id)
            all_ = self._payments.lock_booking(uow.session, booking_id)
            paying = any(found.underway for found in all_)
            for found in all_:
                if not found.live or not found.standing.left_to_capture:
                    continue
                if found.lapsed(uow.now):
                    if paying:
                        continue
                    self.intend_renewal(uow, found.id)
                self.intend_capture(uow, found.id, found.standing.left_to_capture)
            uow.commit()

    def _lock(self, uow: UnitOfWork, authorisation_id: UUID) -> tuple[Payment, Authorisation]:
        row, all_ = self._payments.lock(uow.session, authorisation_id)
        return row, next(found for found in all_ if found.id == authorisation_id)

    def totals(self, at: Session | Connection, booking_id: UUID) -> Ledger:
        """The booking's money as its settled moves add up. One query."""
        return ledger_of(self._payments.authorisations(at, booking_id))
