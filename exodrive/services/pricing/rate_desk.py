"""Rates as managers set them. Prices that were given already stay: a quote keeps its lines."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping
from sqlalchemy.orm import Session

from exodrive.core.actor import Actor
from exodrive.core.cache import AnswerCache
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import Invalid, Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.desk_contracts import ChangeCar
from exodrive.services.pricing import rate_desk_repository as repository
from exodrive.services.pricing.contracts import Adjustment
from exodrive.services.pricing.day_rates import SeasonRate
from exodrive.services.pricing.rate_desk_contracts import (
    AddSeason,
    CarRates,
    ChangeSeason,
    FindRates,
    RatesView,
    SeasonView,
    SetRates,
    TierView,
)
from exodrive.services.pricing.season_rules import check_season

_PARTS = tuple(SeasonRate.__dataclass_fields__)


class RateDeskService:
    """Agents look, managers set. Every method raises `Forbidden` for others, and `Missing`."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        audit: AuditService,
        cars: CarDeskService,
        cache: AnswerCache,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._audit = audit
        self._cars = cars
        self._cache = cache

    def read(self, wanted: FindRates, actor: Actor) -> RatesView:
        """Rates, seasons and long-stay discounts."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            car = repository.car(connection, wanted.car_id) if wanted.car_id else None
            if wanted.car_id and car is None:
                raise Missing("There is no such car.")
            place = repository.location_id(connection, wanted.location) if wanted.location else None
            if wanted.location and place is None:
                raise Missing("There is no such location.")
            found = repository.seasons(connection, self._today(), car_id=wanted.car_id, location=place)
            tiers = repository.tiers(connection)
        return RatesView(
            car=_car(car) if car else None,
            seasons=tuple(_season(row) for row in found),
            tiers=tuple(TierView(**row) for row in tiers),
        )

    def set(self, car_id: UUID, command: SetRates, actor: Actor) -> CarRates:
        """What a car's days cost from now on. Raises `VersionChanged`."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            rates = ChangeCar(
                version=command.version,
                daily_rate=command.daily_rate,
                weekend_rate=command.weekend_rate,
            )
            self._cars.amend(uow, car_id, rates)
            after = repository.car(uow.session, car_id)
            uow.commit()
        if after is None:
            raise Missing("There is no such car.")
        return _car(after)

    def season(self, season_id: UUID, actor: Actor) -> SeasonView:
        """One season."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            return _season(_found(connection, season_id))

    def add_season(self, command: AddSeason, actor: Actor) -> SeasonView:
        """Raises `Invalid` for what would make no price."""
        require(actor, StaffRole.MANAGER)
        season = SeasonRate(**{name: getattr(command, name) for name in _PARTS})
        check_season(season, self._today())
        if command.car_id and command.location:
            raise Invalid.at("location", "A season is for a car or for a location.")
        with self._uow(actor) as uow:
            place = repository.location_id(uow.session, command.location) if command.location else None
            if command.location and place is None:
                raise Invalid.at("location", "We have no such location.")
            if command.car_id and repository.car(uow.session, command.car_id) is None:
                raise Invalid.at("car_id", "There is no such car.")
            _check_reach(uow, season.adjustment, narrow=bool(command.car_id or place))
            made = new_id()
            scope = {"car_id": command.car_id, "location_id": place}
            repository.add(uow.session, {"id": made, **scope, **_values(season)})
            row = _found(uow.session, made)
            self._record(uow, "rate.season_added", row, season=_plain(row))
            uow.commit()
        return _season(row)

    def change_season(self, season_id: UUID, command: ChangeSeason, actor: Actor) -> SeasonView:
        """Raises `Invalid` for what would make no price."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            before = _found(uow.session, season_id)
            asked = {name: getattr(command, name) for name in _PARTS}
            season = SeasonRate(
                **{name: _part(before, name) if value is None else value for name, value in asked.items()}
            )
            check_season(season, self._today())
            _check_reach(uow, season.adjustment, narrow=bool(before["car_id"] or before["location_id"]))
            repository.change(uow.session, season_id, _values(season))
            after = _found(uow.session, season_id)
            was, now = _plain(before), _plain(after)
            if was != now:
                changes = {name: [was[name], now[name]] for name in now if was[name] != now[name]}
                self._record(uow, "rate.season_changed", after, season_id=str(season_id), changes=changes)
            uow.commit()
        return _season(after)

    def remove_season(self, season_id: UUID, actor: Actor) -> None:
        """Days cost what they cost without it."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            row = _found(uow.session, season_id)
            repository.remove(uow.session, season_id)
            self._record(uow, "rate.season_removed", row, season=_plain(row))
            uow.commit()

    def _today(self) -> date:
        return self._clock.now().date()

    def _record(self, uow: UnitOfWork, action: str, row: RowMapping, **data: Any) -> None:
        """On whatever the season is for, so that its page tells of it; prices shown until now are outdated."""
        self._cache.outdate(uow)
        subject, subject_id = ("season", row["id"])
        if row["car_id"]:
            subject, subject_id = "car", row["car_id"]
        elif row["location_id"]:
            subject, subject_id = "location", row["location_id"]
        self._audit.record(uow, action, subject, subject_id, **data)


def _found(at: Connection | Session, season_id: UUID) -> RowMapping:
    row = repository.season(at, season_id)
    if row is None:
        raise Missing("There is no such season.")
    return row


def _check_reach(uow: UnitOfWork, adjustment: Adjustment, *, narrow: bool) -> None:
    """The same number is no price in every currency."""
    if adjustment is Adjustment.FIXED and not narrow and repository.currencies(uow.session) > 1:
        raise Invalid.at(
            "adjustment", "With several currencies a price of its own needs a car or a location."
        )


def _part(row: RowMapping, name: str) -> Any:
    return Adjustment(row[name]) if name == "adjustment" else row[name]


def _values(season: SeasonRate) -> dict[str, Any]:
    return {name: getattr(season, name) for name in _PARTS} | {"label": season.label.strip()}


def _plain(row: RowMapping) -> dict[str, Any]:
    dates = {name: row[name].isoformat() for name in ("starts_on", "ends_on")}
    return {name: row[name] for name in ("label", "adjustment", "value")} | dates


def _car(row: RowMapping) -> CarRates:
    plain = {name: row[name] for name in CarRates.__dataclass_fields__ if name != "car_id"}
    return CarRates(car_id=row["id"], **plain)


def _season(row: RowMapping) -> SeasonView:
    return SeasonView(**{name: _part(row, name) for name in SeasonView.__dataclass_fields__})
