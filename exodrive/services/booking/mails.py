"""Mails about a booking's turning points: held, confirmed, cancelled, paid too late. What each tells is read at send
time, so that it is true when it goes out."""

from urllib.parse import urlencode
from uuid import UUID

from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.services.booking.cancellation import BY_STAFF
from exodrive.services.booking.contracts import BookingState, PaymentState
from exodrive.services.booking.desk_contracts import CancelTerms
from exodrive.services.booking.holder import ByLink
from exodrive.services.booking.mails_booking import MailedBookings
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.policy_text import for_booking
from exodrive.services.booking.rules import refund_share
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.contracts import (
    Attachment,
    CancellationMail,
    CancelledBy,
    ConfirmationMail,
    Mail,
    PaymentStanding,
    PaymentTooLateMail,
)
from exodrive.services.email.journey import HoldReceiptMail, NewLinkMail
from exodrive.services.email.service import MailService
from exodrive.services.payment.queries import PaymentQueries
from exodrive.settings import Settings

_CANCELLED_BY = {
    BY_STAFF[CancelTerms.POLICY]: CancelledBy.STAFF,
    BY_STAFF[CancelTerms.FULL]: CancelledBy.US,
}
_IN_CALENDARS = frozenset({BookingState.CONFIRMED, BookingState.ACTIVE})


class BookingMailService:
    """Composes and delivers; called by jobs. A mail that was sent is not sent again."""

    def __init__(
        self,
        *,
        database: Database,
        settings: Settings,
        manage: ManageService,
        bookings: MailedBookings,
        money: PaymentQueries,
        composer: MailComposer,
        mail: MailService,
    ) -> None:
        self._database = database
        self._settings = settings
        self._manage = manage
        self._bookings = bookings
        self._money = money
        self._composer = composer
        self._mail = mail

    def send_hold_receipt(self, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._send(self.hold_receipt(booking_id))

    def hold_receipt(self, booking_id: UUID) -> Mail | None:
        """The mail as it is now; None where the hold is over, one way or another."""
        told = self._bookings.get(booking_id)
        until = told.view.hold_expires_at
        if told.view.state is not BookingState.HELD or until is None or told.view.lapsed:
            return None
        content = HoldReceiptMail(
            booking=told.mailed,
            until=until,
            currency=told.view.currency,
            total=told.view.total,
            deposit=told.view.deposit,
        )
        return self._composer.hold_receipt(content)

    def send_new_link(self, booking_id: UUID, version: int) -> None:
        """Nothing where a newer link has taken the place of this one. Raises `MailUnavailable`, `MailRefused`."""
        told = self._bookings.get(booking_id)
        if told.link_version == version:
            self._mail.deliver(self._composer.new_link(NewLinkMail(booking=told.mailed, version=version)))

    def send_confirmation(self, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._send(self.confirmation(booking_id))

    def confirmation(self, booking_id: UUID) -> Mail | None:
        """The mail as it is now; None where the booking was cancelled."""
        told = self._bookings.get(booking_id)
        booking, quote = told.view, told.quote
        if booking.state is BookingState.CANCELLED:
            return None
        taken = booking.payment_state is PaymentState.PAID
        content = ConfirmationMail(
            booking=told.mailed,
            currency=booking.currency,
            lines=told.lines,
            subtotal=quote.subtotal,
            tax=quote.tax,
            tax_label=booking.pick_up.tax_label,
            total=booking.total,
            standing=PaymentStanding.PAID if taken else PaymentStanding.AUTHORISED,
            charged_at=booking.charged_at if not taken and booking.charged_at > booking.now else None,
            deposit=booking.deposit,
            included_miles=booking.included_miles,
            overage_per_mile=booking.overage_per_mile,
            minimum_age=quote.minimum_age,
            cancellation=for_booking(booking.policy, starts_at=booking.starts_at, zone=booking.pick_up.zone),
        )
        return self._composer.confirmation(content)

    def send_cancellation(self, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._send(self.cancellation(booking_id))

    def cancellation(self, booking_id: UUID) -> Mail:
        """The mail as it is now."""
        told = self._bookings.get(booking_id)
        with self._database.read() as connection:
            ledger = self._money.money(connection, booking_id).ledger
            kept = self._money.kept(connection, booking_id)
        share = refund_share(
            told.view.policy,
            confirmed_at=told.confirmed_at,
            starts_at=told.view.starts_at,
            now=told.ended_at or told.view.now,
        )
        back = ledger.authorised - kept
        refunded = min(back, ledger.captured)
        content = CancellationMail(
            booking=told.mailed,
            currency=told.view.currency,
            charged=ledger.authorised,
            released=back - refunded,
            refunded=refunded,
            kept=kept,
            reason=share.basis,
            by=_CANCELLED_BY.get(told.end_reason or "", CancelledBy.CUSTOMER),
        )
        return self._composer.cancellation(content)

    def send_payment_too_late(self, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._send(self.payment_too_late(booking_id))

    def payment_too_late(self, booking_id: UUID) -> Mail:
        """The mail as it is now."""
        told = self._bookings.get(booking_id)
        trip = told.view.asked
        asked = {
            "pick_up_location": trip.pick_up_location,
            "pick_up_date": trip.pick_up_date.isoformat(),
            "pick_up_time": trip.pick_up_time.strftime("%H:%M"),
            "return_date": trip.return_date.isoformat(),
            "return_time": trip.return_time.strftime("%H:%M"),
        }
        content = PaymentTooLateMail(
            booking=told.mailed,
            currency=told.view.currency,
            amount=told.view.total,
            search_url=f"{self._settings.base_url}/cars?{urlencode(asked)}",
        )
        return self._composer.payment_too_late(content)

    def _send(self, mail: Mail | None) -> None:
        if mail is not None:
            self._mail.deliver(mail)

    def calendar(self, token: str) -> Attachment:
        """The `.ics` of the booking that a token opens. Raises `Missing`, also where nothing is booked."""
        told = self._bookings.get(self._manage.view(ByLink(token)).id)
        if told.view.state not in _IN_CALENDARS:
            raise Missing("This booking has no dates for a calendar.")
        return self._composer.calendar(told.mailed)
