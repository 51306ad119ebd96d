"""The particulars of a car that people set: what each may be, and what it is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from exodrive.core.contract import field, validate

LEAST_RATE, MOST_RATE = 100, 10_000_000
"""What a day may cost: a share of less would round to nothing, more is a slip of the hand."""
MOST_MONEY = 100_000_000

_MOST_FEATURES, _LONGEST_FEATURE = 30, 60
_WORDED = validate.Regexp(r"\s*\S", error="Please fill this in.")


def _features(given: list[str]) -> None:
    if any(not (0 < len(one.strip()) <= _LONGEST_FEATURE) for one in given):
        raise ValidationError(f"Each takes 1 to {_LONGEST_FEATURE} characters.")


@dataclass(frozen=True, slots=True)
class Said:
    """How one particular is said: its rules, and its words."""

    rules: tuple[Callable[[Any], Any], ...]
    words: Mapping[str, Any]

    def asked(self, **over: Any) -> Any:
        """The field of a contract; `over` are its default and other words."""
        return field(*self.rules, **{**self.words, **over})


def _said(label: str, *rules: Callable[[Any], Any], **words: Any) -> Said:
    return Said(rules, {"label": label, **words})


def _text(label: str, longest: int, **words: Any) -> Said:
    return _said(label, validate.Length(min=1, max=longest), _WORDED, **words)


def _number(label: str, least: int, most: int, **words: Any) -> Said:
    return _said(label, validate.Range(min=least, max=most), **words)


LOCATION = _said(
    "Location", validate.Regexp(r"[a-z0-9][a-z0-9_-]{0,79}\Z", error="This is not a name we know.")
)
MAKE, MODEL = _text("Make", 40, autocomplete="off"), _text("Model", 60, autocomplete="off")
YEAR = _number("Year", 1900, 2100)
CATEGORY, BODY = _said("Category"), _said("Body")
SEATS = _number("Seats", 1, 9)
POWER = _number("Power, in hp", 1, 3000, unit="hp")
TOP_SPEED = _number("Top speed, in km/h", 30, 600, unit="km/h")
ZERO_TO_HUNDRED = _number(
    "0–100 km/h, in tenths of a second", 10, 600, help="34 is 3.4 seconds.", unit="tenths of a second"
)
TRANSMISSION, DRIVE = _said("Transmission"), _said("Driven wheels")
ENGINE, COLOUR = _text("Engine", 80, autocomplete="off"), _text("Colour", 60, autocomplete="off")
PLATE = _said(
    "Plate",
    validate.Regexp(r"[A-Za-z0-9][A-Za-z0-9 -]{0,14}\Z", error="Letters, digits, spaces and dashes."),
    autocomplete="off",
)
VIN = _said(
    "Vehicle identification number",
    validate.Regexp(r"[A-Za-z0-9]{5,17}\Z", error="5 to 17 letters and digits."),
    autocomplete="off",
)
FEATURES = _said(
    "Features",
    validate.Length(max=_MOST_FEATURES),
    _features,
    input_type="textarea",
    help="One a line.",
    json_schema={"items": {"minLength": 1, "maxLength": _LONGEST_FEATURE, "pattern": r"^\s*\S"}},
)
DESCRIPTION = _text("Description", 4000)
DAILY_RATE = _number("Daily rate", LEAST_RATE, MOST_RATE, unit="minor units")
WEEKEND_RATE = _number("Weekend rate", LEAST_RATE, MOST_RATE, unit="minor units")
DEPOSIT = _number("Security deposit", 0, MOST_MONEY, unit="minor units")
INCLUDED_MILES = _number("Included miles a day", 0, 1000, unit="miles a day")
OVERAGE = _number("Each mile beyond", 0, 1_000_000, unit="minor units")
MINIMUM_DAYS = _number("Days at least", 1, 30, unit="days")
MINIMUM_AGE = _number("Driver’s age at least", 18, 40, unit="years")
TURNAROUND = _number("Minutes between rentals", 0, 2880, unit="minutes")
FEATURED = _number("Place on the home page", 0, 99, help="1 comes first; 0 is not there.")
