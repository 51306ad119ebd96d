"""Paying for a hold, and what a payment's outcome makes of the booking."""

from datetime import datetime, timedelta
from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.core.errors import IllegalMove, Missing
from exodrive.core.period import Period
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.booking import reminders, repository
from exodrive.services.booking.access import BookingAccess
from exodrive.services.booking.contracts import BookingState, SendBookingConfirmation, SendPaymentTooLate
from exodrive.services.booking.errors import HoldExpired
from exodrive.services.booking.events import BookingEvents
from exodrive.services.booking.holder import ByLink, Holder
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.mail_contracts import SendNewBookingNotice, SendPayAgain, SendPaymentOverdue
from exodrive.services.booking.models import Booking
from exodrive.services.booking.rules import capture_at, check_move
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.car.errors import CarTaken
from exodrive.services.car.service import CatalogueService
from exodrive.services.document.contracts import DocumentKind, MakeDocument
from exodrive.services.payment.contracts import CapturePayment, Outcome
from exodrive.services.payment.errors import AlreadyPaid
from exodrive.services.payment.queries import PaymentQueries
from exodrive.services.payment.service import PaymentService
from exodrive.services.pricing.errors import PromoExhausted
from exodrive.services.pricing.service import QuoteService
from exodrive.services.webhook.event_contracts import EventType
from exodrive.settings import Settings

_BOOKED = (BookingState.CONFIRMED, BookingState.ACTIVE)


class CheckoutService:
    """Intent first, gateway outside the transaction, answer second. A booking is locked before its payments."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        settings: Settings,
        payments: PaymentService,
        money: PaymentQueries,
        quotes: QuoteService,
        catalogue: CatalogueService,
        availability: AvailabilityService,
        audit: AuditService,
        links: BookingLinks,
        access: BookingAccess,
        events: BookingEvents,
    ) -> None:
        self._uow = uow
        self._settings = settings
        self._payments = payments
        self._money = money
        self._quotes = quotes
        self._catalogue = catalogue
        self._availability = availability
        self._audit = audit
        self._links = links
        self._access = access
        self._events = events

    def start(self, holder: Holder, actor: Actor) -> str:
        """The gateway's page where this hold is paid, or a booking that is not paid for any more; it leads back to the
        page behind the booking's link. Two tabs get the same charge. Raises `Missing`, `HoldExpired`, `AlreadyPaid`,
        `GatewayUnavailable`."""
        with self._uow(actor) as uow:
            booking = self._access.lock(uow, holder)
            self._check_payable(uow, booking)
            payment_id = self._payments.intend_authorise(uow, booking.id, booking.total, booking.currency)
            reference, back = booking.reference, self._back(holder, booking)
            uow.commit()
        return self._payments.open_checkout(payment_id, f"Booking {reference}", back, actor)

    def _check_payable(self, uow: UnitOfWork, booking: Booking) -> None:
        if booking.state is BookingState.CONFIRMED:
            if not self._money.money(uow.session, booking.id).lost:
                raise AlreadyPaid("This booking is paid.")
            return
        expires_at = booking.hold_expires_at
        if booking.state is not BookingState.HELD or expires_at is None or expires_at <= uow.now:
            raise HoldExpired("This hold has ended.")

    def _back(self, holder: Holder, booking: Booking) -> str:
        token = (
            holder.token
            if isinstance(holder, ByLink)
            else self._links.token(booking.id, booking.link_version)
        )
        return f"{self._settings.base_url}/booking/{token}/paid"

    def settle_booking(self, holder: Holder, actor: Actor) -> None:
        """Look after a customer who comes back from the gateway: settle whatever is open. Raises `Missing`."""
        with self._uow(actor) as uow:
            booking = self._access.lock(uow, holder)
            open_payments = self._money.underway(uow.session, booking.id)
        for payment_id in open_payments:
            self.settle(payment_id, booking.id, actor)

    def settle(self, payment_id: UUID, booking_id: UUID, actor: Actor) -> Outcome:
        """Read the gateway's truth about an authorisation and act on it, once, whoever asks and how often."""
        report = self._payments.read_gateway(payment_id)
        with self._uow(actor) as uow:
            booking = repository.lock(uow.session, booking_id)
            outcome = self._payments.record(uow, payment_id, report)
            if outcome is Outcome.AUTHORISED:
                self._accept(uow, booking, payment_id)
            uow.commit()
        return outcome

    def _accept(self, uow: UnitOfWork, booking: Booking, payment_id: UUID) -> None:
        """Money is reserved: confirm, or give it back where the car cannot be had any more."""
        if booking.state in _BOOKED:
            self._paid_again(uow, booking, payment_id)
            return
        try:
            _check_confirmable(booking, uow.now)
            if booking.state is BookingState.EXPIRED:
                self._revive(uow, booking)
            else:
                self._availability.confirm(uow, booking.id)
        except (CarTaken, HoldExpired, IllegalMove):
            self._payments.intend_void(uow, payment_id)
            uow.enqueue(SendPaymentTooLate(booking_id=booking.id), unique_key=f"mail:too-late:{payment_id}")
            self._audit.record(uow, "booking.paid_too_late", "booking", booking.id)
            return
        booking.state = BookingState.CONFIRMED
        booking.hold_expires_at = booking.ended_at = booking.end_reason = None
        booking.confirmed_at = uow.now
        self._audit.record(uow, "booking.confirmed", "booking", booking.id)
        self._events.tell(uow, EventType.BOOKING_CONFIRMED, [booking.id])
        uow.enqueue(
            SendBookingConfirmation(booking_id=booking.id), unique_key=f"mail:confirmation:{booking.id}"
        )
        uow.enqueue(SendNewBookingNotice(booking_id=booking.id), unique_key=f"mail:new-booking:{booking.id}")
        reminders.promise(uow, booking)
        for paper in (DocumentKind.CONFIRMATION, DocumentKind.AGREEMENT):
            uow.enqueue(
                MakeDocument(kind=paper, booking_id=booking.id),
                unique_key=f"document:{paper.value}:{booking.id}",
            )
        self._promise_capture(uow, booking, f"capture:{booking.id}")

    def _paid_again(self, uow: UnitOfWork, booking: Booking, payment_id: UUID) -> None:
        """The booking stands, and is paid for once more. Its capture is a promise of its own: the one before may be
        running at this moment, and have found nothing to take."""
        uow.call_off(SendPayAgain, SendPaymentOverdue, subject_id=booking.id)
        self._audit.record(uow, "booking.paid_again", "booking", booking.id)
        self._promise_capture(uow, booking, f"capture:{booking.id}:{payment_id}")

    def _promise_capture(self, uow: UnitOfWork, booking: Booking, key: str) -> None:
        uow.enqueue(
            CapturePayment(booking_id=booking.id),
            run_at=max(uow.now, capture_at(booking.starts_at, self._settings.capture_hours)),
            unique_key=key,
        )

    def _revive(self, uow: UnitOfWork, booking: Booking) -> None:
        """Claim the car again for a payment that came after the hold had ended. Raises `CarTaken`."""
        try:
            car = self._catalogue.car_by_id(booking.car_id)
        except Missing as retired:
            raise CarTaken("The car is not for rent any more.") from retired
        period = Period(booking.starts_at, booking.ends_at).padded(timedelta(minutes=car.turnaround_minutes))
        self._availability.reclaim(uow, booking.car_id, period, booking.id)
        quote = self._quotes.get(booking.quote_id)
        if quote.promo_code is not None:
            try:
                self._quotes.redeem(uow, quote, booking.id, booking.customer_email_hash)
            except PromoExhausted:
                # The price was promised and has been paid: it stands, though the code ran out meanwhile.
                self._audit.record(uow, "booking.promo_honoured", "booking", booking.id)


def _check_confirmable(booking: Booking, now: datetime) -> None:
    """Raises `IllegalMove`; `HoldExpired` once the pick-up has passed, which nobody was told to prepare."""
    check_move(booking.state, BookingState.CONFIRMED)
    if booking.starts_at <= now:
        raise HoldExpired("The time of the pick-up has passed.")
