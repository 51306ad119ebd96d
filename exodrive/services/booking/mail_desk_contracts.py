"""What the staff ask of the mail log and what it tells. Instants in UTC."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.errors import ExodriveError, Kind
from exodrive.core.ledger import Policy, job
from exodrive.core.resilience import System
from exodrive.services.booking.desk_contracts import NameBooking
from exodrive.services.email.contracts import MailState
from exodrive.services.email.suppression import SuppressedAddress

MAIL_PAGE = 25
MAIL_KINDS = {
    "booking_confirmation": "Confirmation",
    "hold_receipt": "Hold receipt",
    "payment_receipt": "Payment receipt",
    "refund": "Refund",
    "cancellation": "Cancellation",
    "payment_too_late": "Payment too late",
    "new_link": "New link",
    "pick_up_reminder": "Pick-up reminder",
    "return_reminder": "Return reminder",
    "review_request": "Review request",
    "new_booking": "New booking, to staff",
    "payment_failed": "Failed payment, to staff",
    "manifest": "Manifest, to staff",
    "contact_message": "Contact message, to staff",
    "endpoint_shut": "Webhooks stopped, to staff",
    "partner_endpoint_shut": "Webhooks stopped, to a partner",
    "staff_invitation": "Staff invitation",
    "staff_reset": "Staff password link",
}


class MailOutdated(ExodriveError):
    """What the mail says is not true any more, or what it was made of is not there."""

    kind = Kind.CONFLICT
    code = "mail_outdated"


@contract
class FindMails:
    """Which mails the staff want to see. `booking` is a reference, `to` the keyed hash of an address, so that none is
    in a link. `after` is the cursor of the page before."""

    booking: str | None = field(validate.Length(max=20), default=None, input_type="hidden")
    to: str | None = field(validate.Length(max=64), default=None, input_type="hidden")
    kind: str | None = field(
        validate.OneOf(tuple(MAIL_KINDS), tuple(MAIL_KINDS.values())),
        default=None,
        label="Kind",
        empty="Any kind",
    )
    state: MailState | None = field(default=None, label="State", empty="Any state")
    after: str | None = field(validate.Length(max=80), default=None)


@contract
class FindSuppressed:
    """Which addresses that take no mail; one of them by its keyed hash."""

    to: str | None = field(validate.Length(max=64), default=None, input_type="hidden")
    after: str | None = field(validate.Length(max=80), default=None)


@contract
class NameMails(NameBooking):
    """The mails of a booking by its reference, or all to an address."""


@contract
class NameAddress:
    """An address, whole."""

    subject: str = field(
        validate.Regexp(r"\s*[^\s@]+@[^\s@]+\s*\Z", error="A whole e-mail address."),
        label="E-mail",
        autocomplete="off",
        spellcheck="false",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """A mail in the log."""

    id: UUID
    kind: str
    state: MailState
    recipient: str
    subject: str
    failure: str | None
    created_at: datetime
    sent_at: datetime | None
    booking_id: UUID | None
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage:
    """A page of the log; `next` is the cursor of the one after it."""

    mails: tuple[MailLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailMoment:
    """Something that happened to a mail; `what` is a code: promised, sent, an outcome, or an audited deed."""

    at: datetime
    what: str
    who: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """One mail. `obstacle` says why it cannot be made again now; None where it can be previewed and sent again."""

    line: MailLine
    message_id: str
    again_of: UUID | None
    repeats: tuple[MailLine, ...]
    moments: tuple[MailMoment, ...]
    suppression: SuppressedAddress | None
    obstacle: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPreview:
    """A mail as it would be sent now, without the customer's own links."""

    subject: str
    html: str
    text: str
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressedPage:
    """A page of addresses that take no mail."""

    addresses: tuple[SuppressedAddress, ...]
    next: str | None


@job(
    "email.resend",
    Policy(queue="email", needs=System.MAIL, priority=2, max_attempts=12, first_retry=10),
    subject="mail_id",
)
@contract
class ResendMail:
    """Send a logged mail again, as a mail of its own: `again_id` names the promise."""

    mail_id: UUID
    again_id: UUID
