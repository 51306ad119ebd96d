"""The sandbox's test cards, and what makes a card number, a date and a code plausible. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from exodrive.services.payment.contracts import ChargeState

LATE_ANSWER = timedelta(seconds=20)
_SILENT_READS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What the bank behind a test card does. `webhooks` how often the event is delivered; `returns` whether the
    customer is sent back; `silent_reads` how many questions the gateway then leaves unanswered; `renewal` why the bank
    does not reserve the same again without the customer; `silent_renewal` whether it does, but answers only when asked
    twice."""

    number: str
    title: str
    effect: str
    state: ChargeState
    failure: str | None = None
    wait: timedelta = timedelta(0)
    webhooks: int = 1
    returns: bool = True
    silent_reads: int = 0
    renewal: str | None = None
    silent_renewal: bool = False

    @property
    def slug(self) -> str:
        """The title as it stands in an address."""
        return self.title.lower().replace(" ", "-")

    @property
    def shown(self) -> str:
        """The number in groups of four."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


CARDS = (
    Behaviour(
        number="4242424242424242",
        title="Success",
        effect="Authorised at once.",
        state=ChargeState.AUTHORISED,
    ),
    Behaviour(
        number="4000000000000002",
        title="Declined",
        effect="The bank declines.",
        state=ChargeState.FAILED,
        failure="declined",
    ),
    Behaviour(
        number="4000000000009995",
        title="Insufficient funds",
        effect="The bank declines for lack of funds.",
        state=ChargeState.FAILED,
        failure="insufficient_funds",
    ),
    Behaviour(
        number="4000002760003184",
        title="Challenge",
        effect="The bank asks the customer to approve on a second page.",
        state=ChargeState.CHALLENGE,
        webhooks=0,
    ),
    Behaviour(
        number="4000000000000077",
        title="Late answer",
        effect="Processing at first; authorised 20 seconds later, told by webhook.",
        state=ChargeState.PROCESSING,
        wait=LATE_ANSWER,
    ),
    Behaviour(
        number="4000000000000119",
        title="Timeout",
        effect="Authorised, but the gateway does not answer the first 4 questions about it, and sends no webhook.",
        state=ChargeState.AUTHORISED,
        webhooks=0,
        silent_reads=_SILENT_READS,
    ),
    Behaviour(
        number="4000000000000259",
        title="Duplicate webhook",
        effect="Authorised; the same event is delivered twice.",
        state=ChargeState.AUTHORISED,
        webhooks=2,
    ),
    Behaviour(
        number="4000000000000341",
        title="Closed tab",
        effect="Authorised, but nobody is told: no webhook, no way back. The sweeper has to find it.",
        state=ChargeState.AUTHORISED,
        webhooks=0,
        returns=False,
    ),
    Behaviour(
        number="4000000000000424",
        title="Renewal declined",
        effect="Authorised; when that lapses, the bank does not reserve the amount again.",
        state=ChargeState.AUTHORISED,
        renewal="declined",
    ),
    Behaviour(
        number="4000000000000507",
        title="Renewal needs approval",
        effect="Authorised; when that lapses, the bank reserves the amount again only with the customer’s approval.",
        state=ChargeState.AUTHORISED,
        renewal="authentication",
    ),
    Behaviour(
        number="4000000000000671",
        title="Renewal unanswered",
        effect="Authorised; when that lapses, it is reserved again, but the gateway does not answer the first time.",
        state=ChargeState.AUTHORISED,
        silent_renewal=True,
    ),
)
_BY_NUMBER = {card.number: card for card in CARDS}


def digits(text: str) -> str:
    """A card number without the spaces and dashes that people type."""
    return re.sub(r"[\s-]", "", text)


def passes_luhn(number: str) -> bool:
    """Whether 12 to 19 digits carry the right check digit (ISO/IEC 7812-1)."""
    if not re.fullmatch(r"[0-9]{12,19}", number):
        return False
    total = 0
    for place, figure in enumerate(reversed(number)):
        value = int(figure) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def behaviour(number: str) -> Behaviour | None:
    """What a test card does; None for any other card."""
    return _BY_NUMBER.get(digits(number))


def titled(slug: str) -> Behaviour | None:
    """The test card whose title is so written."""
    return next((card for card in CARDS if card.slug == slug), None)


def expires_after(text: str) -> date | None:
    """The first day on which a card dated `MM/YY` (or `MM/YYYY`) is no longer good; None if it is no date."""
    found = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*[/-]\s*(?:20)?([0-9]{2})\s*", text)
    if not found:
        return None
    month, year = int(found[1]), 2000 + int(found[2])
    return date(year + month // 12, month % 12 + 1, 1)
