"""The queue of mails."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.account.contracts import SendStaffInvitation, SendStaffReset
from exodrive.services.account.mails import StaffMailService
from exodrive.services.booking.contracts import SendBookingConfirmation, SendCancellation, SendPaymentTooLate
from exodrive.services.booking.mail_contracts import (
    SendHoldReceipt,
    SendManifest,
    SendNewBookingNotice,
    SendNewLink,
    SendPayAgain,
    SendPaymentOverdue,
    SendPickUpReminder,
    SendReturnReminder,
    SendReviewRequest,
)
from exodrive.services.booking.mail_desk import MailDeskService
from exodrive.services.booking.mail_desk_contracts import ResendMail
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.booking.mails_journey import JourneyMailService
from exodrive.services.booking.mails_money import PaymentMailService
from exodrive.services.booking.mails_staff import ManifestService, StaffNoticeService
from exodrive.services.campaign.contracts import FinishCampaign, SendCampaignMail
from exodrive.services.campaign.mails import CampaignMailService
from exodrive.services.campaign.service import CampaignService
from exodrive.services.content.contracts import SendContactMessage
from exodrive.services.email.contact import ContactMailService
from exodrive.services.email.events import MailEventService
from exodrive.services.email.events_contracts import ReadMailEvent
from exodrive.services.payment.contracts import (
    SendPaymentFailedNotice,
    SendPaymentReceipt,
    SendRefundNotice,
)
from exodrive.services.webhook.contracts import SendEndpointShut
from exodrive.services.webhook.mails import WebhookMailService


@handles(SendBookingConfirmation)
def send_confirmation(payload: SendBookingConfirmation, container: wireup.SyncContainer) -> None:
    container.get(BookingMailService).send_confirmation(payload.booking_id)


@handles(SendCancellation)
def send_cancellation(payload: SendCancellation, container: wireup.SyncContainer) -> None:
    container.get(BookingMailService).send_cancellation(payload.booking_id)


@handles(SendPaymentTooLate)
def send_payment_too_late(payload: SendPaymentTooLate, container: wireup.SyncContainer) -> None:
    container.get(BookingMailService).send_payment_too_late(payload.booking_id)


@handles(SendContactMessage)
def send_contact_message(payload: SendContactMessage, container: wireup.SyncContainer) -> None:
    container.get(ContactMailService).send(payload)


@handles(SendStaffInvitation)
def send_staff_invitation(payload: SendStaffInvitation, container: wireup.SyncContainer) -> None:
    container.get(StaffMailService).send_invitation(payload)


@handles(SendStaffReset)
def send_staff_reset(payload: SendStaffReset, container: wireup.SyncContainer) -> None:
    container.get(StaffMailService).send_reset(payload)


@handles(SendHoldReceipt)
def send_hold_receipt(payload: SendHoldReceipt, container: wireup.SyncContainer) -> None:
    container.get(BookingMailService).send_hold_receipt(payload.booking_id)


@handles(SendNewLink)
def send_new_link(payload: SendNewLink, container: wireup.SyncContainer) -> None:
    container.get(BookingMailService).send_new_link(payload.booking_id, payload.version)


@handles(SendPaymentReceipt)
def send_payment_receipt(payload: SendPaymentReceipt, container: wireup.SyncContainer) -> None:
    container.get(PaymentMailService).send_receipt(payload.payment_id, payload.booking_id)


@handles(SendRefundNotice)
def send_refund_notice(payload: SendRefundNotice, container: wireup.SyncContainer) -> None:
    container.get(PaymentMailService).send_refund(payload.payment_id, payload.booking_id)


@handles(SendPickUpReminder)
def send_pick_up_reminder(payload: SendPickUpReminder, container: wireup.SyncContainer) -> None:
    container.get(JourneyMailService).remind_of_pick_up(payload.booking_id, payload.hours)


@handles(SendReturnReminder)
def send_return_reminder(payload: SendReturnReminder, container: wireup.SyncContainer) -> None:
    container.get(JourneyMailService).remind_of_return(payload.booking_id)


@handles(SendReviewRequest)
def send_review_request(payload: SendReviewRequest, container: wireup.SyncContainer) -> None:
    container.get(JourneyMailService).ask_for_review(payload.booking_id)


@handles(SendNewBookingNotice)
def send_new_booking_notice(payload: SendNewBookingNotice, container: wireup.SyncContainer) -> None:
    container.get(StaffNoticeService).send_new_booking(payload.booking_id)


@handles(SendPaymentFailedNotice)
def send_payment_failed_notice(payload: SendPaymentFailedNotice, container: wireup.SyncContainer) -> None:
    container.get(StaffNoticeService).send_payment_failed(payload.payment_id, payload.booking_id)


@handles(SendPayAgain)
def send_pay_again(payload: SendPayAgain, container: wireup.SyncContainer) -> None:
    container.get(PaymentMailService).send_pay_again(payload.payment_id, payload.booking_id)


@handles(SendPaymentOverdue)
def send_payment_overdue(payload: SendPaymentOverdue, container: wireup.SyncContainer) -> None:
    container.get(StaffNoticeService).send_payment_overdue(payload.payment_id, payload.booking_id)


@handles(SendManifest)
def send_manifest(payload: SendManifest, container: wireup.SyncContainer) -> None:
    container.get(ManifestService).send(payload.location_id, payload.day)


@handles(ResendMail)
def resend_mail(payload: ResendMail, container: wireup.SyncContainer) -> None:
    container.get(MailDeskService).send_again(payload.mail_id, payload.again_id)


@handles(ReadMailEvent)
def read_mail_event(payload: ReadMailEvent, container: wireup.SyncContainer) -> None:
    container.get(MailEventService).apply(payload.event_id)


@handles(SendEndpointShut)
def send_endpoint_shut(payload: SendEndpointShut, container: wireup.SyncContainer) -> None:
    container.get(WebhookMailService).send_shut(payload.endpoint_id)


@handles(SendCampaignMail)
def send_campaign_mail(payload: SendCampaignMail, container: wireup.SyncContainer) -> None:
    container.get(CampaignMailService).send(payload.campaign_id, payload.consent_id)


@handles(FinishCampaign)
def finish_campaign(payload: FinishCampaign, container: wireup.SyncContainer) -> None:
    container.get(CampaignService).finish(payload.campaign_id)
