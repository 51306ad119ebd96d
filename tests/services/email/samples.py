"""Contents of mails as the booking room would fill them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from exodrive.services.content.contracts import SendContactMessage
from exodrive.services.email.contracts import (
    CancellationMail,
    ConfirmationMail,
    MailedBooking,
    MailedLine,
    MailedPlace,
    OpenHours,
    PaymentStanding,
    PaymentTooLateMail,
)
from exodrive.services.email.journey import (
    CampaignMail,
    ChargedFor,
    HoldReceiptMail,
    PayAgainMail,
    PaymentReceiptMail,
    PickUpReminderMail,
    RefundMail,
    ReturnReminderMail,
    ReviewRequestMail,
)
from exodrive.services.email.notices import (
    EndpointShutNotice,
    ManifestEntry,
    ManifestMail,
    NewBookingNotice,
    PaymentFailedNotice,
    PaymentOverdueNotice,
)

_ALL_DAY = OpenHours(time(8), time(20))
_SHORT = OpenHours(time(9), time(17))

LOS_ANGELES = MailedPlace(
    name="Sunset Boulevard",
    street="8490 Sunset Boulevard",
    city="West Hollywood",
    region="CA",
    postal_code="90069",
    country="US",
    phone="+1 310 555 0142",
    zone="America/Los_Angeles",
    opening_hours=(_ALL_DAY,) * 5 + (_SHORT, _SHORT),
)
NEW_YORK = replace(
    LOS_ANGELES,
    name="Hudson Yards",
    street="20 Hudson Yards",
    city="New York",
    region="NY",
    postal_code="10001",
    phone="+1 212 555 0142",
    zone="America/New_York",
    opening_hours=(_ALL_DAY,) * 6 + (None,),
)
LONDON = replace(
    LOS_ANGELES,
    name="Mayfair",
    street="14 Mount Street",
    city="London",
    region="",
    postal_code="W1K 2RF",
    country="GB",
    phone="+44 20 7946 0142",
    zone="Europe/London",
)

BOOKING = MailedBooking(
    booking_id=UUID("019a0000-0000-7000-8000-000000000001"),
    reference="K7QM4TR9",
    locale="en",
    customer_name="Maya Lindqvist",
    customer_email="maya@example.com",
    car="Ferrari Roma Spider",
    car_detail="2024 · Rosso Portofino · 612 hp",
    starts_at=datetime(2026, 6, 12, 17, 0, tzinfo=UTC),
    ends_at=datetime(2026, 6, 15, 17, 0, tzinfo=UTC),
    pick_up=LOS_ANGELES,
    return_to=LOS_ANGELES,
    manage_url="https://exodrive.example/booking/AbCdEf0123456789.ZyXwVu",
)

CONFIRMATION = ConfirmationMail(
    booking=BOOKING,
    currency="USD",
    lines=(
        MailedLine(label="Daily rate", quantity=1, unit="day", unit_amount=89_000, amount=89_000),
        MailedLine(label="Weekend rate", quantity=2, unit="day", unit_amount=99_000, amount=198_000),
        MailedLine(label="Extra driver", quantity=3, unit="day", unit_amount=2_500, amount=7_500),
        MailedLine(
            label="Delivery, up to 25 miles", quantity=1, unit="rental", unit_amount=12_000, amount=12_000
        ),
        MailedLine(label="Promo code SUMMER", quantity=1, unit="rental", unit_amount=-30_650, amount=-30_650),
    ),
    subtotal=275_850,
    tax=26_206,
    tax_label="Sales tax 9.5%",
    total=302_056,
    standing=PaymentStanding.AUTHORISED,
    charged_at=datetime(2026, 6, 9, 17, 0, tzinfo=UTC),
    deposit=500_000,
    included_miles=300,
    overage_per_mile=350,
    minimum_age=25,
    cancellation=(
        "Free until Friday, June 5, 2026, 10:00 AM PDT.",
        "Until Wednesday, June 10, 2026, 10:00 AM PDT, half of the rental comes back.",
        "After that nothing comes back.",
    ),
)

CANCELLATION = CancellationMail(
    booking=BOOKING,
    currency="USD",
    charged=302_056,
    released=0,
    refunded=151_028,
    kept=151_028,
    reason="at least 48 hours before pick-up",
)

PAYMENT_TOO_LATE = PaymentTooLateMail(
    booking=BOOKING,
    currency="USD",
    amount=302_056,
    search_url="https://exodrive.example/cars?from=2026-06-12T10:00&to=2026-06-15T10:00",
)

HOLD_RECEIPT = HoldReceiptMail(
    booking=BOOKING,
    until=datetime(2026, 6, 1, 17, 15, tzinfo=UTC),
    currency="USD",
    total=302_056,
    deposit=500_000,
)

_PAYMENT = UUID("019a0000-0000-7000-8000-000000000002")

PAYMENT_RECEIPT = PaymentReceiptMail(
    booking=BOOKING,
    payment_id=_PAYMENT,
    charged_at=datetime(2026, 6, 9, 17, 0, tzinfo=UTC),
    charged_for=ChargedFor.RENTAL,
    currency="USD",
    amount=302_056,
    lines=CONFIRMATION.lines,
    tax=26_206,
    tax_label="Sales tax 9.5%",
)

REFUND = RefundMail(
    booking=BOOKING,
    payment_id=_PAYMENT,
    refunded_at=datetime(2026, 6, 10, 17, 0, tzinfo=UTC),
    currency="USD",
    amount=151_028,
    charged=302_056,
    refunded=151_028,
)

PAY_AGAIN = PayAgainMail(
    booking=BOOKING,
    payment_id=_PAYMENT,
    reason="The bank declined this card.",
    by=datetime(2026, 6, 8, 17, 0, tzinfo=UTC),
    charged_at=datetime(2026, 6, 9, 17, 0, tzinfo=UTC),
    currency="USD",
    amount=302_056,
)

PAYMENT_OVERDUE = PaymentOverdueNotice(
    booking=BOOKING,
    payment_id=_PAYMENT,
    customer_phone="+46 70 555 01 42",
    reason="The bank declined this card.",
    asked_at=datetime(2026, 6, 7, 17, 0, tzinfo=UTC),
    lapses_at=datetime(2026, 6, 8, 20, 0, tzinfo=UTC),
    currency="USD",
    amount=302_056,
)

PICK_UP_REMINDER = PickUpReminderMail(
    booking=BOOKING, hours=24, days=1, currency="USD", deposit=500_000, minimum_age=25
)

RETURN_REMINDER = ReturnReminderMail(
    booking=BOOKING, days=1, currency="USD", included_miles=300, overage_per_mile=350
)

REVIEW_REQUEST = ReviewRequestMail(
    booking=BOOKING, answer_url="mailto:hello@exodrive.example?subject=Ferrari%20Roma%20Spider"
)

NEW_BOOKING = NewBookingNotice(
    booking=BOOKING,
    customer_phone="+46 70 555 01 42",
    plate="8ABC123",
    days=3,
    currency="USD",
    lines=CONFIRMATION.lines,
    tax=26_206,
    tax_label="Sales tax 9.5%",
    total=302_056,
    deposit=500_000,
)

PAYMENT_FAILED = PaymentFailedNotice(
    booking=BOOKING,
    payment_id=_PAYMENT,
    customer_phone="+46 70 555 01 42",
    what="payment",
    reason="The bank declined this card.",
    failed_at=datetime(2026, 6, 9, 17, 0, tzinfo=UTC),
    currency="USD",
    amount=302_056,
    state="held",
    held_until=datetime(2026, 6, 9, 17, 15, tzinfo=UTC),
)

CAMPAIGN = CampaignMail(
    campaign_id=UUID("019a0000-0000-7000-8000-000000000005"),
    consent_id=UUID("019a0000-0000-7000-8000-000000000006"),
    recipient="maya@example.com",
    subject="The coast road is open",
    paragraphs=("Spring has come to the Pacific.", "Three new convertibles wait for you\nin Los Angeles."),
    stop_url="https://exodrive.example/unsubscribe/abc",
)

ENDPOINT_SHUT = EndpointShutNotice(
    endpoint_id=UUID("019a0000-0000-7000-8000-000000000004"),
    partner="Palm Hotel",
    description="Concierge desk",
    host="palm.example",
    gone=False,
    shut_at=datetime(2026, 6, 9, 17, 0, tzinfo=UTC),
)

MANIFEST = ManifestMail(
    location_id=UUID("019a0000-0000-7000-8000-000000000003"),
    place=LOS_ANGELES,
    day=date(2026, 6, 12),
    begins=datetime(2026, 6, 12, 7, 0, tzinfo=UTC),
    pick_ups=(
        ManifestEntry(
            at=datetime(2026, 6, 12, 17, 0, tzinfo=UTC),
            reference="K7QM4TR9",
            car="Ferrari Roma Spider",
            plate="8ABC123",
            customer_name="Maya Lindqvist",
            customer_phone="+46 70 555 01 42",
            address="9641 Sunset Boulevard, Beverly Hills",
            extras=("Child seat", "Extra driver"),
        ),
        ManifestEntry(
            at=datetime(2026, 6, 12, 21, 30, tzinfo=UTC),
            reference="P4XW9HTC",
            car="Lamborghini Huracán Tecnica",
            plate="7XYZ900",
            customer_name="Rafael Ortiz",
            customer_phone="+1 310 555 0177",
            address=None,
        ),
    ),
    returns=(),
)

CONTACT = SendContactMessage(
    id="kZ0q3vC1mTq9b2xN",
    name="Rafael Ortiz",
    email="rafael@example.com",
    topic="Events, film and business",
    message="Good morning,\n\nwe would like two cars for one day.\nIs that possible?",
)


def booking(**over: Any) -> MailedBooking:
    """The sample booking with some fields changed."""
    return replace(BOOKING, **over)
