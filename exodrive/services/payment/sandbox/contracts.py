"""The sandbox's page: the card that is typed there, and what the page shows."""

import re
from dataclasses import dataclass
from enum import StrEnum

from marshmallow import ValidationError

from exodrive.core.contract import contract, field, validate
from exodrive.services.payment.contracts import ChargeState
from exodrive.services.payment.sandbox.cards import behaviour, digits, expires_after, passes_luhn


def _number(text: str) -> None:
    number = digits(text)
    if not re.fullmatch(r"[0-9]{12,19}", number):
        raise ValidationError("Enter the 16 digits of the card.")
    if not passes_luhn(number):
        raise ValidationError("There is a typing error in this card number.")
    if behaviour(number) is None:
        raise ValidationError("Only the test cards listed here work. Never enter a real card.")


def _expiry(text: str) -> None:
    if expires_after(text) is None:
        raise ValidationError("Enter the month and year as on the card, such as 04/31.")


@contract
class PayByCard:
    """A card as typed. It is never stored or logged."""

    number: str = field(_number, label="Card number", autocomplete="off", inputmode="numeric")
    expiry: str = field(_expiry, label="Expiry date", help="MM/YY", autocomplete="off", inputmode="numeric")
    cvc: str = field(
        validate.Regexp(r"\A\s*[0-9]{3,4}\s*\Z", error="Enter the 3 or 4 digits of the security code."),
        label="Security code",
        help="3 or 4 digits",
        autocomplete="off",
        inputmode="numeric",
    )

    def __repr__(self) -> str:
        return "PayByCard(…)"


class Landing(StrEnum):
    """Where the customer goes from here."""

    CHALLENGE = "challenge"  # to the page of their bank
    RETURN = "return"  # to where they came from
    STAY = "stay"  # nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeView:
    """What the hosted page knows. `return_url` is where the customer came from; `failure` is in words;
    `good_until` a date, as written on cards, that is still to come."""

    reference: str
    state: ChargeState
    amount: int
    currency: str
    description: str
    failure: str | None
    return_url: str
    good_until: str
