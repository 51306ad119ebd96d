"""The fleet, for the staff: look for agents, write for managers."""

from exodrive.api.access import staff
from exodrive.api.call import Call
from exodrive.api.contracts.desk_cars import (
    ChangeStaffCar,
    FindStaffCar,
    FindStaffCars,
    StaffCar,
    StaffCarLine,
    StaffCars,
    TurnStaffCar,
)
from exodrive.api.errors import CursorUnknown
from exodrive.api.paging import known
from exodrive.api.procedure import get, patch, post, procedure
from exodrive.core.errors import IllegalMove, Invalid, Missing, VersionChanged, VersionRequired
from exodrive.services.account.contracts import StaffRole
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.desk_contracts import CreateCar, FindFleet
from exodrive.services.car.naming import slug_before

_AGENT, _MANAGER = staff(StaffRole.AGENT), staff(StaffRole.MANAGER)
_ONE = {"car_id": "01a20ebf-be64-745f-8e72-037de9a7e137"}
_SEEN = {**_ONE, "version": 1}
_NEW = {
    "location": "miami",
    "make": "Marston",
    "model": "Stallard",
    "year": 2026,
    "category": "grand_tourer",
    "body": "coupe",
    "seats": 4,
    "power_hp": 540,
    "top_speed_kmh": 318,
    "zero_to_hundred": 39,
    "transmission": "automatic",
    "drive": "rear",
    "engine": "5.2 L V12",
    "colour": "Sea grey",
    "plate": "MST 0042",
    "vin": "MST00000000000042",
    "features": ["Adaptive suspension"],
    "description": "A grand tourer for long roads.",
    "daily_rate": 89000,
    "weekend_rate": 99000,
    "deposit": 500000,
    "included_miles": 100,
    "overage_per_mile": 400,
}
_VERSIONED = (Missing, VersionChanged, VersionRequired)


@procedure(
    "admin.car.list",
    access=_AGENT,
    rest=get("/admin/cars"),
    limit="120/minute",
    errors=(CursorUnknown,),
    examples={"on_the_site": {"state": "active", "location": "miami"}},
)
def cars(call: Call, asked: FindStaffCars) -> StaffCars:
    """Every car, retired ones too."""
    wanted = FindFleet(
        q=asked.q,
        location=asked.location,
        category=asked.category,
        state=asked.state,
        after=known(asked.cursor, slug_before),
    )
    found = call.get(CarDeskService).find(wanted, call.actor, size=asked.limit)
    return StaffCars(
        items=[StaffCarLine.of(one) for one in found.cars],
        has_more=found.next is not None,
        next_cursor=found.next,
    )


@procedure(
    "admin.car.get",
    access=_AGENT,
    rest=get("/admin/cars/{car_id}"),
    limit="240/minute",
    errors=(Missing,),
    examples={"a_car": _ONE},
)
def car(call: Call, asked: FindStaffCar) -> StaffCar:
    """All of a car. Its ETag is what a change has to send as If-Match."""
    return StaffCar.of(call.get(CarDeskService).get(asked.car_id, call.actor))


@procedure(
    "admin.car.create",
    access=_MANAGER,
    rest=post("/admin/cars", 201),
    limit="60/minute",
    errors=(Invalid,),
    examples={"a_car": _NEW},
)
def create(call: Call, asked: CreateCar) -> StaffCar:
    """Take a car into the fleet. It can be booked at once."""
    return StaffCar.of(call.get(CarDeskService).create(asked, call.actor))


@procedure(
    "admin.car.change",
    access=_MANAGER,
    rest=patch("/admin/cars/{car_id}"),
    limit="60/minute",
    errors=(*_VERSIONED, Invalid),
    examples={"colour": {**_SEEN, "colour": "Racing green"}},
)
def change(call: Call, asked: ChangeStaffCar) -> StaffCar:
    """Change particulars of a car. Only of the version that was seen."""
    return StaffCar.of(call.get(CarDeskService).change(asked.car_id, asked, call.actor))


@procedure(
    "admin.car.retire",
    access=_MANAGER,
    rest=post("/admin/cars/{car_id}/retire"),
    limit="60/minute",
    errors=(*_VERSIONED, IllegalMove),
    examples={"a_car": _SEEN},
)
def retire(call: Call, asked: TurnStaffCar) -> StaffCar:
    """Take no new bookings of a car. Those that there are stay: `ahead` says how many."""
    return StaffCar.of(call.get(CarDeskService).retire(asked.car_id, asked, call.actor))


@procedure(
    "admin.car.reinstate",
    access=_MANAGER,
    rest=post("/admin/cars/{car_id}/reinstate"),
    limit="60/minute",
    errors=(*_VERSIONED, IllegalMove),
    examples={"a_car": _SEEN},
)
def reinstate(call: Call, asked: TurnStaffCar) -> StaffCar:
    """Take bookings of a retired car again."""
    return StaffCar.of(call.get(CarDeskService).reinstate(asked.car_id, asked, call.actor))
