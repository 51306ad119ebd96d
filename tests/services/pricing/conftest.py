"""The price room, on the suite's database and clock."""

import pytest
import redis

from exodrive.core.cache import AnswerCache
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.car.models import Car, Location
from exodrive.services.car.service import CatalogueService
from exodrive.services.pricing.service import QuoteService
from exodrive.settings import Settings
from tests.factories import make_car, make_location


@pytest.fixture
def uow(database: Database, clock: ManualClock) -> UnitOfWorkFactory:
    return UnitOfWorkFactory(database, clock)


@pytest.fixture
def catalogue(database: Database, clock: ManualClock, cache: AnswerCache) -> CatalogueService:
    return CatalogueService(database, clock, cache)


@pytest.fixture
def cache(redis_client: redis.Redis, clock: ManualClock, database: Database) -> AnswerCache:
    return AnswerCache(redis_client, clock, database)


@pytest.fixture
def quotes(
    database: Database,
    clock: ManualClock,
    settings: Settings,
    catalogue: CatalogueService,
    cache: AnswerCache,
) -> QuoteService:
    return QuoteService(database=database, clock=clock, settings=settings, catalogue=catalogue, cache=cache)


@pytest.fixture
def home(database: Database) -> Location:
    return make_location(database)


@pytest.fixture
def car(database: Database, home: Location) -> Car:
    return make_car(database, home, slug="ferrari-roma")
