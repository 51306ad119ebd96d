"""A shop that runs as its own processes, visited over HTTP."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis

from exodrive.services.car.models import Location
from exodrive.settings import Settings
from tests.factories import make_car, make_location, make_policy
from tests.outside.books import Books
from tests.outside.shopper import Shopper
from tests.product import Product
from tests.servers import Addresses, copy_template, drop
from tests.smtp import Inbox

HOME = ZoneInfo("America/Los_Angeles")
TIERS = [{"hours": 168, "refund": 10_000}, {"hours": 24, "refund": 5_000}]


@dataclass
class Shop:
    """A product with one location; every test brings its own car."""

    product: Product
    books: Books
    location: Location

    @classmethod
    def open(cls, product: Product, inbox: Inbox) -> "Shop":
        """Fill the product's empty database. Its cancellation policy has no grace period, so that it matters when
        somebody cancels."""
        make_policy(product.database, grace_minutes=0, tiers=TIERS)
        location = make_location(product.database)
        return cls(product, Books(product.database, inbox), location)

    def car(self, **over: Any) -> str:
        """A new car's slug."""
        return make_car(self.product.database, self.location, **over).slug

    def shopper(self, name: str = "ada") -> Shopper:
        return Shopper(self.product.url, name)


def trip(ahead: int, *, days: int = 3, start: str = "10:00", end: str = "10:00") -> dict[str, str]:
    """From so many days after today, by the location's clock."""
    first = datetime.now(HOME).date() + timedelta(days=ahead)
    return {
        "pick_up_date": first.isoformat(),
        "pick_up_time": start,
        "return_date": (first + timedelta(days=days)).isoformat(),
        "return_time": end,
    }


@pytest.fixture(scope="module")
def shop(
    settings: Settings,
    engine: object,
    addresses: Addresses,
    inbox: Inbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    """All of the product, the pages in two server processes, on a database of its own."""
    name = f"exodrive_outside_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    inbox.clear()
    with redis.Redis.from_url(settings.redis_url.get_secret_value()) as client:
        client.flushdb()
    with ExitStack() as stack:
        stack.callback(drop, addresses, name)
        folder: Path = tmp_path_factory.mktemp("outside")
        product = Product(settings, folder, DATABASE_URL=copy_template(addresses, name))
        stack.callback(product.stop)
        yield Shop.open(product.start(), inbox)
