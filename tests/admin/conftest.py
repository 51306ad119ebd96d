"""The door of the staff with somebody of each role inside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.ids import new_id
from exodrive.core.ledger import Job
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from exodrive.services.booking.links import BookingLinks
from exodrive.services.job.attempts import AttemptService
from tests.admin.console import LEASE, Looked
from tests.factories import make_booking, make_car, make_location, make_policy, make_quote
from tests.staff import make_staff, sign_in


@pytest.fixture
def hire(database: Database, get: Any) -> Callable[..., Staff]:
    """`hire(StaffRole.AGENT, email=…)`: an account with a known password."""

    def make(role: StaffRole = StaffRole.OWNER, **over: Any) -> Staff:
        return make_staff(database, get(StaffKeys), role, **over)

    return make


@pytest.fixture
def enter(app: Flask, hire: Callable[..., Staff]) -> Callable[..., FlaskClient]:
    """`enter(StaffRole.AGENT)`: a browser in which a new member of staff is signed in."""

    def make(role: StaffRole = StaffRole.OWNER, **over: Any) -> FlaskClient:
        return sign_in(app, hire(role, **over))

    return make


@pytest.fixture
def promise(get: Any, database: Database) -> Callable[..., list[UUID]]:
    """`promise(3, subject=booking.id)`: so many jobs, oldest first."""

    def write(number: int = 1, *, subject: UUID | None = None, **options: Any) -> list[UUID]:
        with database.read() as connection:
            before = set(connection.execute(select(Job.id)).scalars())
        with get(UnitOfWorkFactory)() as uow:
            for _ in range(number):
                uow.enqueue(Looked(booking_id=subject or new_id()), **options)
            uow.commit()
        with database.read() as connection:
            return [
                one
                for one in connection.execute(select(Job.id).order_by(Job.id)).scalars()
                if one not in before
            ]

    return write


@pytest.fixture
def run(get: Any, clock: ManualClock) -> Callable[..., None]:
    """`run(job_id, error)`: one attempt of two seconds."""

    def attempt(job_id: UUID, error: Exception | None = None) -> None:
        mine = get(AttemptService).claim(job_id, kinds=("test.desk",), lease=LEASE)
        assert mine
        clock.move(timedelta(seconds=2))
        get(AttemptService).end(mine, error)

    return attempt


@pytest.fixture
def booking(database: Database, get: Any) -> Any:
    home = make_location(database)
    car = make_car(database, home)
    email = "maya@example.com"
    hashed = get(BookingLinks).customer(email)
    quote = make_quote(
        database,
        car,
        asked={
            "car": car.slug,
            "pick_up_location": home.slug,
            "pick_up_date": "2026-06-11",
            "pick_up_time": "10:00",
            "return_date": "2026-06-14",
            "return_time": "10:00",
        },
    )
    return make_booking(
        database, car, make_policy(database), quote, customer_email=email, customer_email_hash=hashed
    )
