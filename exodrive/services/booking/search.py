"""Search: which cars there are for the asked dates, what each costs to the cent, and when the taken ones are free."""

from collections.abc import Sequence
from uuid import UUID

from exodrive.core.clock import Clock
from exodrive.core.period import Period
from exodrive.services.booking.contracts import Offer, SearchCars, SearchView
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.car.contracts import CarCard, CarFilter, LocationView, Stay
from exodrive.services.car.service import PAGE_SIZE, CatalogueService
from exodrive.services.pricing.contracts import Trip
from exodrive.services.pricing.errors import TripImpossible
from exodrive.services.pricing.estimate import as_pick_up_counts
from exodrive.services.pricing.service import QuoteService
from exodrive.services.pricing.trip import Reasons, period_of

_UNAVAILABLE_SHOWN = 6


class SearchService:
    """Advice only: the constraint decides when a car is held."""

    def __init__(
        self,
        *,
        clock: Clock,
        catalogue: CatalogueService,
        quotes: QuoteService,
        availability: AvailabilityService,
    ) -> None:
        self._clock = clock
        self._catalogue = catalogue
        self._quotes = quotes
        self._availability = availability

    def search(self, asked: SearchCars, *, size: int = PAGE_SIZE, with_taken: bool = True) -> SearchView:
        """A page of `size` cars, the last one with some that are taken, unless nobody wants to know. Never refuses:
        what could not be understood is named in `problems` and left aside."""
        locations = {place.slug: place for place in self._catalogue.locations()}
        problems: dict[str, list[str]] = {}
        home = None
        if asked.pick_up_location is not None:
            home = locations.get(asked.pick_up_location)
            if home is None:
                problems["pick_up_location"] = ["We have no such location."]
        trips, left_out = self._trips(asked, [home] if home else list(locations.values()), problems)
        wanted = _filter(asked)
        found = self._catalogue.find(
            wanted,
            location_id=home.id if home else None,
            stays=[stay for _, stay in trips.values()],
            free=True if trips else None,
            page=asked.page,
            size=size,
        )
        unavailable: tuple[Offer, ...] = ()
        if with_taken and trips and not found.has_more:
            unavailable = self._unavailable(wanted, home, trips, locations)
        return SearchView(
            offers=self._offers(found.cards, trips, locations),
            unavailable=unavailable,
            has_more=found.has_more,
            page=asked.page,
            dated=bool(trips),
            problems=problems,
            left_out=left_out,
        )

    def instead(self, trip: Trip, limit: int = 3) -> tuple[Offer, ...]:
        """Cars of a location that are free for a trip, cheapest first, with the exact total; none where it cannot be
        had."""
        asked = SearchCars(
            pick_up_location=trip.pick_up_location,
            pick_up_date=trip.pick_up_date,
            pick_up_time=trip.pick_up_time,
            return_date=trip.return_date,
            return_time=trip.return_time,
        )
        found = self.search(asked, size=limit, with_taken=False)
        return found.offers if found.dated and not found.problems else ()

    def similar(self, car_id: UUID, trip: Trip, limit: int = 3) -> tuple[Offer, ...]:
        """Cars of the same location that are free for the trip and could stand in, same category first, with the exact
        total. Raises `TripImpossible`."""
        car = self._catalogue.car_by_id(car_id)
        period = self._quotes.resolve(trip)
        stay = Stay(
            location_id=car.location.id, start=period.start, end=period.end, days=self._quotes.days(trip)
        )
        cards: dict[UUID, CarCard] = {}
        for wanted in (CarFilter(category=car.category), CarFilter()):
            found = self._catalogue.find(
                wanted, location_id=car.location.id, stays=[stay], free=True, size=limit + 1
            )
            cards |= {card.id: card for card in found.cards if card.id not in cards}
        cards.pop(car.id, None)
        return self._offers(list(cards.values())[:limit], {car.location.id: (trip, stay)})

    def _trips(
        self, asked: SearchCars, homes: Sequence[LocationView], problems: dict[str, list[str]]
    ) -> tuple[dict[UUID, tuple[Trip, Stay]], tuple[str, ...]]:
        """The trip from each location where it is possible, and in words why it is not at the others; where it is
        possible nowhere the reasons are problems of the search."""
        problems |= _missing(asked)
        trips: dict[UUID, tuple[Trip, Stay]] = {}
        refused: dict[str, list[str]] = {}
        left_out = []
        for home in homes:
            trip = _trip(asked, home.slug)
            if trip is None:
                continue
            try:
                trips[home.id] = (trip, self._stay(trip, home))
            except TripImpossible as impossible:
                refused |= impossible.fields
                reasons = " ".join(reason for field in impossible.fields.values() for reason in field)
                left_out.append(f"{home.name}: {reasons}")
        if not trips:
            problems |= refused
            return trips, ()
        return trips, tuple(left_out)

    def _stay(self, trip: Trip, home: LocationView) -> Stay:
        """The stay of a trip that ends where it began: by the rules alone, with no question to the database for each
        of many locations. Raises `TripImpossible`."""
        reasons = Reasons()
        period = reasons.require(period_of(trip, home, home, self._clock.now(), reasons))
        days = as_pick_up_counts(period, home).days
        return Stay(location_id=home.id, start=period.start, end=period.end, days=days)

    def _offers(
        self,
        cards: Sequence[CarCard],
        trips: dict[UUID, tuple[Trip, Stay]],
        places: dict[str, LocationView] | None = None,
    ) -> tuple[Offer, ...]:
        totals: dict[UUID, int | None] = {}
        if trips and cards:
            totals = self._quotes.totals(cards, *(trip for trip, _ in trips.values()), places=places)
        return tuple(
            Offer(
                card=card,
                total=totals.get(card.id),
                days=trips[card.location_id][1].days if card.location_id in trips else None,
            )
            for card in cards
        )

    def _unavailable(
        self,
        wanted: CarFilter,
        home: LocationView | None,
        trips: dict[UUID, tuple[Trip, Stay]],
        locations: dict[str, LocationView],
    ) -> tuple[Offer, ...]:
        cards = self._catalogue.find(
            wanted,
            location_id=home.id if home else None,
            stays=[stay for _, stay in trips.values()],
            free=False,
            size=_UNAVAILABLE_SHOWN,
        ).cards
        places = {place.id: place for place in locations.values()}
        stays = {card.id: trips[card.location_id][1] for card in cards}
        free = self._availability.nearest_free_each(
            [
                (
                    card.id,
                    card.turnaround_minutes,
                    Period(stays[card.id].start, stays[card.id].end),
                    places[card.location_id],
                )
                for card in cards
                if stays[card.id].days >= card.minimum_days
            ],
            limit=2,
        )
        return tuple(
            _unavailable(card, stays[card.id], free.get(card.id, ()), places[card.location_id].zone)
            for card in cards
        )


def _unavailable(card: CarCard, stay: Stay, free: tuple[Period, ...], zone: str) -> Offer:
    if stay.days < card.minimum_days:
        return Offer(card=card, days=stay.days, reason=f"From {card.minimum_days} days", zone=zone)
    return Offer(card=card, days=stay.days, reason="Taken on your dates", next_free=free, zone=zone)


def _filter(asked: SearchCars) -> CarFilter:
    return CarFilter(
        category=asked.category,
        max_rate=asked.max_price * 100 if asked.max_price is not None else None,
        seats=asked.seats,
        transmission=asked.transmission,
        words=asked.q,
        sort=asked.sort,
    )


def _trip(asked: SearchCars, location: str) -> Trip | None:
    """The trip from a location; None while a date or time is missing."""
    if asked.pick_up_date is None or asked.pick_up_time is None:
        return None
    if asked.return_date is None or asked.return_time is None:
        return None
    return Trip(
        pick_up_location=location,
        pick_up_date=asked.pick_up_date,
        pick_up_time=asked.pick_up_time,
        return_date=asked.return_date,
        return_time=asked.return_time,
    )


def _missing(asked: SearchCars) -> dict[str, list[str]]:
    """What is not given of a trip that has a date: times alone are what a form sends by itself."""
    if asked.pick_up_date is None and asked.return_date is None:
        return {}
    names = ("pick_up_date", "pick_up_time", "return_date", "return_time")
    missing = [name for name in names if getattr(asked, name) is None]
    return {name: ["Please fill this in."] for name in missing}
