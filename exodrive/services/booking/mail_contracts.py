"""The promises of mails along a booking's life, beside those of its turning points in `contracts`."""

from datetime import date
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ledger import Policy, job
from exodrive.core.resilience import System

PICK_UP_HOURS = (72, 24)
"""How long before the pick-up its reminders go out."""

_MAIL = Policy(queue="email", needs=System.MAIL, priority=3, max_attempts=12, first_retry=10)
_LATER = Policy(queue="email", needs=System.MAIL, priority=5, max_attempts=12, first_retry=30)


@job("email.hold_receipt", _MAIL, subject="booking_id")
@contract
class SendHoldReceipt:
    """Tell the customer what is held, and until when."""

    booking_id: UUID


@job("email.new_link", _MAIL, subject="booking_id")
@contract
class SendNewLink:
    """Give the customer the booking's link of that version, in place of those before."""

    booking_id: UUID
    version: int


@job("email.pick_up_reminder", _LATER, subject="booking_id")
@contract
class SendPickUpReminder:
    """Remind the customer of the pick-up, `hours` before it."""

    booking_id: UUID
    hours: int = field(validate.OneOf(PICK_UP_HOURS))


@job("email.return_reminder", _LATER, subject="booking_id")
@contract
class SendReturnReminder:
    """Remind the customer of the return."""

    booking_id: UUID


@job("email.review_request", _LATER, subject="booking_id")
@contract
class SendReviewRequest:
    """Ask the customer how the rental was."""

    booking_id: UUID


@job("email.new_booking", _LATER, subject="booking_id")
@contract
class SendNewBookingNotice:
    """Tell the staff of a new booking."""

    booking_id: UUID


@job("email.pay_again", _MAIL, subject="booking_id")
@contract
class SendPayAgain:
    """Ask the customer to pay again, since the bank would not go on reserving. `payment_id` is the refused renewal."""

    payment_id: UUID
    booking_id: UUID


@job("email.payment_overdue", _LATER, subject="booking_id")
@contract
class SendPaymentOverdue:
    """Have the staff decide about a booking whose customer was asked to pay again and has not."""

    payment_id: UUID
    booking_id: UUID


@job("email.manifest", _LATER, subject="location_id")
@contract
class SendManifest:
    """Tell the staff what happens at a location on a day of its calendar."""

    location_id: UUID
    day: date
