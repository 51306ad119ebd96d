"""The fleet as the staff's desk works with it: every car, and what managers write of them."""

from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.cache import AnswerCache
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import IllegalMove, Invalid, Missing, VersionChanged
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.account.service import StaffService
from exodrive.services.audit.service import AuditService
from exodrive.services.audit.story import AuditReader
from exodrive.services.car import desk_repository as repository
from exodrive.services.car.contracts import ImageView
from exodrive.services.car.desk_contracts import (
    DESK_PAGE,
    CarStory,
    ChangeCar,
    CreateCar,
    DeskCarLine,
    DeskCarPage,
    DeskCarView,
    FindFleet,
    RetireCar,
)
from exodrive.services.car.events import CarEvents
from exodrive.services.car.naming import cursor_behind, free_slug, particulars, slug_before, told
from exodrive.services.webhook.event_contracts import EventType

_UNIQUE = {"uq_car_plate": ("plate", "plate"), "uq_car_vin": ("vin", "vehicle identification number")}

_SHOWN = 200  # deeds


class CarDeskService:
    """Agents look, managers write. Every method raises `Forbidden` for others, and `Missing`."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        audit: AuditService,
        staff: StaffService,
        events: CarEvents,
        cache: AnswerCache,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._audit = audit
        self._staff = staff
        self._events = events
        self._cache = cache
        self._reader = AuditReader()

    def find(self, wanted: FindFleet, actor: Actor, *, size: int = DESK_PAGE) -> DeskCarPage:
        """A page of cars, retired ones too. A cursor that is none leads to the first page."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            after = slug_before(wanted.after) if wanted.after else None
            rows = repository.find(connection, wanted, after=after, limit=size + 1)
        shown = tuple(_line(row) for row in rows[:size])
        return DeskCarPage(cars=shown, next=cursor_behind(shown[-1].slug) if len(rows) > size else None)

    def get(self, car_id: UUID, actor: Actor) -> DeskCarView:
        """All of one car."""
        require(actor, StaffRole.AGENT)
        with self._database.read() as connection:
            return _view(repository.get(connection, car_id, self._clock.now()))

    def story(self, car_id: UUID, actor: Actor) -> CarStory:
        """What was done to a car, and to the rates of its location."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            place = _view(repository.get(connection, car_id, self._clock.now())).location_id
            found = [
                *self._reader.of(connection, "car", car_id),
                *self._reader.of(connection, "location", place),
            ]
        deeds = tuple(sorted(found, key=lambda one: one.at, reverse=True)[:_SHOWN])
        by = {UUID(one.actor_id) for one in deeds if one.actor_kind == ActorKind.STAFF and one.actor_id}
        names = self._staff.names(by)
        return CarStory(deeds=deeds, names={str(staff_id): name for staff_id, name in names.items()})

    def create(self, command: CreateCar, actor: Actor) -> DeskCarView:
        """Take a car into the fleet. Raises `Invalid` for a plate or a VIN that another car has."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            values = particulars(command)
            home = self._home(uow, values.pop("location"))
            slug = free_slug(
                values["make"], values["model"], lambda wanted: repository.slugs_like(uow.session, wanted)
            )
            car_id = new_id()
            try:
                repository.add(
                    uow.session,
                    {
                        "id": car_id,
                        "slug": slug,
                        "location_id": home["id"],
                        "currency": home["currency"],
                        **values,
                    },
                )
            except IntegrityError as error:
                raise _taken(error) from error
            self._audit.record(uow, "car.created", "car", car_id, slug=slug)
            self._events.tell(uow, EventType.CAR_PUBLISHED, [car_id])
            self._cache.outdate(uow)
            made = _view(repository.get(uow.session, car_id, uow.now))
            uow.commit()
        return made

    def change(self, car_id: UUID, command: ChangeCar, actor: Actor) -> DeskCarView:
        """Change particulars. Raises `VersionChanged`, and `Invalid` as `create` does or for a location with another
        currency."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            self.amend(uow, car_id, command)
            changed = _view(repository.get(uow.session, car_id, uow.now))
            uow.commit()
        return changed

    def amend(self, uow: UnitOfWork, car_id: UUID, command: ChangeCar) -> None:
        """`change` as a step of a larger deed; what stays as it was is no change. Raises as `change`."""
        before = self._lock(uow, car_id, command.version)
        asked = {name: value for name, value in particulars(command).items() if value is not None}
        if "featured" in asked:
            asked["featured"] = asked["featured"] or None
        slug, here = asked.pop("location", None), repository.slug_of(uow.session, before["location_id"])
        if slug not in (None, here):
            home = self._home(uow, slug)
            if home["currency"] != before["currency"]:
                words = f"That place counts in {home['currency']}, the car in {before['currency']}."
                raise Invalid.at("location", words)
            asked["location_id"] = home["id"]
        changes = {name: value for name, value in asked.items() if value != before[name]}
        if not changes:
            return
        try:
            repository.change(uow.session, car_id, changes)
        except IntegrityError as error:
            raise _taken(error) from error
        written = {name: [told(before[name]), told(value)] for name, value in changes.items()}
        if written.pop("location_id", None):
            written["location"] = [here, slug]
        self._audit.record(uow, "car.changed", "car", car_id, changes=written)
        self._events.tell(uow, EventType.CAR_CHANGED, [car_id])
        self._cache.outdate(uow)

    def retire(self, car_id: UUID, command: RetireCar, actor: Actor) -> DeskCarView:
        """Take no new bookings; those that there are stay, and `ahead` says how many. Raises `VersionChanged`,
        `IllegalMove`."""
        return self._turn(car_id, command, actor, active=False)

    def reinstate(self, car_id: UUID, command: RetireCar, actor: Actor) -> DeskCarView:
        """Take bookings again. Raises `VersionChanged`, `IllegalMove`."""
        return self._turn(car_id, command, actor, active=True)

    def _turn(self, car_id: UUID, command: RetireCar, actor: Actor, *, active: bool) -> DeskCarView:
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            before = self._lock(uow, car_id, command.version)
            if before["active"] is active:
                raise IllegalMove(
                    "The car is on the site already." if active else "The car is retired already."
                )
            repository.change(uow.session, car_id, {"active": active})
            turned = _view(repository.get(uow.session, car_id, uow.now))
            deed = "car.reinstated" if active else "car.retired"
            self._audit.record(uow, deed, "car", car_id, bookings_ahead=turned.ahead)
            kind = EventType.CAR_PUBLISHED if active else EventType.CAR_RETIRED
            self._events.tell(uow, kind, [car_id])
            self._cache.outdate(uow)
            uow.commit()
        return turned

    def _lock(self, uow: UnitOfWork, car_id: UUID, version: int) -> RowMapping:
        row = repository.lock(uow.session, car_id)
        if row is None:
            raise Missing("There is no such car.")
        if row["version"] != version:
            words = "Somebody else has changed this car in the meantime."
            raise VersionChanged(words, current=row["version"])
        return row

    def _home(self, uow: UnitOfWork, slug: str) -> RowMapping:
        home = repository.location(uow.session, slug)
        if home is None:
            raise Invalid.at("location", "We have no such location.")
        return home


def _taken(error: IntegrityError) -> Exception:
    found = _UNIQUE.get(getattr(getattr(error.orig, "diag", None), "constraint_name", "") or "")
    return Invalid.at(found[0], f"Another car has this {found[1]}.") if found else error


_LINE = tuple(name for name in DeskCarLine.__dataclass_fields__ if name not in {"category", "image"})
_OWN = {"featured", "features"}
_AS_IT_IS = tuple(name for name in DeskCarView.__dataclass_fields__ if name not in _OWN)


def _line(row: RowMapping) -> DeskCarLine:
    image = {name: row[name] for name in ("path", "width", "height", "alt_text")}
    return DeskCarLine(
        **{name: row[name] for name in _LINE},
        category=row["category"],
        image=ImageView(**image, widths=tuple(row["widths"])) if row["path"] else None,
    )


def _view(row: RowMapping | None) -> DeskCarView:
    if row is None:
        raise Missing("There is no such car.")
    return DeskCarView(
        **{name: row[name] for name in _AS_IT_IS}, featured=row["place"], features=tuple(row["features"])
    )
