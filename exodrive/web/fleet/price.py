"""The price panel of a car's page: a price, or the reasons why there is none."""

from dataclasses import dataclass, field
from typing import Any

from exodrive.core.errors import ExodriveError
from exodrive.core.period import Period
from exodrive.http.forms import QueryForm
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.car.contracts import CarView
from exodrive.services.pricing.contracts import PriceView, QuoteCar
from exodrive.services.pricing.service import QuoteService
from exodrive.web.dates import trip_fields

_DATES = ("pick_up_date", "pick_up_time", "return_date", "return_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Other dates of the same car, and the address's parameters that choose them and all else as it was."""

    period: Period
    choices: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """`price` where there is one; `asked` is what it is for. `taken` with the nearest free dates otherwise; `undated`
    before any date was chosen. Other reasons stand in the form, beside their fields."""

    price: PriceView | None = None
    asked: QuoteCar | None = None
    taken: bool = False
    undated: bool = False
    back_zone: str = "UTC"
    alternatives: tuple[Alternative, ...] = field(default=())


class PriceDesk:
    """Works out what a car costs for what is chosen on its page. Stores nothing."""

    def __init__(self, quotes: QuoteService, availability: AvailabilityService) -> None:
        self._quotes = quotes
        self._availability = availability

    def look(self, car: CarView, form: QueryForm[QuoteCar]) -> Panel:
        """The panel for the choices in `form`; reasons against them are added to it."""
        if not any(form[name].data for name in _DATES):
            for name in _DATES:
                form[name].errors = []
            form.form_errors.clear()
            return Panel(undated=True)
        if form.faulty or form.form_errors:
            return Panel()
        asked = form.command()
        try:
            price = self._quotes.estimate(asked)
        except ExodriveError as error:
            form.add_errors(error)
            return Panel()
        period = Period(price.starts_at, price.ends_at)
        if self._availability.is_free(car.id, period, car.turnaround_minutes):
            return Panel(price=price, asked=asked)
        return Panel(
            taken=True,
            asked=asked,
            back_zone=price.return_location.zone,
            alternatives=self._alternatives(car, form, price),
        )

    def _alternatives(
        self, car: CarView, form: QueryForm[QuoteCar], price: PriceView
    ) -> tuple[Alternative, ...]:
        home, back = price.pick_up_location, price.return_location
        free = self._availability.nearest_free(
            [(car.id, car.turnaround_minutes)], Period(price.starts_at, price.ends_at), home, back=back
        )
        return tuple(
            Alternative(period=one, choices=form.link(**trip_fields(one, home.zone, back.zone)))
            for one in free[car.id]
        )
