"""The demo business is whole, and is loaded once."""

from typing import Any

import pytest
from sqlalchemy import func, select

from exodrive.container import create_container
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.db import Database
from exodrive.demo.load import load_demo
from exodrive.demo.staff import LOGINS, PASSWORD, add_logins
from exodrive.services.account.contracts import Device, SignIn
from exodrive.services.account.entry import EntryService
from exodrive.services.account.models import Staff
from exodrive.services.booking.models import Booking
from exodrive.services.car.models import Car, CarImage
from exodrive.services.car.service import CatalogueService
from exodrive.settings import Environment, Settings


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


def test_three_people_work_at_the_demo_business(container: Any, database: Database) -> None:
    assert add_logins(container)
    assert not add_logins(container)
    device = Device(address="127.0.0.1", place="127.0.0.0/24", label="A browser")
    for _, email in LOGINS.values():
        command = SignIn(email=email, password=PASSWORD)
        assert container.get(EntryService).sign_in(command, device, Actor(kind=ActorKind.STAFF)).token


def test_nobody_known_to_everybody_works_in_production(settings: Settings, database: Database) -> None:
    update = {"environment": Environment.PRODUCTION, "base_url": "https://exodrive.example"}
    with pytest.raises(RuntimeError):
        add_logins(create_container(settings.model_copy(update=update), database=database))
    assert count(database, Staff) == 0
