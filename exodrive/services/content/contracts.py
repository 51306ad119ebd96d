"""What is asked of the content room."""

from enum import StrEnum

from exodrive.core.contract import contract, field, validate
from exodrive.core.ids import REFERENCE_ALPHABET
from exodrive.core.ledger import Policy, job
from exodrive.core.resilience import System


class Topic(StrEnum):
    BOOKING = "booking"
    AVAILABILITY = "availability"
    DELIVERY = "delivery"
    BUSINESS = "business"
    OTHER = "other"


TOPICS = {
    Topic.BOOKING: "A booking I have",
    Topic.AVAILABILITY: "A car or dates",
    Topic.DELIVERY: "Delivery and collection",
    Topic.BUSINESS: "Events, film and business",
    Topic.OTHER: "Something else",
}


@contract
class WriteMessage:
    """A visitor writes to us."""

    name: str = field(
        validate.Length(min=2, max=120, error="Please tell us your name, in 2 to 120 characters."),
        validate.Regexp(r"[^\x00-\x1f\x7f\x85\u2028\u2029]*\Z", error="A name stands on one line."),
        label="Your name",
        autocomplete="name",
    )
    email: str = field(
        validate.Email(error="This does not look like an e-mail address."),
        validate.Length(max=254),
        label="E-mail",
        autocomplete="email",
        help="Our answer goes here.",
    )
    topic: Topic = field(label="Topic", choices={str(topic): words for topic, words in TOPICS.items()})
    booking_reference: str | None = field(
        validate.Regexp(
            rf"[{REFERENCE_ALPHABET}{REFERENCE_ALPHABET.lower()}]{{8}}\Z",
            error="A reference has eight letters and digits, such as K7QM4TR9.",
        ),
        default=None,
        label="Booking reference",
        help="Eight letters and digits, from your confirmation.",
        autocomplete="off",
        autocapitalize="characters",
        spellcheck="false",
    )
    message: str = field(
        validate.Length(min=10, max=4000, error="Please write between 10 and 4,000 characters."),
        label="Message",
    )


@job("email.contact", Policy(queue="email", needs=System.MAIL, priority=6))
@contract
class SendContactMessage:
    """Bring a visitor's message to our mailbox. `id` is the same for the same words on the same day."""

    id: str
    name: str
    email: str
    topic: str
    booking_reference: str | None = None
    message: str
