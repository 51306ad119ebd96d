"""What the pages of cars ask for: amounts in whole units with decimals, features a line each."""

from datetime import date
from decimal import Decimal

from flask_babel import LazyString, lazy_gettext

from exodrive.core.contract import contract, field, validate
from exodrive.http.forms import Extraction, Sent, form_of, query_of
from exodrive.services.car import particulars as said
from exodrive.services.car.contracts import Body, Category, Drive, Transmission
from exodrive.services.car.desk_contracts import FindFleet
from exodrive.services.pricing.contracts import Adjustment


def _amount(kind: said.Said) -> Decimal:
    asked: Decimal = field(
        validate.Range(min=Decimal(0)),
        label=kind.words["label"],
        help=kind.words.get("help", ""),
        inputmode="decimal",
        autocomplete="off",
    )
    return asked


@contract
class CarForm:
    """A car, as it is typed. `version` is that of the car as it was shown, 0 for a new one."""

    version: int = field(default=0, input_type="hidden")
    location: str = said.LOCATION.asked()
    make: str = said.MAKE.asked()
    model: str = said.MODEL.asked()
    year: int = said.YEAR.asked()
    category: Category = said.CATEGORY.asked()
    body: Body = said.BODY.asked()
    colour: str = said.COLOUR.asked()
    plate: str = said.PLATE.asked()
    vin: str = said.VIN.asked()
    seats: int = said.SEATS.asked()
    transmission: Transmission = said.TRANSMISSION.asked()
    drive: Drive = said.DRIVE.asked()
    engine: str = said.ENGINE.asked()
    power_hp: int = said.POWER.asked()
    top_speed_kmh: int = said.TOP_SPEED.asked()
    zero_to_hundred: int = said.ZERO_TO_HUNDRED.asked()
    daily_rate: Decimal = _amount(said.DAILY_RATE)
    weekend_rate: Decimal = _amount(said.WEEKEND_RATE)
    deposit: Decimal = _amount(said.DEPOSIT)
    included_miles: int = said.INCLUDED_MILES.asked()
    overage_per_mile: Decimal = _amount(said.OVERAGE)
    minimum_days: int = said.MINIMUM_DAYS.asked(default=1)
    minimum_age: int = said.MINIMUM_AGE.asked(default=25)
    turnaround_minutes: int = said.TURNAROUND.asked(default=120)
    featured: int = said.FEATURED.asked(default=0)
    features: list[str] = said.FEATURES.asked(default_factory=list)
    description: str = said.DESCRIPTION.asked()


GROUPS: tuple[tuple[LazyString, tuple[str, ...]], ...] = (
    (
        lazy_gettext("The car"),
        ("make", "model", "year", "category", "body", "colour", "location", "plate", "vin"),
    ),
    (
        lazy_gettext("What it can do"),
        (
            "seats",
            "transmission",
            "drive",
            "engine",
            "power_hp",
            "top_speed_kmh",
            "zero_to_hundred",
        ),
    ),
    (lazy_gettext("Rates"), ("daily_rate", "weekend_rate", "deposit", "included_miles", "overage_per_mile")),
    (lazy_gettext("Rules"), ("minimum_days", "minimum_age", "turnaround_minutes", "featured")),
)
"""The fields that stand side by side, under their titles."""


@contract
class SeasonForm:
    """A season, as it is typed. `amount` in units of the currency, or per cent of the usual price."""

    label: str = field(
        validate.Length(min=1, max=60), label="Name", autocomplete="off", placeholder="Race week"
    )
    reach: str = field(
        validate.OneOf(("car", "location", "all")), default="car", label="For", choices={"all": "Every car"}
    )
    starts_on: date = field(label="First day")
    ends_on: date = field(label="Last day", help="Included.")
    adjustment: Adjustment = field(
        label="A day costs", choices={"fixed": "A price of its own", "percent": "Per cent of the usual price"}
    )
    amount: Decimal = field(
        validate.Range(min=Decimal(0)),
        label="How much",
        inputmode="decimal",
        autocomplete="off",
        help="150 per cent is half as much again.",
    )


def _lines(sent: Sent) -> list[str]:
    return [line.strip() for line in sent.get("features", "").splitlines() if line.strip()]


Particulars = form_of(CarForm, extract={"features": Extraction("features", _lines)})
Season = form_of(SeasonForm)
Filters = query_of(FindFleet)
