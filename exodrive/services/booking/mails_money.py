"""Mails about money that has moved."""

from uuid import UUID

from exodrive.core.db import Database
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.mails_booking import MailedBookings, ToldBooking
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.contracts import Mail
from exodrive.services.email.journey import ChargedFor, PayAgainMail, PaymentReceiptMail, RefundMail
from exodrive.services.email.service import MailService
from exodrive.services.payment.queries import PaymentQueries


class PaymentMailService:
    """Composes and delivers; called by jobs that the outcome of a move promised."""

    def __init__(
        self,
        *,
        database: Database,
        bookings: MailedBookings,
        money: PaymentQueries,
        composer: MailComposer,
        mail: MailService,
    ) -> None:
        self._database = database
        self._bookings = bookings
        self._money = money
        self._composer = composer
        self._mail = mail

    def send_receipt(self, payment_id: UUID, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._mail.deliver(self.receipt(payment_id, booking_id))

    def receipt(self, payment_id: UUID, booking_id: UUID) -> Mail:
        """The mail as it is now."""
        told = self._bookings.get(booking_id)
        with self._database.read() as connection:
            move = self._money.move(connection, payment_id)
        purpose = _charged_for(told, move.amount)
        whole = purpose is ChargedFor.RENTAL
        content = PaymentReceiptMail(
            booking=told.mailed,
            payment_id=payment_id,
            charged_at=move.settled_at or told.view.now,
            charged_for=purpose,
            currency=move.currency,
            amount=move.amount,
            lines=told.lines if whole else (),
            tax=told.quote.tax if whole else 0,
            tax_label=told.view.pick_up.tax_label,
        )
        return self._composer.payment_receipt(content)

    def send_refund(self, payment_id: UUID, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._mail.deliver(self.refund(payment_id, booking_id))

    def refund(self, payment_id: UUID, booking_id: UUID) -> Mail:
        """The mail as it is now."""
        told = self._bookings.get(booking_id)
        with self._database.read() as connection:
            move = self._money.move(connection, payment_id)
            ledger = self._money.money(connection, booking_id).ledger
        content = RefundMail(
            booking=told.mailed,
            payment_id=payment_id,
            refunded_at=move.settled_at or told.view.now,
            currency=move.currency,
            amount=move.amount,
            charged=ledger.captured,
            refunded=ledger.refunded,
        )
        return self._composer.refund(content)

    def send_pay_again(self, payment_id: UUID, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        mail = self.pay_again(payment_id, booking_id)
        if mail is not None:
            self._mail.deliver(mail)

    def pay_again(self, payment_id: UUID, booking_id: UUID) -> Mail | None:
        """The mail as it is now; None where the booking is over, or paid for after all."""
        told = self._bookings.get(booking_id)
        if told.view.pay_again is None:
            return None
        with self._database.read() as connection:
            move = self._money.move(connection, payment_id)
        charged_at = told.view.charged_at
        content = PayAgainMail(
            booking=told.mailed,
            payment_id=payment_id,
            reason=move.failure or "",
            by=told.view.pay_again.by,
            charged_at=charged_at if charged_at > told.view.now else None,
            currency=told.view.currency,
            amount=told.view.total,
        )
        return self._composer.pay_again(content)


def _charged_for(told: ToldBooking, amount: int) -> ChargedFor:
    if amount == told.view.total:
        return ChargedFor.RENTAL
    return ChargedFor.FEE if told.view.state is BookingState.CANCELLED else ChargedFor.PART
