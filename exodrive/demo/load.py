"""Fills an empty database with the demo business: once, all or nothing."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timedelta

import wireup
from sqlalchemy import select
from sqlalchemy.orm import Session

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.demo import places
from exodrive.demo.cars import CARS, IMAGE_HEIGHT, IMAGE_WIDTHS, DemoCar
from exodrive.demo.diary import Diary
from exodrive.services.booking.models import CancellationPolicy
from exodrive.services.car.events import CarEvents
from exodrive.services.car.models import Car, CarImage, Location
from exodrive.services.pricing.contracts import Adjustment
from exodrive.services.pricing.models import (
    DeliveryBand,
    Extra,
    LongStayTier,
    OneWayFee,
    PromoCode,
    Season,
    YoungDriverFee,
)
from exodrive.services.webhook.event_contracts import EventType

_OF_CAR = tuple(one.name for one in fields(DemoCar) if one.name not in {"location", "setting", "wheels"})


def load_demo(container: wireup.SyncContainer) -> bool:
    """Locations, cars, prices, and bookings around today; False where there are cars already."""
    database, clock = container.get(Database), container.get(Clock)
    with database.sessions() as session:
        if session.scalar(select(Car.id).limit(1)) is not None:
            return False
        homes = _add_places(session)
        _add_prices(session, homes, clock.now())
        cars = [_add_car(session, one, homes[one.location]) for one in CARS]
        session.add(CancellationPolicy(**places.CANCELLATION))
        session.commit()
    with container.get(UnitOfWorkFactory)() as uow:
        container.get(CarEvents).tell(uow, EventType.CAR_PUBLISHED, [car.id for car in cars])
        uow.commit()
    diary = Diary(container)
    for car in cars:
        diary.fill(car, next(home for home in homes.values() if home.id == car.location_id))
    return True


def _add_places(session: Session) -> dict[str, Location]:
    homes = {values["slug"]: Location(**values) for values in places.LOCATIONS}
    session.add_all(homes.values())
    session.flush()
    return homes


def _add_car(session: Session, one: DemoCar, home: Location) -> Car:
    values = {name: getattr(one, name) for name in _OF_CAR}
    car = Car(**values | {"features": list(one.features)}, location_id=home.id, currency=home.currency)
    session.add(car)
    session.flush()
    session.add_all(
        CarImage(
            car_id=car.id,
            position=number,
            path=f"cars/{one.slug}/{number}",
            widths=list(IMAGE_WIDTHS),
            width=IMAGE_WIDTHS[-1],
            height=IMAGE_HEIGHT,
            alt_text=alt_text,
        )
        for number, alt_text in one.images
    )
    return car


def _add_prices(session: Session, homes: dict[str, Location], now: datetime) -> None:
    session.add_all(LongStayTier(from_day=day, discount=less) for day, less in places.TIERS)
    session.add_all(_seasons(homes, now.year))
    session.add_all(_extras(homes))
    for home in homes.values():
        session.add_all(
            DeliveryBand(location_id=home.id, code=code, label=label, max_miles=miles, fee=fee)
            for code, label, miles, fee in places.BANDS
        )
    session.add_all(
        OneWayFee(from_location_id=homes[start].id, to_location_id=homes[end].id, fee=fee)
        for start, end, fee in places.ONE_WAY
    )
    session.add_all(
        YoungDriverFee(location_id=homes[home].id, below_age=age, per_day=fee)
        for home, age, fee in places.YOUNG_DRIVERS
    )
    session.add(
        PromoCode(
            code="FIRSTDRIVE",
            adjustment=Adjustment.PERCENT,
            value=1000,
            starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=365),
            limit_per_customer=1,
        )
    )


def _seasons(homes: dict[str, Location], year: int) -> Iterator[Season]:
    for one in (season for each in (year - 1, year, year + 1) for season in places.seasons(each)):
        home = one.pop("location", None)
        yield Season(**one, location_id=homes[home].id if home else None)


def _extras(homes: dict[str, Location]) -> Iterator[Extra]:
    """Each extra in each currency; the code tells them apart."""
    currencies = sorted({home.currency for home in homes.values()}, reverse=True)
    for currency in currencies:
        for position, values in enumerate(places.EXTRAS, 1):
            code = values["code"] if currency == "USD" else f"{values['code']}-{currency.lower()}"
            yield Extra(**values | {"code": code}, currency=currency, position=position)
