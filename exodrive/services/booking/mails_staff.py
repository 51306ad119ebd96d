"""Mails to the staff about bookings, and each location's manifest of the next day."""

from datetime import date
from uuid import UUID

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.services.booking import notice_repository, reminders
from exodrive.services.booking.mails_booking import MailedBookings, mailed_place
from exodrive.services.car.service import CatalogueService
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.contracts import Mail
from exodrive.services.email.notices import (
    ManifestMail,
    NewBookingNotice,
    PaymentFailedNotice,
    PaymentOverdueNotice,
)
from exodrive.services.email.service import MailService
from exodrive.services.payment.contracts import Move
from exodrive.services.payment.queries import PaymentQueries

_WHAT = {
    Move.AUTHORISE: "payment",
    Move.CAPTURE: "capture",
    Move.VOID: "release",
    Move.REFUND: "refund",
    Move.RENEW: "renewal",
}


class StaffNoticeService:
    """Composes and delivers to the support address; called by jobs."""

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

    def send_new_booking(self, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._mail.deliver(self.new_booking(booking_id))

    def new_booking(self, booking_id: UUID) -> Mail:
        """The mail as it is now."""
        told = self._bookings.get(booking_id)
        with self._database.read() as connection:
            contact = notice_repository.contact(connection, booking_id)
        content = NewBookingNotice(
            booking=told.mailed,
            customer_phone=contact["customer_phone"],
            plate=contact["plate"],
            days=told.view.days,
            currency=told.view.currency,
            lines=told.lines,
            tax=told.quote.tax,
            tax_label=told.view.pick_up.tax_label,
            total=told.view.total,
            deposit=told.view.deposit,
        )
        return self._composer.new_booking(content)

    def send_payment_failed(self, payment_id: UUID, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        mail = self.payment_failed(payment_id, booking_id)
        if mail is not None:
            self._mail.deliver(mail)

    def payment_failed(self, payment_id: UUID, booking_id: UUID) -> Mail | None:
        """The mail as it is now; None where the customer paid after all."""
        told = self._bookings.get(booking_id)
        with self._database.read() as connection:
            contact = notice_repository.contact(connection, booking_id)
            move = self._money.move(connection, payment_id)
        if move.failure is None:
            return None
        content = PaymentFailedNotice(
            booking=told.mailed,
            payment_id=payment_id,
            customer_phone=contact["customer_phone"],
            what=_WHAT[move.move],
            reason=move.failure,
            failed_at=move.settled_at or told.view.now,
            currency=move.currency,
            amount=move.amount,
            state=told.view.state.value,
            held_until=told.view.hold_expires_at,
        )
        return self._composer.payment_failed(content)

    def send_payment_overdue(self, payment_id: UUID, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        mail = self.payment_overdue(payment_id, booking_id)
        if mail is not None:
            self._mail.deliver(mail)

    def payment_overdue(self, payment_id: UUID, booking_id: UUID) -> Mail | None:
        """The mail as it is now; None where the booking is over, or paid for after all."""
        told = self._bookings.get(booking_id)
        if told.view.pay_again is None:
            return None
        with self._database.read() as connection:
            contact = notice_repository.contact(connection, booking_id)
            move = self._money.move(connection, payment_id)
            reserve = self._money.reserve(connection, booking_id)
        lapses_at = reserve.lapses_at if reserve else None
        content = PaymentOverdueNotice(
            booking=told.mailed,
            payment_id=payment_id,
            customer_phone=contact["customer_phone"],
            reason=move.failure or "",
            asked_at=move.settled_at or told.view.now,
            lapses_at=lapses_at if lapses_at and lapses_at > told.view.now else None,
            currency=told.view.currency,
            amount=told.view.total,
        )
        return self._composer.payment_overdue(content)


class ManifestService:
    """Tomorrow's pick-ups and returns, promised by the schedule in each location's own evening."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        catalogue: CatalogueService,
        composer: MailComposer,
        mail: MailService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._catalogue = catalogue
        self._composer = composer
        self._mail = mail

    def send(self, location_id: UUID, day: date) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        mail = self.manifest(location_id, day)
        if mail is not None:
            self._mail.deliver(mail)

    def manifest(self, location_id: UUID, day: date) -> Mail | None:
        """The mail as it is now, also where nothing happens: silence would look like a fault. None once the day is
        over, or where the location has closed."""
        location = next((one for one in self._catalogue.locations() if one.id == location_id), None)
        if location is None:
            return None
        begins, ends = reminders.day_at(location.zone, day)
        if ends <= self._clock.now():
            return None
        with self._database.read() as connection:
            pick_ups = notice_repository.pick_ups(connection, location_id, begins, ends)
            returns = notice_repository.returns(connection, location_id, begins, ends)
        content = ManifestMail(
            location_id=location_id,
            place=mailed_place(location),
            day=day,
            begins=begins,
            pick_ups=pick_ups,
            returns=returns,
        )
        return self._composer.manifest(content)
