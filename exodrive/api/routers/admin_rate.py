"""Rates and seasons, for the staff. Prices that were given already stay."""

from exodrive.api.access import staff
from exodrive.api.call import Call
from exodrive.api.contracts.desk_rates import (
    ChangeStaffSeason,
    FindStaffSeason,
    RemovedSeason,
    SetStaffRates,
    StaffCarRates,
    StaffRates,
    StaffSeason,
)
from exodrive.api.procedure import delete, get, patch, post, procedure
from exodrive.core.errors import Invalid, Missing, VersionChanged, VersionRequired
from exodrive.services.account.contracts import StaffRole
from exodrive.services.pricing.rate_desk import RateDeskService
from exodrive.services.pricing.rate_desk_contracts import AddSeason, FindRates

_MANAGER = staff(StaffRole.MANAGER)
_CAR = {"car_id": "01a20ebf-be64-745f-8e72-037de9a7e137"}
_SEASON = {"season_id": "01a20ebf-be64-745f-8e72-037de9a7e137"}
_FESTIVAL = {
    "label": "Festival",
    "location": "los-angeles",
    "starts_on": "2027-04-09",
    "ends_on": "2027-04-18",
    "adjustment": "percent",
    "value": 12500,
}


@procedure(
    "admin.rate.list",
    access=staff(StaffRole.AGENT),
    rest=get("/admin/rates"),
    limit="120/minute",
    errors=(Missing,),
    examples={"of_a_location": {"location": "los-angeles"}},
)
def rates(call: Call, asked: FindRates) -> StaffRates:
    """Rates of a car, of a location with its cars, or of the whole business. Seasons in the order in which they count,
    and the discounts of long rentals."""
    return StaffRates.of(call.get(RateDeskService).read(asked, call.actor))


@procedure(
    "admin.rate.set",
    access=_MANAGER,
    rest=patch("/admin/cars/{car_id}/rates"),
    limit="60/minute",
    errors=(Missing, VersionChanged, VersionRequired),
    examples={"a_car": {**_CAR, "version": 1, "daily_rate": 92000, "weekend_rate": 104000}},
)
def set_(call: Call, asked: SetStaffRates) -> StaffCarRates:
    """What a car's days cost from now on. Quotes that were given keep their price."""
    return StaffCarRates.of(call.get(RateDeskService).set(asked.car_id, asked, call.actor))


@procedure(
    "admin.rate.season.add",
    access=_MANAGER,
    rest=post("/admin/seasons", 201),
    limit="60/minute",
    errors=(Invalid,),
    examples={"a_festival": _FESTIVAL},
)
def add(call: Call, asked: AddSeason) -> StaffSeason:
    """Make some dates cost otherwise. For a car, for all of a location, or for every car."""
    return StaffSeason.of(call.get(RateDeskService).add_season(asked, call.actor))


@procedure(
    "admin.rate.season.change",
    access=_MANAGER,
    rest=patch("/admin/seasons/{season_id}"),
    limit="60/minute",
    errors=(Missing, Invalid),
    examples={"longer": {**_SEASON, "ends_on": "2027-04-19"}},
)
def change(call: Call, asked: ChangeStaffSeason) -> StaffSeason:
    """Change the dates, the name or the price of a season."""
    return StaffSeason.of(call.get(RateDeskService).change_season(asked.season_id, asked, call.actor))


@procedure(
    "admin.rate.season.remove",
    access=_MANAGER,
    rest=delete("/admin/seasons/{season_id}"),
    limit="60/minute",
    errors=(Missing,),
    examples={"a_season": _SEASON},
)
def remove(call: Call, asked: FindStaffSeason) -> RemovedSeason:
    """Let days cost what they cost without a season."""
    call.get(RateDeskService).remove_season(asked.season_id, call.actor)
    return RemovedSeason(season_id=asked.season_id)
