"""Which mail is made of which content, for whom, and under which promise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from exodrive.core.clock import Clock
from exodrive.services.content.contracts import SendContactMessage
from exodrive.services.email.contracts import (
    Attachment,
    CancellationMail,
    ConfirmationMail,
    Mail,
    MailedBooking,
    PaymentTooLateMail,
    RenderedMail,
    StaffLinkMail,
)
from exodrive.services.email.entry import address, description
from exodrive.services.email.formats import one_line
from exodrive.services.email.ics import CalendarMethod, calendar_file
from exodrive.services.email.journey import (
    CampaignMail,
    HoldReceiptMail,
    NewLinkMail,
    PayAgainMail,
    PaymentReceiptMail,
    PickUpReminderMail,
    RefundMail,
    ReturnReminderMail,
    ReviewRequestMail,
)
from exodrive.services.email.message import sender_address
from exodrive.services.email.notices import (
    EndpointShutNotice,
    ManifestMail,
    NewBookingNotice,
    PaymentFailedNotice,
    PaymentOverdueNotice,
)
from exodrive.services.email.rendering import MailRenderer
from exodrive.settings import Settings

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _House:
    name: str
    email: str
    domain: str


class MailComposer:
    """Makes a `Mail` of a content dataclass. Answers to a mail about a booking go to the support address."""

    def __init__(self, renderer: MailRenderer, clock: Clock, settings: Settings) -> None:
        self._renderer = renderer
        self._clock = clock
        self._house = _House(
            name=settings.business_name,
            email=settings.support_email,
            domain=sender_address(settings.mail_from).domain,
        )

    def confirmation(self, content: ConfirmationMail) -> Mail:
        """The booking is confirmed, with its calendar file. A changed booking (a higher `sequence`) is a new mail."""
        return self._to_customer(
            "booking_confirmation",
            content.booking,
            content,
            once=f"confirmation:{content.booking.booking_id}:{content.sequence}",
            calendar=self.calendar(content.booking, sequence=content.sequence),
        )

    def cancellation(self, content: CancellationMail) -> Mail:
        """The booking is cancelled; its calendar file takes the event back. A hold was in nobody's calendar."""
        event = self.calendar(content.booking, sequence=content.sequence, cancelled=True)
        return self._to_customer(
            "cancellation",
            content.booking,
            content,
            once=f"cancellation:{content.booking.booking_id}",
            calendar=event if content.charged else None,
        )

    def payment_too_late(self, content: PaymentTooLateMail) -> Mail:
        """The payment came too late; nothing was booked or charged."""
        once = f"payment_too_late:{content.booking.booking_id}"
        return self._to_customer("payment_too_late", content.booking, content, once=once)

    def hold_receipt(self, content: HoldReceiptMail) -> Mail:
        """The car is held. Sent once, however often the hold is extended."""
        booking = content.booking
        return self._to_customer("hold_receipt", booking, content, once=f"hold_receipt:{booking.booking_id}")

    def new_link(self, content: NewLinkMail) -> Mail:
        """A new link: one mail for each version."""
        booking = content.booking
        once = f"new_link:{booking.booking_id}:{content.version}"
        return self._to_customer("new_link", booking, content, once=once)

    def payment_receipt(self, content: PaymentReceiptMail) -> Mail:
        """Money was taken: one for each capture."""
        once = f"payment_receipt:{content.payment_id}"
        move = {"payment_id": str(content.payment_id)}
        return self._to_customer("payment_receipt", content.booking, content, once=once, particulars=move)

    def refund(self, content: RefundMail) -> Mail:
        """Money went back: one for each refund."""
        once = f"refund:{content.payment_id}"
        move = {"payment_id": str(content.payment_id)}
        return self._to_customer("refund", content.booking, content, once=once, particulars=move)

    def pay_again(self, content: PayAgainMail) -> Mail:
        """The booking has to be paid for again: asked once for each renewal that was refused."""
        once, move = f"pay_again:{content.payment_id}", {"payment_id": str(content.payment_id)}
        return self._to_customer("pay_again", content.booking, content, once=once, particulars=move)

    def pick_up_reminder(self, content: PickUpReminderMail) -> Mail:
        """The pick-up is near. Other dates are another promise."""
        booking = content.booking
        once = f"pick_up_reminder:{booking.booking_id}:{content.hours}:{booking.starts_at:%Y%m%dT%H%M%z}"
        which = {"hours": str(content.hours)}
        return self._to_customer("pick_up_reminder", booking, content, once=once, particulars=which)

    def return_reminder(self, content: ReturnReminderMail) -> Mail:
        """The return is near. Another end is another promise."""
        booking = content.booking
        once = f"return_reminder:{booking.booking_id}:{booking.ends_at:%Y%m%dT%H%M%z}"
        return self._to_customer("return_reminder", booking, content, once=once)

    def review_request(self, content: ReviewRequestMail) -> Mail:
        """How was it? Asked once."""
        once = f"review_request:{content.booking.booking_id}"
        return self._to_customer("review_request", content.booking, content, once=once)

    def campaign(self, content: CampaignMail) -> Mail:
        """News, to one who asked for it."""
        rendered = self._renderer.render("campaign", mail=content)
        return Mail(
            kind="campaign",
            once=f"campaign:{content.campaign_id}:{content.consent_id}",
            booking_id=None,
            recipient=content.recipient,
            reply_to=self._house.email,
            reply_to_name=self._house.name,
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
            particulars={"campaign_id": str(content.campaign_id)},
            unsubscribe_url=content.stop_url,
        )

    def new_booking(self, content: NewBookingNotice) -> Mail:
        """To the support address: somebody booked."""
        booking = content.booking
        once = f"new_booking:{booking.booking_id}"
        return self._to_house("new_booking", content, once=once, booking=booking)

    def payment_failed(self, content: PaymentFailedNotice) -> Mail:
        """To the support address: money did not move."""
        once = f"payment_failed:{content.payment_id}"
        move = {"payment_id": str(content.payment_id)}
        return self._to_house("payment_failed", content, once=once, booking=content.booking, particulars=move)

    def payment_overdue(self, content: PaymentOverdueNotice) -> Mail:
        """To the support address: a booking that is not paid for any more wants a decision."""
        once, move = f"payment_overdue:{content.payment_id}", {"payment_id": str(content.payment_id)}
        return self._to_house(
            "payment_overdue", content, once=once, booking=content.booking, particulars=move
        )

    def endpoint_shut(self, content: EndpointShutNotice) -> Mail:
        """To the support address: the webhooks to an endpoint have stopped."""
        once = f"endpoint_shut:{content.endpoint_id}:{content.shut_at:%Y%m%dT%H%M%S}"
        which = {"endpoint_id": str(content.endpoint_id)}
        return self._to_house("endpoint_shut", content, once=once, particulars=which)

    def partner_endpoint_shut(self, content: EndpointShutNotice, email: str) -> Mail:
        """The same to the partner whose endpoint it is."""
        once = f"partner_endpoint_shut:{content.endpoint_id}:{content.shut_at:%Y%m%dT%H%M%S}"
        which = {"endpoint_id": str(content.endpoint_id)}
        mail = self._to_house("partner_endpoint_shut", content, once=once, particulars=which)
        return replace(
            mail, recipient=email, recipient_name=one_line(content.partner or ""), reply_to=mail.recipient
        )

    def manifest(self, content: ManifestMail) -> Mail:
        """To the support address: what happens at a location on a day."""
        once = f"manifest:{content.location_id}:{content.day}"
        which = {"location_id": str(content.location_id), "day": content.day.isoformat()}
        return self._to_house("manifest", content, once=once, particulars=which)

    def contact_message(self, content: SendContactMessage) -> Mail:
        """What a visitor wrote, to the support address; an answer goes to the visitor."""
        mail = self._to_house("contact_message", content, once=f"contact_message:{content.id}")
        return replace(mail, reply_to=content.email, reply_to_name=one_line(content.name))

    def staff_invitation(self, content: StaffLinkMail) -> Mail:
        """The way in for somebody who is going to work here."""
        return self._to_staff(
            self._renderer.render("staff_invitation", mail=content), "staff_invitation", content
        )

    def staff_reset(self, content: StaffLinkMail) -> Mail:
        """The way to a new password."""
        return self._to_staff(self._renderer.render("staff_reset", mail=content), "staff_reset", content)

    def _to_house(
        self,
        name: str,
        content: Any,
        *,
        once: str,
        booking: MailedBooking | None = None,
        particulars: Mapping[str, str] = _NOTHING,
    ) -> Mail:
        rendered = self._renderer.render(name, mail=content, booking=booking)
        return Mail(
            kind=name,
            once=once,
            booking_id=booking.booking_id if booking else None,
            recipient=self._house.email,
            recipient_name=self._house.name,
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
            particulars=particulars,
        )

    def _to_staff(self, rendered: RenderedMail, kind: str, content: StaffLinkMail) -> Mail:
        return Mail(
            kind=kind,
            once=f"{kind}:{content.link_id}",
            booking_id=None,
            recipient=content.email,
            recipient_name=one_line(content.name),
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
        )

    def calendar(self, booking: MailedBooking, *, sequence: int = 0, cancelled: bool = False) -> Attachment:
        """The booking's `.ics`: also what the manage page offers for download."""
        method = CalendarMethod.CANCEL if cancelled else CalendarMethod.PUBLISH
        content = calendar_file(
            uid=f"{booking.booking_id}@{self._house.domain}",
            stamp=self._clock.now(),
            summary=f"{booking.car} · {self._house.name}",
            description=description(booking),
            location=booking.pick_up_address or address(booking.pick_up),
            start=booking.starts_at,
            end=booking.ends_at,
            start_zone=booking.pick_up.zone,
            end_zone=booking.return_to.zone,
            organizer=self._house.email,
            organizer_name=self._house.name,
            url=booking.manage_url,
            sequence=sequence,
            method=method,
        )
        return Attachment(
            filename=f"booking-{booking.reference}.ics",
            content_type=f"text/calendar; charset=utf-8; method={method.value}",
            content=content,
        )

    def _to_customer(
        self,
        name: str,
        booking: MailedBooking,
        content: Any,
        *,
        once: str,
        calendar: Attachment | None = None,
        particulars: Mapping[str, str] = _NOTHING,
    ) -> Mail:
        rendered = self._renderer.render(name, booking.locale, mail=content, booking=booking)
        return Mail(
            kind=name,
            once=once,
            booking_id=booking.booking_id,
            recipient=booking.customer_email,
            recipient_name=one_line(booking.customer_name),
            reply_to=self._house.email,
            reply_to_name=self._house.name,
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
            attachments=() if calendar is None else (calendar,),
            locale=booking.locale,
            particulars=particulars,
        )
