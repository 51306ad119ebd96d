"""What is asked of prices and what they answer. Money in minor units, percentages in basis points."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.services.car.contracts import LocationView

MAX_QUANTITY = 9
MAX_EXTRAS = 20

_SLUG = validate.Regexp(r"[a-z0-9][a-z0-9_-]{0,79}\Z", error="This is not a name we know.")
_PROMO = validate.Regexp(
    r"\s{0,8}[A-Za-z0-9_-]{0,40}\s{0,8}\Z", error="A code has letters, digits and dashes only."
)


class Adjustment(StrEnum):
    FIXED = "fixed"  # season: the day's price itself; promo code: an amount off
    PERCENT = "percent"  # season: basis points of the day's price; promo code: basis points off


class Charge(StrEnum):
    FLAT = "flat"
    PER_DAY = "per_day"


@contract
class Trip:
    """Where and when. Dates and times are wall-clock: of the pick-up location's zone for the pick-up, of the return
    location's for the return. No return location: back where it was picked up."""

    pick_up_location: str = field(_SLUG, label="Pick-up location")
    return_location: str | None = field(_SLUG, default=None, label="Return location")
    pick_up_date: date = field(label="Pick-up date")
    pick_up_time: time = field(label="Pick-up time")
    return_date: date = field(label="Return date")
    return_time: time = field(label="Return time")


@contract
class ExtraChoice:
    """So many pieces of an extra."""

    code: str = field(_SLUG, label="Extra")
    quantity: int = field(validate.Range(min=1, max=MAX_QUANTITY), default=1, label="Quantity")


@contract
class QuoteCar(Trip):
    """Ask the price of a car for a trip. Nobody sends a price: only what they want. `delivery_band` is one of the
    pick-up location's, `collection_band` one of the return location's."""

    car: str = field(_SLUG, label="Car")
    extras: list[ExtraChoice] = field(validate.Length(max=MAX_EXTRAS), default_factory=list, label="Extras")
    delivery_band: str | None = field(_SLUG, default=None, label="Delivery")
    collection_band: str | None = field(_SLUG, default=None, label="Collection")
    young_driver: bool = field(default=False, label="Young driver")
    promo_code: str | None = field(_PROMO, default=None, label="Promo code")


@contract
class QuoteLine:
    """One line of a price. `amount` is `quantity` × `unit_amount`, negative for a discount; `unit` is `day` or
    `rental`. `label` is whole as it stands: it names the number of days or pieces where that matters."""

    code: str
    label: str
    quantity: int
    unit: str
    unit_amount: int = field(unit="minor units")
    amount: int = field(unit="minor units")
    taxable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """An itemised price. `lines` (the tax line included) sum to `total`; `subtotal` is `total` without `tax`; `deposit`
    is apart. Instants in UTC; `included_miles` for the whole rental.

    `promo_code` is the code that counts, `promo_problem` why the one that was asked for does not. A driver younger than
    `young_driver_below` at pick-up counts as young (None: nobody does); nobody younger than `minimum_age` drives."""

    car_id: UUID
    car_slug: str
    pick_up_location: LocationView
    return_location: LocationView
    starts_at: datetime
    ends_at: datetime
    days: int
    lines: tuple[QuoteLine, ...]
    subtotal: int
    tax: int
    total: int
    deposit: int
    currency: str
    included_miles: int
    overage_per_mile: int
    young_driver: bool
    young_driver_below: int | None
    minimum_age: int
    promo_code: str | None
    promo_problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView(PriceView):
    """A stored price: what is charged until `expires_at`. `asked` is the command that it answers."""

    id: UUID
    expires_at: datetime
    asked: QuoteCar


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraView:
    """Something that can be added, by its code; `cap` bounds a per-day extra's amount for one piece."""

    code: str
    label: str
    description: str
    charge: Charge
    price: int
    cap: int | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BandView:
    """Delivery or collection up to `max_miles` from the location, `fee` each way in the location's currency."""

    code: str
    label: str
    max_miles: int
    fee: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungDriverView:
    """Drivers younger than `below_age` at pick-up pay `per_day`."""

    below_age: int
    per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsView:
    """What can be chosen for a rental from a location, each in the order it is shown. `return_locations` begins with
    the location itself; nobody pays a young-driver fee where `young_driver` is None."""

    extras: tuple[ExtraView, ...]
    bands: tuple[BandView, ...]
    young_driver: YoungDriverView | None
    return_locations: tuple[LocationView, ...]
