"""Demo data beside the cars: three locations in three zones, their prices, and the cancellation policy."""

from datetime import date
from typing import Any

_WEEK = [["09:00", "19:00"]] * 5
_LATE = [["08:00", "20:00"]] * 7

LOCATIONS: tuple[dict[str, Any], ...] = (
    {
        "slug": "los-angeles",
        "name": "Los Angeles",
        "street": "8500 Wilshire Boulevard",
        "city": "Beverly Hills",
        "region": "CA",
        "postal_code": "90211",
        "country": "US",
        "phone": "+1 310 555 0142",
        "zone": "America/Los_Angeles",
        "opening_hours": _LATE,
        "lead_time_minutes": 180,
        "currency": "USD",
        "tax_label": "Sales tax",
        "tax_basis_points": 950,
    },
    {
        "slug": "miami",
        "name": "Miami",
        "street": "1100 Collins Avenue",
        "city": "Miami Beach",
        "region": "FL",
        "postal_code": "33139",
        "country": "US",
        "phone": "+1 305 555 0117",
        "zone": "America/New_York",
        "opening_hours": [*_WEEK, ["09:00", "20:00"], ["10:00", "18:00"]],
        "lead_time_minutes": 240,
        "currency": "USD",
        "tax_label": "Sales and surtax",
        "tax_basis_points": 700,
    },
    {
        "slug": "london",
        "name": "London",
        "street": "14 Bathurst Mews",
        "city": "London",
        "region": "",
        "postal_code": "W2 2SB",
        "country": "GB",
        "phone": "+44 20 7946 0182",
        "zone": "Europe/London",
        "opening_hours": [*_WEEK, ["09:00", "17:00"], None],
        "lead_time_minutes": 720,
        "currency": "GBP",
        "tax_label": "VAT",
        "tax_basis_points": 2000,
    },
)

TIERS = ((7, 1000), (28, 2500))
"""Long stay: from the so-manieth day on, so many basis points less."""

EXTRAS: tuple[dict[str, Any], ...] = (
    {
        "code": "additional-driver",
        "label": "Additional driver",
        "description": "A second named driver, insured as the first.",
        "charge": "per_day",
        "price": 4500,
        "cap": 27_000,
        "taxable": True,
    },
    {
        "code": "excess-cover",
        "label": "Reduced excess",
        "description": "Brings the damage excess down to a tenth of the deposit.",
        "charge": "per_day",
        "price": 9500,
        "cap": None,
        "taxable": False,
    },
    {
        "code": "child-seat",
        "label": "Child seat",
        "description": "Fitted before you arrive; tell us the age on the day.",
        "charge": "flat",
        "price": 6000,
        "cap": None,
        "taxable": True,
    },
    {
        "code": "track-camera",
        "label": "Road camera kit",
        "description": "Two stabilised cameras and a card with your drive to keep.",
        "charge": "flat",
        "price": 12_500,
        "cap": None,
        "taxable": True,
    },
)

BANDS = (
    ("hotel", "Hotel or home, up to 10 miles", 10, 9500),
    ("airport", "Airport terminal, up to 30 miles", 30, 17_500),
    ("countryside", "Further out, up to 80 miles", 80, 39_000),
)
"""Delivery and collection at every location: code, label, miles, fee each way in the location's currency."""

ONE_WAY = (("los-angeles", "miami", 245_000), ("miami", "los-angeles", 245_000))

YOUNG_DRIVERS = (("los-angeles", 28, 7500), ("miami", 28, 7500), ("london", 30, 6500))
"""Location, the age below which a driver pays, the amount a day."""

CANCELLATION = {
    "version": 1,
    "grace_minutes": 60,
    "tiers": [{"hours": 168, "refund": 10_000}, {"hours": 72, "refund": 5000}, {"hours": 24, "refund": 2500}],
}


def seasons(year: int) -> tuple[dict[str, Any], ...]:
    """The seasons of a year, everywhere unless a location is named; percentages in basis points of the day's price."""
    return (
        {
            "label": "High summer",
            "starts_on": date(year, 6, 20),
            "ends_on": date(year, 8, 31),
            "adjustment": "percent",
            "value": 11_500,
        },
        {
            "label": "Holidays",
            "starts_on": date(year, 12, 18),
            "ends_on": date(year + 1, 1, 3),
            "adjustment": "percent",
            "value": 13_000,
        },
        {
            "label": "Art week",
            "location": "miami",
            "starts_on": date(year, 12, 1),
            "ends_on": date(year, 12, 8),
            "adjustment": "percent",
            "value": 14_000,
        },
        {
            "label": "Quiet season",
            "location": "london",
            "starts_on": date(year, 1, 10),
            "ends_on": date(year, 3, 10),
            "adjustment": "percent",
            "value": 8500,
        },
    )
