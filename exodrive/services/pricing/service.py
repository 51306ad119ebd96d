"""The one source of prices: estimates, stored quotes, totals for lists, and promo codes in use."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from exodrive.core.cache import AnswerCache
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.period import Period
from exodrive.core.uow import UnitOfWork
from exodrive.services.car.contracts import CarCard, CarView, LocationView
from exodrive.services.car.service import CatalogueService
from exodrive.services.pricing import rate_repository, repository
from exodrive.services.pricing.contracts import (
    BandView,
    OptionsView,
    PriceView,
    QuoteCar,
    QuoteView,
    Trip,
)
from exodrive.services.pricing.errors import PromoExhausted
from exodrive.services.pricing.estimate import as_pick_up_counts, card_total, check_car, price_view
from exodrive.services.pricing.options import choose, normal_code, one_way_not_offered
from exodrive.services.pricing.rate_repository import Scope
from exodrive.services.pricing.rates import PriceList, Rates
from exodrive.services.pricing.trip import Reasons, period_of, places_of
from exodrive.services.pricing.wall import WallPeriod
from exodrive.settings import Settings

_ELSEWHERE = timedelta(days=1)
"""So far may the date of another place be behind that of Greenwich."""
_PRICE_FIELDS = tuple(one.name for one in fields(PriceView))


class QuoteService:
    """Prices of trips. Whether the car is free is not its business."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        settings: Settings,
        catalogue: CatalogueService,
        cache: AnswerCache,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._catalogue = catalogue
        self._cache = cache

    def estimate(self, command: QuoteCar) -> PriceView:
        """The price of a trip, not stored. Raises `TripImpossible` with all reasons by field, `Missing` for an unknown
        car."""
        car = self._catalogue.car(command.car)
        places = self._places_of(command, car)
        with self._database.read() as connection:
            return _price(connection, command, car, places, self._clock.now())[0]

    def quote(self, command: QuoteCar) -> QuoteView:
        """The same price, stored: what a booking charges until it expires. Raises as `estimate`."""
        car = self._catalogue.car(command.car)
        places = self._places_of(command, car)
        now = self._clock.now()
        with self._database.at_once() as connection:
            price, promo_id = _price(connection, command, car, places, now)
            expires_at = now + timedelta(minutes=self._settings.quote_minutes)
            quote = QuoteView(
                **{name: getattr(price, name) for name in _PRICE_FIELDS},
                id=new_id(),
                expires_at=min(expires_at, price.starts_at),
                asked=command,
            )
            repository.add_quote(connection, quote, promo_id, now)
        return quote

    def get(self, quote_id: UUID) -> QuoteView:
        """A stored quote, expired ones too: the caller looks at `expires_at`. Raises `Missing`."""
        with self._database.read() as connection:
            quote = repository.quote(connection, quote_id)
        if quote is None:
            raise Missing("We have no such quote.")
        return quote

    def resolve(self, trip: Trip) -> Period:
        """The instants of a trip by the rules of its locations, whatever the car. Raises `TripImpossible`."""
        return self._resolve(trip)[0]

    def days(self, trip: Trip) -> int:
        """The rental days of a trip. Raises `TripImpossible`."""
        period, pick_up = self._resolve(trip)
        return as_pick_up_counts(period, pick_up).days

    def totals(
        self, cars: Sequence[CarCard], *trips: Trip, places: Mapping[str, LocationView] | None = None
    ) -> dict[UUID, int | None]:
        """What each car costs in all, tax included, for that one of `trips` which starts at its location; None where it
        cannot be had. At most one question for seasons of their own, however many cars and trips, once the price list
        is known, for whoever has the locations by slug (`places`).
        Raises `TripImpossible` for an unknown location."""
        stays = self._stays(trips, places or self._places())
        totals: dict[UUID, int | None] = dict.fromkeys((card.id for card in cars), None)
        here = [card for card in cars if card.location_id in stays]
        if not here:
            return totals
        rates = self._list_rates(here, [day for _, _, wall in stays.values() for day in wall.dates])
        for card in here:
            home, back, wall = stays[card.location_id]
            totals[card.id] = card_total(card, home, back, wall=wall, rates=rates)
        return totals

    def _list_rates(self, cars: Sequence[CarCard], dates: Sequence[date]) -> Rates:
        listed = self._cache.part("price list", self._price_list)
        own = [card.id for card in cars if card.id in listed.own]
        if not own:
            return listed.rates
        with self._database.read() as connection:
            return listed.with_own(rate_repository.own_seasons(connection, own, min(dates), max(dates)))

    def _price_list(self) -> PriceList:
        with self._database.read() as connection:
            return rate_repository.price_list(connection, self._clock.now().date() - _ELSEWHERE)

    def options(self, location: LocationView) -> OptionsView:
        """What can be chosen for a rental from that location, in its currency."""
        places = self._places().values()
        with self._database.read() as connection:
            return repository.offered(connection, location, places)

    def bands(self, location_id: UUID) -> tuple[BandView, ...]:
        """How far from a location a car is brought or collected, nearest first; empty where it is not."""
        with self._database.read() as connection:
            return repository.bands(connection, location_id)

    def redeem(self, uow: UnitOfWork, quote: QuoteView, booking_id: UUID, customer_hash: bytes) -> None:
        """Count the quote's promo code for a booking that `uow` has written; nothing for a quote without one. Bookings
        with the same limited code wait for each other until `uow` ends. Raises `PromoExhausted`."""
        if quote.promo_code is None:
            return
        uow.session.flush()
        if not repository.redeem(uow.session, quote.promo_code, booking_id, customer_hash):
            message = f"The code {quote.promo_code} has been used up."
            raise PromoExhausted(message, fields={"promo_code": [message]})

    def unredeem(self, uow: UnitOfWork, *booking_ids: UUID) -> None:
        """Give the codes of bookings back, where they had one. One statement, however many bookings."""
        repository.unredeem(uow.session, booking_ids)

    def _places_of(self, trip: Trip, car: CarView) -> dict[str, LocationView]:
        """Enough locations for the trip; the car knows its own, so that most trips ask for no more."""
        home = car.location
        if {trip.pick_up_location, trip.return_location or home.slug} == {home.slug}:
            return {home.slug: home}
        return self._places()

    def _places(self) -> dict[str, LocationView]:
        return {place.slug: place for place in self._catalogue.locations()}

    def _resolve(self, trip: Trip) -> tuple[Period, LocationView]:
        pick_up, back = places_of(trip, self._places())
        reasons = Reasons()
        period = period_of(trip, pick_up, back, self._clock.now(), reasons)
        if back.id != pick_up.id:
            with self._database.read() as connection:
                if back.id not in repository.returns(connection, pick_up.id):
                    reasons.add("return_location", one_way_not_offered(pick_up, back))
        return reasons.require(period), pick_up

    def _stays(
        self, trips: Sequence[Trip], places: Mapping[str, LocationView]
    ) -> dict[UUID, tuple[LocationView, LocationView, WallPeriod]]:
        """By the location where they start: the trips that their locations allow."""
        now = self._clock.now()
        stays = {}
        for trip in trips:
            reasons = Reasons()
            pick_up, back = places_of(trip, places)
            period = period_of(trip, pick_up, back, now, reasons)
            if period is not None and not reasons:
                stays[pick_up.id] = (pick_up, back, as_pick_up_counts(period, pick_up))
        return stays


def _price(
    connection: Connection,
    command: QuoteCar,
    car: CarView,
    places: dict[str, LocationView],
    now: datetime,
) -> tuple[PriceView, UUID | None]:
    """The price, and the id of the promo code in it. Raises `TripImpossible`."""
    reasons = Reasons()
    pick_up, back = places_of(command, places)
    period = period_of(command, pick_up, back, now, reasons)
    wall = as_pick_up_counts(period, pick_up) if period else None
    check_car(car, pick_up, wall, reasons)
    dates = wall.dates if wall else (now.date(),)
    rates, offers = rate_repository.car_rates(
        connection,
        Scope(car=car.id, home=car.location.id, back=back.id, first=dates[0], last=dates[-1]),
        bands=[band for band in (command.delivery_band, command.collection_band) if band],
        extras=[choice.code for choice in command.extras],
        promo_code=normal_code(command.promo_code),
    )
    choice = choose(command, car, back, rates=rates, offers=offers, now=now, reasons=reasons)
    return price_view(car, back, reasons.require(period), rates=rates, choice=choice), choice.promo_id
