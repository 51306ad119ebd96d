"""The queue of mails."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.account.contracts import SendStaffInvitation, SendStaffReset
from exodrive.services.account.mails import StaffMailService
from exodrive.services.booking.contracts import SendBookingConfirmation, SendCancellation, SendPaymentTooLate
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.content.contracts import SendContactMessage
from exodrive.services.email.contact import ContactMailService


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
