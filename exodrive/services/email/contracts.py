"""What a mail is, and what each kind of mail needs to know; further kinds are in `journey` and `notices`.

The room above fills a content dataclass with plain values at send time; the composer makes a `Mail` of it; the
service delivers that once. Amounts are minor units of the named currency, instants are aware, zones are IANA names.
Every text is plain: escaping is the templates' business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

from exodrive.core.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail. `content_type` may carry parameters: `text/calendar; method=PUBLISH`."""

    filename: str
    content_type: str
    content: bytes

    def __post_init__(self) -> None:
        _refuse_line_breaks(filename=self.filename, content_type=self.content_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that is ready to go. `once` names the promise: two mails with the same one are the same mail. What it was
    made of besides its booking, in ids and codes, is in `particulars`; `again_of` is the mail that it repeats.
    `unsubscribe_url` makes it one that can be stopped with one click (RFC 8058).

    `recipient` is one bare address, `reply_to` another; the names beside them are shown by mail programs. A line break
    in anything that becomes a header raises `Invalid`."""

    kind: str
    once: str
    booking_id: UUID | None
    recipient: str
    subject: str
    html: str
    text: str
    recipient_name: str = ""
    reply_to: str | None = None
    reply_to_name: str = ""
    attachments: tuple[Attachment, ...] = ()
    locale: str = "en"
    particulars: Mapping[str, str] = field(default_factory=dict)
    again_of: UUID | None = None
    unsubscribe_url: str | None = None

    def __post_init__(self) -> None:
        _refuse_line_breaks(
            recipient=self.recipient,
            subject=self.subject,
            recipient_name=self.recipient_name,
            reply_to=self.reply_to or "",
            reply_to_name=self.reply_to_name,
            locale=self.locale,
            unsubscribe_url=self.unsubscribe_url or "",
        )


def _refuse_line_breaks(**headers: str) -> None:
    for name, value in headers.items():
        # Everything that any mail program may take for the end of a header, not only CR and LF.
        if len(value.splitlines()) > 1 or value[-1:].splitlines() == [""] or "\0" in value:
            raise Invalid.at(name, "This must be a single line of text.")


class MailState(StrEnum):
    """Where a mail stands, as far as mail servers have told. Suppressed: the address takes no mail, none was sent."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMail:
    """What the templates made."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class OpenHours:
    """From when to when a place is open on a day, by its own clock."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedPlace:
    """A location as a mail shows it. `opening_hours` has seven entries from Monday; None is closed."""

    name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str
    zone: str
    opening_hours: tuple[OpenHours | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedBooking:
    """What all mails about a booking share. `car_detail` is the quiet line under the car's name ("2024 · Rosso
    Corsa"); `image_url` an absolute address, or None for a mail without a picture; `manage_url` the absolute,
    signed link of this booking; `pick_up_address` and `return_address` are where the car is brought and fetched, when
    it is not at the location itself. `stop_news_url` is set for who asked for news, and stops them."""

    booking_id: UUID
    reference: str
    locale: str
    customer_name: str
    customer_email: str
    car: str
    car_detail: str
    starts_at: datetime
    ends_at: datetime
    pick_up: MailedPlace
    return_to: MailedPlace
    manage_url: str
    image_url: str | None = None
    image_alt: str = ""
    pick_up_address: str | None = None
    return_address: str | None = None
    stop_news_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedLine:
    """One line of a price, as the quote has it; a line with a quantity of one shows no arithmetic."""

    label: str
    quantity: int
    unit: str
    unit_amount: int
    amount: int


class PaymentStanding(StrEnum):
    """Whether the rental total is reserved on the customer's card or has been taken."""

    AUTHORISED = "authorised"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationMail:
    """The booking is confirmed. `lines` + `tax` = `total`. `charged_at`: when an authorised total is going to be taken
    (None: not known, or already paid). `deposit` is apart from the total, held at pick-up. `included_miles` for the
    whole rental, `overage_per_mile` beyond it. `cancellation` is the one policy's text for this booking, a sentence a
    line. `sequence` grows by one with each change of the booking, so that calendars follow."""

    booking: MailedBooking
    currency: str
    lines: tuple[MailedLine, ...]
    subtotal: int
    tax: int
    tax_label: str
    total: int
    standing: PaymentStanding
    charged_at: datetime | None
    deposit: int
    included_miles: int
    overage_per_mile: int
    minimum_age: int
    cancellation: tuple[str, ...]
    sequence: int = 0


class CancelledBy(StrEnum):
    """Who cancelled. Staff: in the customer's stead. Us: the business could not keep to the booking."""

    CUSTOMER = "customer"
    STAFF = "staff"
    US = "us"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationMail:
    """The booking was cancelled. `charged` is what the rental cost at the time (authorised or paid; 0 of a hold);
    `released` of it was only reserved and is let go; `refunded` had been taken and goes back; `kept` is the fee that
    the policy leaves. `reason` is the policy's line that decided, as it goes on after "Cancelled": "at least 48 hours
    before pick-up"."""

    booking: MailedBooking
    currency: str
    charged: int
    released: int
    refunded: int
    kept: int
    reason: str
    by: CancelledBy = CancelledBy.CUSTOMER
    sequence: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTooLateMail:
    """The payment came after the hold had ended and the car is gone: the authorisation was voided. `search_url` is the
    way forward: a search for the same dates."""

    booking: MailedBooking
    currency: str
    amount: int
    search_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLinkMail:
    """A one-time link for a member of staff: an invitation, or a new password. `url` is absolute and opens the account
    until it was used, or `hours` after it was asked for."""

    link_id: UUID
    name: str
    email: str
    role: str
    url: str
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtMail:
    """A line of the development mailbox."""

    key: str
    at: datetime
    sender: str
    recipient: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtAttachment:
    """A file of a caught mail; `number` addresses it within the mail."""

    number: int
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtMailView:
    """One caught mail, taken apart."""

    mail: CaughtMail
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    attachments: tuple[CaughtAttachment, ...]
