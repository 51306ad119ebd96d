"""The demo business is whole, and is loaded once."""

from typing import Any

from sqlalchemy import func, select

from exodrive.core.db import Database
from exodrive.demo.load import load_demo
from exodrive.services.booking.models import Booking
from exodrive.services.car.models import Car, CarImage
from exodrive.services.car.service import CatalogueService


def count(database: Database, of: Any) -> int:
    with database.sessions() as session:
        return session.scalar(select(func.count()).select_from(of)) or 0


def test_the_demo_business_is_loaded_once(container: Any, database: Database) -> None:
    assert load_demo(container)
    assert (count(database, Car), count(database, CarImage)) == (24, 96)
    assert count(database, Booking) > 60
    assert not load_demo(container)
    assert count(database, Car) == 24
    catalogue = container.get(CatalogueService)
    assert len({location.zone for location in catalogue.locations()}) == 3
    assert len(catalogue.featured()) == 6
