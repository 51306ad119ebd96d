"""The one cancellation policy: its data, what it gives back now, and cancelling by it."""

from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.core.money import BASIS_POINTS
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.booking import reminders, repository
from exodrive.services.booking.access import BookingAccess
from exodrive.services.booking.contracts import BookingState, PolicyView, RefundView, SendCancellation
from exodrive.services.booking.desk_contracts import CancelAsStaff, CancelTerms
from exodrive.services.booking.errors import HoldExpired, RefundChanged
from exodrive.services.booking.events import BookingEvents
from exodrive.services.booking.holder import Booker, ByLink, ByPartner, ByStaff, Holder
from exodrive.services.booking.models import Booking
from exodrive.services.booking.rules import Share, check_move, refund_amount, refund_share
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.payment.queries import PaymentQueries
from exodrive.services.payment.service import PaymentService
from exodrive.services.pricing.service import QuoteService
from exodrive.services.webhook.event_contracts import EventType

_BY_BOOKER: dict[type[Booker], str] = {ByLink: "cancelled_by_customer", ByPartner: "cancelled_by_partner"}
BY_STAFF = {CancelTerms.POLICY: "cancelled_by_staff", CancelTerms.FULL: "cancelled_by_us"}
"""How a booking ends that staff cancel: for the customer, or because the business cannot keep to it."""


class CancellationService:
    """Shows the refund before it is agreed to; cancels only for the refund that was shown."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        payments: PaymentService,
        money: PaymentQueries,
        quotes: QuoteService,
        availability: AvailabilityService,
        audit: AuditService,
        access: BookingAccess,
        events: BookingEvents,
    ) -> None:
        self._uow = uow
        self._database = database
        self._payments = payments
        self._money = money
        self._quotes = quotes
        self._availability = availability
        self._audit = audit
        self._access = access
        self._events = events

    def policy(self, policy_id: UUID | None = None) -> PolicyView:
        """The policy as data; new bookings get the newest."""
        with self._database.read() as connection:
            return repository.policy(connection, policy_id)

    def preview(self, holder: Booker) -> RefundView:
        """What cancelling now would give back. Raises `Missing`, `IllegalMove`, `HoldExpired`."""
        with self._uow() as uow:
            return self._refund(uow, self._locked(uow, holder))

    def cancel(self, holder: Booker, expected: int, actor: Actor, *, kept: int) -> RefundView:
        """Cancel where the holder has seen that `expected` minor units come back and `kept` do not. Raises `Missing`,
        `IllegalMove`, `HoldExpired`, `RefundChanged` when a tier has passed or a payment has arrived since."""
        with self._uow(actor) as uow:
            booking = self._locked(uow, holder)
            refund = self._refund(uow, booking)
            _check(refund, expected, kept)
            mailed = booking.state is BookingState.CONFIRMED
            self._end(uow, booking, refund, _BY_BOOKER[type(holder)])
            if mailed:
                _promise_mail(uow, booking.id)
            uow.commit()
        return refund

    def preview_for_staff(self, booking_id: UUID, terms: CancelTerms, actor: Actor) -> RefundView:
        """What cancelling on `terms` now would give back. Raises `Missing`, `IllegalMove`, `HoldExpired`, and
        `Forbidden` where the role does not reach so far."""
        _check_role(terms, actor)
        with self._uow() as uow:
            return self._refund(uow, self._locked(uow, ByStaff(actor, booking_id)), terms)

    def cancel_for_staff(self, booking_id: UUID, command: CancelAsStaff, actor: Actor) -> RefundView:
        """Cancel on the terms of `command`, for the refund that was shown. The customer is told in any case, of a hold
        too. Raises as `preview_for_staff` does, and `RefundChanged`."""
        _check_role(command.terms, actor)
        with self._uow(actor) as uow:
            booking = self._locked(uow, ByStaff(actor, booking_id))
            refund = self._refund(uow, booking, command.terms)
            _check(refund, command.refund, command.kept)
            told = {"terms": command.terms.value, "reason": command.reason}
            self._end(uow, booking, refund, BY_STAFF[command.terms], **told)
            _promise_mail(uow, booking.id)
            uow.commit()
        return refund

    def _end(
        self, uow: UnitOfWork, booking: Booking, refund: RefundView, end_reason: str, **told: str
    ) -> None:
        """All that cancelling does, but for the mail; `told` goes into the audit."""
        if booking.state is BookingState.CONFIRMED:
            reminders.call_off(uow, booking.id)
        booking.state = BookingState.CANCELLED
        booking.hold_expires_at = None
        booking.ended_at = uow.now
        booking.end_reason = end_reason
        self._availability.release(uow, [booking.id])
        self._quotes.unredeem(uow, booking.id)
        self._payments.give_back(uow, booking.id, refund.amount)
        for payment_id in self._money.underway(uow.session, booking.id):
            self._payments.intend_void(uow, payment_id)  # the gateway's page may still be open in a tab
        amounts = {"refund": refund.amount, "kept": refund.kept}
        self._audit.record(uow, "booking.cancelled", "booking", booking.id, **amounts, **told)
        self._events.tell(uow, EventType.BOOKING_CANCELLED, [booking.id])

    def _locked(self, uow: UnitOfWork, holder: Holder) -> Booking:
        booking = self._access.lock(uow, holder)
        check_move(booking.state, BookingState.CANCELLED)
        if booking.hold_expires_at is not None and booking.hold_expires_at <= uow.now:
            raise HoldExpired("This hold has already ended. Nothing was charged.")
        return booking

    def _refund(
        self, uow: UnitOfWork, booking: Booking, terms: CancelTerms = CancelTerms.POLICY
    ) -> RefundView:
        paid = self._money.kept(uow.session, booking.id)
        if terms is CancelTerms.FULL:
            share = Share(BASIS_POINTS, "all of it, whatever the policy says", None)
        else:
            share = refund_share(
                repository.policy(uow.session.connection(), booking.policy_id),
                confirmed_at=booking.confirmed_at,
                starts_at=booking.starts_at,
                now=uow.now,
            )
        amount = refund_amount(paid, share)
        return RefundView(
            paid=paid,
            amount=amount,
            kept=paid - amount,
            currency=booking.currency,
            basis=share.basis,
            until=share.until,
        )


def _check_role(terms: CancelTerms, actor: Actor) -> None:
    """To give more than the policy does is for managers."""
    require(actor, StaffRole.MANAGER if terms is CancelTerms.FULL else StaffRole.AGENT)


def _check(refund: RefundView, shown: int, kept: int) -> None:
    if (refund.amount, refund.kept) != (shown, kept):
        raise RefundChanged(
            "What comes back has changed since you looked. Please check it again.",
            refund=refund.amount,
            kept=refund.kept,
        )


def _promise_mail(uow: UnitOfWork, booking_id: UUID) -> None:
    uow.enqueue(SendCancellation(booking_id=booking_id), unique_key=f"mail:cancellation:{booking_id}")
