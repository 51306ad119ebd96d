"""Locations, and what can be chosen there."""

from datetime import time
from typing import Self

from exodrive.core.contract import contract, field, validate
from exodrive.services.booking.contracts import PolicyView
from exodrive.services.car.contracts import LocationView
from exodrive.services.pricing.contracts import BandView, Charge, ExtraView, OptionsView

SLUG = validate.Regexp(r"[a-z0-9][a-z0-9_-]{0,79}\Z", error="This is not a name we know.")


@contract
class Nothing:
    """No input."""


@contract
class FindLocation:
    """One location, by its name in addresses."""

    location: str = field(SLUG, label="Location", example="los-angeles")


@contract
class Hours:
    """From when to when, by the clock of the place."""

    opens: time
    closes: time


@contract
class Location:
    """A place where cars are picked up. `opening_hours` has seven entries from Monday; null is closed."""

    slug: str
    name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str
    zone: str = field(help="A name of the tz database.")
    opening_hours: list[Hours | None]
    lead_time_minutes: int = field(unit="minutes")
    currency: str
    tax_label: str
    tax_basis_points: int = field(unit="basis points")

    @classmethod
    def of(cls, view: LocationView) -> Self:
        return cls(
            slug=view.slug,
            name=view.name,
            street=view.street,
            city=view.city,
            region=view.region,
            postal_code=view.postal_code,
            country=view.country,
            phone=view.phone,
            zone=view.zone,
            opening_hours=[
                Hours(opens=hours.opens, closes=hours.closes) if hours else None
                for hours in view.opening_hours
            ],
            lead_time_minutes=view.lead_time_minutes,
            currency=view.currency,
            tax_label=view.tax_label,
            tax_basis_points=view.tax_basis_points,
        )


@contract
class Locations:
    """Every location, by name."""

    locations: list[Location]


@contract
class Extra:
    """Something that can be added. `price` a day or for the rental, as `charge` says; `cap` bounds what one piece
    comes to."""

    code: str
    label: str
    description: str
    charge: Charge
    price: int = field(unit="minor units")
    cap: int | None = field(unit="minor units")
    currency: str

    @classmethod
    def of(cls, view: ExtraView) -> Self:
        return cls(
            code=view.code,
            label=view.label,
            description=view.description,
            charge=view.charge,
            price=view.price,
            cap=view.cap,
            currency=view.currency,
        )


@contract
class Band:
    """Delivery or collection up to `max_miles` from the location, for `fee` each way."""

    code: str
    label: str
    max_miles: int = field(unit="miles")
    fee: int = field(unit="minor units")

    @classmethod
    def of(cls, view: BandView) -> Self:
        return cls(code=view.code, label=view.label, max_miles=view.max_miles, fee=view.fee)


@contract
class YoungDriver:
    """Who is younger than `below_age` at pick-up pays `per_day`."""

    below_age: int = field(unit="years")
    per_day: int = field(unit="minor units")


@contract
class Options:
    """What can be chosen for a rental from a location. `return_locations` are slugs, the location itself first."""

    extras: list[Extra]
    bands: list[Band]
    young_driver: YoungDriver | None
    return_locations: list[str]

    @classmethod
    def of(cls, view: OptionsView) -> Self:
        young = view.young_driver
        return cls(
            extras=[Extra.of(one) for one in view.extras],
            bands=[Band.of(one) for one in view.bands],
            young_driver=YoungDriver(below_age=young.below_age, per_day=young.per_day) if young else None,
            return_locations=[place.slug for place in view.return_locations],
        )


@contract
class Tier:
    """At least `hours` before pick-up, `refund` basis points of what was paid come back."""

    hours: int = field(unit="hours")
    refund: int = field(unit="basis points")


@contract
class Policy:
    """The cancellation policy: everything comes back within `grace_minutes` of booking, then by tier."""

    grace_minutes: int = field(unit="minutes")
    tiers: list[Tier]

    @classmethod
    def of(cls, view: PolicyView) -> Self:
        return cls(
            grace_minutes=view.grace_minutes,
            tiers=[Tier(hours=tier.hours, refund=tier.refund) for tier in view.tiers],
        )
