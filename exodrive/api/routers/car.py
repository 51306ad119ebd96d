"""The fleet: what anyone may see of it."""

from zoneinfo import ZoneInfo

from exodrive.api.access import PUBLIC
from exodrive.api.call import Call
from exodrive.api.contracts.fleet import Car, Day, Days, FindCar, FindCars, FindDays, OfferedCar, OfferedCars
from exodrive.api.contracts.places import FindLocation, Location, Locations, Nothing, Options, Policy
from exodrive.api.errors import CursorUnknown
from exodrive.api.paging import next_page, page_of
from exodrive.api.procedure import get, procedure
from exodrive.core.clock import Clock
from exodrive.core.errors import Missing
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.contracts import SearchCars
from exodrive.services.booking.search import SearchService
from exodrive.services.car import subjects
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.car.service import CatalogueService
from exodrive.services.pricing.errors import TripImpossible
from exodrive.services.pricing.service import QuoteService
from exodrive.settings import Settings

_WEEKEND = {
    "pick_up_location": "los-angeles",
    "pick_up_date": "2027-03-12",
    "pick_up_time": "10:00",
    "return_date": "2027-03-15",
    "return_time": "10:00",
}
_ASKED = tuple(set(SearchCars.__dataclass_fields__) - {"page"})


def _of_search(asked: FindCars) -> tuple[str, ...]:
    if asked.pick_up_date is None or asked.pick_up_time is None:
        return ()
    if asked.return_date is None or asked.return_time is None:
        return ()
    start, end = (asked.pick_up_date, asked.pick_up_time), (asked.return_date, asked.return_time)
    return subjects.of_stay(asked.pick_up_location, start, end)


def _of_days(asked: FindDays) -> tuple[str, ...]:
    return subjects.of_calendar(asked.car)


@procedure(
    "location.list",
    access=PUBLIC,
    rest=get("/locations"),
    cached=subjects.catalogue,
    limit="120/minute",
    examples={"all": {}},
)
def locations(call: Call, _: Nothing) -> Locations:
    """Every location where cars are picked up. With opening hours, lead time and tax."""
    return Locations(locations=[Location.of(one) for one in call.get(CatalogueService).locations()])


@procedure(
    "location.options",
    access=PUBLIC,
    rest=get("/locations/{location}/options"),
    cached=subjects.catalogue,
    limit="120/minute",
    errors=(Missing,),
    examples={"los_angeles": {"location": "los-angeles"}},
)
def options(call: Call, asked: FindLocation) -> Options:
    """What can be chosen for a rental from a location. Extras, delivery bands, young drivers, where to return."""
    place = call.get(CatalogueService).location(asked.location)
    return Options.of(call.get(QuoteService).options(place))


@procedure(
    "car.search",
    access=PUBLIC,
    rest=get("/cars"),
    cached=_of_search,
    limit="240/minute",
    errors=(TripImpossible, CursorUnknown),
    examples={"cars_for_a_weekend": _WEEKEND, "convertibles": {"category": "convertible", "limit": 3}},
)
def search(call: Call, asked: FindCars) -> OfferedCars:
    """Cars that can be had, with their exact totals. Without dates: all that match, without totals."""
    page = page_of(asked.cursor)
    wanted = SearchCars(**{name: getattr(asked, name) for name in _ASKED}, page=page)
    found = call.get(SearchService).search(wanted, size=asked.limit, with_taken=False)
    if found.problems:
        raise TripImpossible("Please check the marked fields.", fields=found.problems)
    base = call.get(Settings).base_url
    return OfferedCars(
        items=[OfferedCar.of(offer, base) for offer in found.offers],
        has_more=found.has_more,
        next_cursor=next_page(page) if found.has_more else None,
    )


@procedure(
    "car.get",
    access=PUBLIC,
    rest=get("/cars/{car}"),
    cached=subjects.catalogue,
    limit="240/minute",
    errors=(Missing,),
    examples={"a_car": {"car": "corvane-k7"}},
)
def car(call: Call, asked: FindCar) -> Car:
    """A car, with its rates, rules and photographs."""
    return Car.of(call.get(CatalogueService).car(asked.car), call.get(Settings).base_url)


@procedure(
    "car.availability",
    access=PUBLIC,
    rest=get("/cars/{car}/availability"),
    cached=_of_days,
    limit="120/minute",
    errors=(Missing,),
    examples={"a_week": {"car": "corvane-k7", "first": "2027-03-08", "days": 7}},
)
def availability(call: Call, asked: FindDays) -> Days:
    """A stretch of a car's calendar. By the clock of its location; days that have passed are taken."""
    found = call.get(CatalogueService).car(asked.car)
    clock = call.get(Clock)  # type: ignore[type-abstract]  # the container knows which
    today = clock.now().astimezone(ZoneInfo(found.location.zone)).date()
    days = call.get(AvailabilityService).calendar(found.id, found.location, asked.first or today, asked.days)
    return Days(
        car=found.slug,
        zone=found.location.zone,
        days=[Day(day=day, state=state) for day, state in days.items()],
    )


@procedure(
    "policy.cancellation",
    access=PUBLIC,
    rest=get("/policies/cancellation"),
    cached=subjects.catalogue,
    limit="120/minute",
    examples={"the_policy": {}},
)
def cancellation(call: Call, _: Nothing) -> Policy:
    """The cancellation policy of new bookings."""
    return Policy.of(call.get(CancellationService).policy())
