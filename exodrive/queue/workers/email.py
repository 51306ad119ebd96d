"""The e-mail queue."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.booking.contracts import (
    SendBookingConfirmation,
    SendCancellation,
    SendPaymentTooLate,
)
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.content.contracts import SendContactMessage
from exodrive.services.email.contact import ContactMailService


@handles(SendBookingConfirmation)
def send_booking_confirmation(job: SendBookingConfirmation, container: wireup.SyncContainer) -> None:
    container.get(BookingMailService).send_confirmation(job.booking_id)


@handles(SendCancellation)
def send_cancellation(job: SendCancellation, container: wireup.SyncContainer) -> None:
    container.get(BookingMailService).send_cancellation(job.booking_id)


@handles(SendPaymentTooLate)
def send_payment_too_late(job: SendPaymentTooLate, container: wireup.SyncContainer) -> None:
    container.get(BookingMailService).send_payment_too_late(job.booking_id)


@handles(SendContactMessage)
def send_contact_message(job: SendContactMessage, container: wireup.SyncContainer) -> None:
    container.get(ContactMailService).send(job)
