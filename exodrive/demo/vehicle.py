"""What the demo data says about a car. Pure data: nothing here touches a database."""

from dataclasses import dataclass

from exodrive.services.car.contracts import Body, Category, Drive, Transmission

IMAGE_WIDTHS = (480, 960, 1600)
IMAGE_HEIGHT = 1000
"""Of the largest width."""

CURRENCIES = {"los-angeles": "USD", "miami": "USD", "london": "GBP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCar:
    """A car of the demo fleet. Money in minor units of `currency`; `zero_to_hundred` in tenths of a second; `setting`
    completes "…, seen from the side" in the alternative text of its pictures."""

    slug: str
    make: str
    model: str
    year: int
    category: Category
    body: Body
    seats: int
    power_hp: int
    top_speed_kmh: int
    zero_to_hundred: int
    transmission: Transmission
    drive: Drive
    engine: str
    colour: str
    plate: str
    vin: str
    features: tuple[str, ...]
    description: str
    location: str
    daily_rate: int
    weekend_rate: int
    deposit: int
    included_miles: int
    overage_per_mile: int
    setting: str
    wheels: str
    minimum_days: int = 1
    minimum_age: int = 25
    turnaround_minutes: int = 120
    featured: int | None = None

    @property
    def currency(self) -> str:
        return CURRENCIES[self.location]

    @property
    def images(self) -> tuple[tuple[int, str], ...]:
        """Number and alternative text of each picture; the files are `cars/<slug>/<number>-<width>`."""
        name = f"{self.make} {self.model}"
        return (
            (1, f"{name} in {self.colour.lower()}, seen from the side, {self.setting}."),
            (2, f"The front half of the {name}, its headlamps lit."),
            (3, f"The rear half of the {name}, its tail lamps lit."),
            (4, f"Close view of the {name}’s front wheel: {self.wheels}."),
        )
