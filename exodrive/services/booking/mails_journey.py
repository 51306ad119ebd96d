"""Mails of the days before and after a rental. Each job asks again whether its mail is still true, and completes
without one where it is not."""

from urllib.parse import quote
from uuid import UUID

from exodrive.services.booking import reminders
from exodrive.services.booking.mails_booking import MailedBookings
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.contracts import Mail
from exodrive.services.email.journey import PickUpReminderMail, ReturnReminderMail, ReviewRequestMail
from exodrive.services.email.service import MailService
from exodrive.settings import Settings


class JourneyMailService:
    """Composes and delivers; called by jobs."""

    def __init__(
        self, *, settings: Settings, bookings: MailedBookings, composer: MailComposer, mail: MailService
    ) -> None:
        self._settings = settings
        self._bookings = bookings
        self._composer = composer
        self._mail = mail

    def remind_of_pick_up(self, booking_id: UUID, hours: int) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._send(self.pick_up_reminder(booking_id, hours))

    def pick_up_reminder(self, booking_id: UUID, hours: int) -> Mail | None:
        """The mail as it is now; None where it is not true any more, or not yet."""
        told = self._bookings.get(booking_id)
        view = told.view
        if not reminders.reminds_of_pick_up(view.state, view.starts_at, hours=hours, now=view.now):
            return None
        content = PickUpReminderMail(
            booking=told.mailed,
            hours=hours,
            days=reminders.days_until(view.starts_at, view.pick_up.zone, now=view.now),
            currency=view.currency,
            deposit=view.deposit,
            minimum_age=told.quote.minimum_age,
        )
        return self._composer.pick_up_reminder(content)

    def remind_of_return(self, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._send(self.return_reminder(booking_id))

    def return_reminder(self, booking_id: UUID) -> Mail | None:
        """The mail as it is now; None where it is not true any more, or not yet."""
        told = self._bookings.get(booking_id)
        view = told.view
        if not reminders.reminds_of_return(view.state, view.starts_at, view.ends_at, now=view.now):
            return None
        content = ReturnReminderMail(
            booking=told.mailed,
            days=reminders.days_until(view.ends_at, view.drop_off.zone, now=view.now),
            currency=view.currency,
            included_miles=view.included_miles,
            overage_per_mile=view.overage_per_mile,
        )
        return self._composer.return_reminder(content)

    def ask_for_review(self, booking_id: UUID) -> None:
        """Raises `MailUnavailable`, `MailRefused`."""
        self._send(self.review_request(booking_id))

    def review_request(self, booking_id: UUID) -> Mail | None:
        """The mail as it is now; None where it is not true any more, or not yet."""
        told = self._bookings.get(booking_id)
        view = told.view
        if not reminders.asks_for_review(view.state, view.ends_at, now=view.now):
            return None
        subject = quote(f"{view.car.name} · {view.reference}")
        content = ReviewRequestMail(
            booking=told.mailed, answer_url=f"mailto:{self._settings.support_email}?subject={subject}"
        )
        return self._composer.review_request(content)

    def _send(self, mail: Mail | None) -> None:
        if mail is not None:
            self._mail.deliver(mail)
