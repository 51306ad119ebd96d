"""The one cancellation policy: its data, what it gives back now, and cancelling by it."""

from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.booking import reminders, repository
from exodrive.services.booking.access import BookingAccess
from exodrive.services.booking.contracts import BookingState, PolicyView, RefundView, SendCancellation
from exodrive.services.booking.errors import HoldExpired, RefundChanged
from exodrive.services.booking.events import BookingEvents
from exodrive.services.booking.holder import ByLink, ByPartner, ByStaff, Holder
from exodrive.services.booking.models import Booking
from exodrive.services.booking.rules import check_move, refund_amount, refund_share
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.payment.queries import PaymentQueries
from exodrive.services.payment.service import PaymentService
from exodrive.services.pricing.service import QuoteService
from exodrive.services.webhook.event_contracts import EventType

_REASONS: dict[type[Holder], str] = {
    ByLink: "cancelled_by_customer",
    ByPartner: "cancelled_by_partner",
    ByStaff: "cancelled_by_staff",
}


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

    def preview(self, holder: Holder) -> RefundView:
        """What cancelling now would give back. Raises `Missing`, `IllegalMove`, `HoldExpired`."""
        with self._uow() as uow:
            return self._refund(uow, self._locked(uow, holder))

    def cancel(self, holder: Holder, expected: int, actor: Actor, *, kept: int) -> RefundView:
        """Cancel where the holder has seen that `expected` minor units come back and `kept` do not. Raises `Missing`,
        `IllegalMove`, `HoldExpired`, `RefundChanged` when a tier has passed or a payment has arrived since."""
        with self._uow(actor) as uow:
            booking = self._locked(uow, holder)
            refund = self._refund(uow, booking)
            if (refund.amount, refund.kept) != (expected, kept):
                raise RefundChanged("What you get back has changed since you looked. Please check it again.")
            was_confirmed = booking.state is BookingState.CONFIRMED
            booking.state = BookingState.CANCELLED
            booking.hold_expires_at = None
            booking.ended_at = uow.now
            booking.end_reason = _REASONS[type(holder)]
            self._availability.release(uow, [booking.id])
            self._quotes.unredeem(uow, booking.id)
            self._payments.give_back(uow, booking.id, refund.amount)
            for payment_id in self._money.underway(uow.session, booking.id):
                self._payments.intend_void(uow, payment_id)  # the gateway's page may still be open in a tab
            self._audit.record(
                uow, "booking.cancelled", "booking", booking.id, refund=refund.amount, kept=refund.kept
            )
            self._events.tell(uow, EventType.BOOKING_CANCELLED, [booking.id])
            if was_confirmed:
                reminders.call_off(uow, booking.id)
                uow.enqueue(
                    SendCancellation(booking_id=booking.id), unique_key=f"mail:cancellation:{booking.id}"
                )
            uow.commit()
        return refund

    def _locked(self, uow: UnitOfWork, holder: Holder) -> Booking:
        booking = self._access.lock(uow, holder)
        check_move(booking.state, BookingState.CANCELLED)
        if booking.hold_expires_at is not None and booking.hold_expires_at <= uow.now:
            raise HoldExpired("This hold has already ended. Nothing was charged.")
        return booking

    def _refund(self, uow: UnitOfWork, booking: Booking) -> RefundView:
        connection = uow.session.connection()
        share = refund_share(
            repository.policy(connection, booking.policy_id),
            confirmed_at=booking.confirmed_at,
            starts_at=booking.starts_at,
            now=uow.now,
        )
        paid = self._money.kept(uow.session, booking.id)
        amount = refund_amount(paid, share)
        return RefundView(
            paid=paid,
            amount=amount,
            kept=paid - amount,
            currency=booking.currency,
            basis=share.basis,
            until=share.until,
        )
