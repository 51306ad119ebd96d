"""What the mails along a rental tell: the hold, the money that moved, the days before and after.

Amounts are minor units of the named currency, instants are aware. `days` counts midnights at the place, from the
moment of sending: 0 is today, 1 tomorrow. `payment_id` is the money move that the mail is about.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from exodrive.services.email.contracts import MailedBooking, MailedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLinkMail:
    """The booking's link of that version has taken the place of those before."""

    booking: MailedBooking
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReceiptMail:
    """The car is held until `until`, and not paid yet."""

    booking: MailedBooking
    until: datetime
    currency: str
    total: int
    deposit: int


class ChargedFor(StrEnum):
    """What a charge was for."""

    RENTAL = "rental"  # the whole of it
    PART = "part"
    FEE = "fee"  # what the policy keeps of a cancelled booking


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceiptMail:
    """`amount` was taken. `lines` + `tax` make the amount where that is the whole rental; otherwise there are none."""

    booking: MailedBooking
    payment_id: UUID
    charged_at: datetime
    charged_for: ChargedFor
    currency: str
    amount: int
    lines: tuple[MailedLine, ...]
    tax: int
    tax_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayAgainMail:
    """The bank would not go on reserving `amount`: it is to be paid again, by `by` where that lies ahead. It will be
    charged at `charged_at`, or at once where that has passed (None). `payment_id` is the refused renewal."""

    booking: MailedBooking
    payment_id: UUID
    reason: str
    by: datetime | None
    charged_at: datetime | None
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundMail:
    """`amount` went back. `charged` and `refunded` are the booking's sums as they stand now, this one included."""

    booking: MailedBooking
    payment_id: UUID
    refunded_at: datetime
    currency: str
    amount: int
    charged: int
    refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickUpReminderMail:
    """The rental begins in `days` days; `hours` is which of the reminders this is."""

    booking: MailedBooking
    hours: int
    days: int
    currency: str
    deposit: int
    minimum_age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReminderMail:
    """The rental ends in `days` days. `included_miles` for the whole rental, `overage_per_mile` beyond it."""

    booking: MailedBooking
    days: int
    currency: str
    included_miles: int
    overage_per_mile: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequestMail:
    """The car is back: how was it? `answer_url` opens the customer's mail program."""

    booking: MailedBooking
    answer_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignMail:
    """News that somebody asked for. `stop_url` stops it with one click; None in a preview."""

    campaign_id: UUID
    consent_id: UUID
    recipient: str
    subject: str
    paragraphs: tuple[str, ...]
    stop_url: str | None
