"""Making a mail of the log once more, from what is true now."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.errors import Missing
from exodrive.services.booking.mail_desk_contracts import MailOutdated
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.booking.mails_journey import JourneyMailService
from exodrive.services.booking.mails_money import PaymentMailService
from exodrive.services.booking.mails_staff import ManifestService, StaffNoticeService
from exodrive.services.email.contracts import Mail

Particulars = Mapping[str, str]
Make = Callable[[UUID, Particulars], Mail | None]

_NOT_HERE = {
    "contact_message": "What a visitor wrote is kept in the mailbox that it went to.",
    "new_link": "A new link is sent from the page of its booking.",
    "staff_invitation": "A new link for a member of staff is sent from their page.",
    "staff_reset": "A new password link is asked for on the sign-in page.",
    "endpoint_shut": "Whether webhooks are sent is seen on the page of their endpoint.",
    "partner_endpoint_shut": "Whether webhooks are sent is seen on the page of their endpoint.",
    "campaign": "This mail belongs to a campaign, where its text can be seen.",
}
_OVER = "What this mail says is not true any more, so it cannot be sent again."


class MailsAgain:
    """Which service makes which kind of mail."""

    def __init__(
        self,
        *,
        booking: BookingMailService,
        journey: JourneyMailService,
        money: PaymentMailService,
        notices: StaffNoticeService,
        manifests: ManifestService,
    ) -> None:
        self._manifests = manifests
        self._kinds: Mapping[str, Make] = {
            "hold_receipt": lambda booking_id, _: booking.hold_receipt(booking_id),
            "booking_confirmation": lambda booking_id, _: booking.confirmation(booking_id),
            "cancellation": lambda booking_id, _: booking.cancellation(booking_id),
            "payment_too_late": lambda booking_id, _: booking.payment_too_late(booking_id),
            "payment_receipt": lambda booking_id, about: money.receipt(_payment(about), booking_id),
            "refund": lambda booking_id, about: money.refund(_payment(about), booking_id),
            "pay_again": lambda booking_id, about: money.pay_again(_payment(about), booking_id),
            "pick_up_reminder": lambda booking_id, about: journey.pick_up_reminder(
                booking_id, int(about["hours"])
            ),
            "return_reminder": lambda booking_id, _: journey.return_reminder(booking_id),
            "review_request": lambda booking_id, _: journey.review_request(booking_id),
            "new_booking": lambda booking_id, _: notices.new_booking(booking_id),
            "payment_failed": lambda booking_id, about: notices.payment_failed(_payment(about), booking_id),
            "payment_overdue": lambda booking_id, about: notices.payment_overdue(_payment(about), booking_id),
        }

    def make(self, row: RowMapping) -> Mail:
        """The mail of a row of the log, as it would be sent now. Raises `MailOutdated`."""
        kind, about = row["kind"], row["particulars"]
        if kind in _NOT_HERE:
            raise MailOutdated(_NOT_HERE[kind])
        try:
            made = self._make(kind, row["booking_id"], about)
        except (KeyError, Missing) as error:
            raise MailOutdated("What this mail was made of is not there any more.") from error
        if made is None:
            raise MailOutdated(_OVER)
        return made

    def _make(self, kind: str, booking_id: UUID | None, about: Particulars) -> Mail | None:
        if kind == "manifest":
            day = date.fromisoformat(about["day"])
            return self._manifests.manifest(UUID(about["location_id"]), day)
        if booking_id is None:
            raise Missing("There is no booking.")
        return self._kinds[kind](booking_id, about)


def repeated(mail: Mail, *, of: UUID, once: str, again_id: UUID) -> Mail:
    """The same mail as a promise of its own: another Message-ID, another row of the log."""
    return replace(mail, once=f"{once}:again:{again_id}", again_of=of)


def _payment(about: Particulars) -> UUID:
    return UUID(about["payment_id"])
