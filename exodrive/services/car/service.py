"""The catalogue: what customers may know of locations and cars."""

from collections.abc import Sequence
from uuid import UUID

from exodrive.core.cache import AnswerCache
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.services.car import repository
from exodrive.services.car.contracts import CarCard, CarFilter, CarView, FleetPage, LocationView, Stay

PAGE_SIZE = 12


class CatalogueService:
    """Reads of the fleet. Retired cars and closed locations do not exist here."""

    def __init__(self, database: Database, clock: Clock, cache: AnswerCache) -> None:
        self._database = database
        self._clock = clock
        self._cache = cache

    def locations(self) -> tuple[LocationView, ...]:
        """Every location, by name."""
        return self._cache.part("locations", self._locations)

    def _locations(self) -> tuple[LocationView, ...]:
        with self._database.read() as connection:
            return repository.locations(connection)

    def location(self, slug: str) -> LocationView:
        """Raises `Missing`."""
        for location in self.locations():
            if location.slug == slug:
                return location
        raise Missing("We have no such location.")

    def car(self, slug: str) -> CarView:
        """Raises `Missing`."""
        return self._car(slug=slug)

    def car_by_id(self, car_id: UUID) -> CarView:
        """Raises `Missing`."""
        return self._car(car_id=car_id)

    def _car(self, *, slug: str | None = None, car_id: UUID | None = None) -> CarView:
        with self._database.read() as connection:
            found = repository.car(connection, slug=slug, car_id=car_id)
        if found is None:
            raise Missing("We have no such car.")
        return found

    def car_slugs(self) -> tuple[str, ...]:
        """The slugs of all cars, for the sitemap."""
        with self._database.read() as connection:
            return repository.slugs(connection)

    def featured(self) -> tuple[CarCard, ...]:
        """The cars that the home page leads with."""
        with self._database.read() as connection:
            return repository.featured(connection)

    def similar(self, car: CarView, limit: int = 3) -> tuple[CarCard, ...]:
        """Cars that could stand in: of those nearest in rate, same category first, then same location."""
        with self._database.read() as connection:
            return repository.similar(connection, car, limit)

    def find(
        self,
        wanted: CarFilter,
        *,
        location_id: UUID | None = None,
        stays: Sequence[Stay] = (),
        free: bool | None = None,
        page: int = 1,
        size: int = PAGE_SIZE,
    ) -> FleetPage:
        """A page of cards that match. With `stays` (one for each location that is asked) `free` keeps the cars
        that can be had for the stay (True) or those that cannot (False)."""
        with self._database.read() as connection:
            return repository.find(
                connection,
                wanted,
                location_id=location_id,
                stays=stays,
                free=free,
                now=self._clock.now(),
                offset=(page - 1) * size,
                limit=size,
            )
