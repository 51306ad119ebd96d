"""A car's photographs: sent by managers, prepared by a job, put in order, taken off."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.cache import AnswerCache
from exodrive.core.db import Database
from exodrive.core.errors import ExodriveError, Invalid, Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.car.contracts import ImageView
from exodrive.services.car.events import CarEvents
from exodrive.services.document.storage import FileStore
from exodrive.services.media import repository
from exodrive.services.media.contracts import (
    MOST_PHOTOS,
    WIDTHS,
    AddPhoto,
    CarPhotos,
    Direction,
    FleetLine,
    OpenPhoto,
    PhotoState,
    PreparePhoto,
    ShownPhoto,
    UploadView,
)
from exodrive.services.media.darkroom import check_kind, develop
from exodrive.services.media.errors import PhotoRefused
from exodrive.services.webhook.event_contracts import EventType

Progress = Callable[[int, str], None]
_TYPES = {"avif": "image/avif", "webp": "image/webp"}


class PhotoService:
    """Reads for the staff and the site, writes for managers; `prepare` is called by the job."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        audit: AuditService,
        files: FileStore,
        events: CarEvents,
        cache: AnswerCache,
    ) -> None:
        self._uow = uow
        self._database = database
        self._audit = audit
        self._files = files
        self._events = events
        self._cache = cache

    def of_car(self, car_id: UUID, actor: Actor) -> CarPhotos:
        """Raises `Missing`."""
        require(actor, StaffRole.MANAGER)
        with self._database.read() as connection:
            car = repository.car(connection, car_id)
            if car is None:
                raise Missing("There is no such car.")
            shown = repository.shown(connection, car_id)
            uploads = repository.uploads(connection, car_id)
        return CarPhotos(
            car=_line(car),
            shown=tuple(
                ShownPhoto(id=row["id"], position=row["position"], image=_image(row)) for row in shown
            ),
            uploads=tuple(
                UploadView(**{name: row[name] for name in UploadView.__dataclass_fields__}) for row in uploads
            ),
        )

    def add(self, car_id: UUID, command: AddPhoto, contents: bytes, actor: Actor) -> UUID:
        """Take a photograph in. Raises `PhotoRefused` at `photo`, `Missing`, `StorageUnavailable`."""
        require(actor, StaffRole.MANAGER)
        check_kind(contents)
        photo_id = new_id()
        stored = self._files.put(_folder(photo_id), contents)
        try:
            self._take_in(car_id, command, photo_id=photo_id, key=stored.key, actor=actor)
        except ExodriveError:
            self._files.clear(_folder(photo_id))
            raise
        return photo_id

    def prepare(self, photo_id: UUID, progress: Progress, actor: Actor = SYSTEM) -> PhotoState:
        """Check, encode, show; nothing twice. A file that is no photograph is refused in words for who sent it. Raises
        `Missing`, `StorageUnavailable`."""
        with self._database.read() as connection:
            row = repository.photo(connection, id=photo_id)
        if row is None:
            raise Missing("There is no such photograph.")
        if row["state"] is not PhotoState.UNDERWAY:
            return PhotoState(row["state"])
        values: dict[str, Any]
        try:
            original = b"".join(self._files.open(row["original_key"]))
            files, size = self._develop(photo_id, original, progress)
        except PhotoRefused as error:
            state, values = (
                PhotoState.REFUSED,
                {"failure": next(iter(error.fields.get("photo", [error.message])))},
            )
        else:
            state, values = PhotoState.SHOWN, {"files": files, "mark": _mark(photo_id, files)}
        with self._uow(actor) as uow:
            repository.lock_car(uow.session, row["car_id"])
            repository.change(uow.session, photo_id, state=state, original_key=None, **values)
            if state is PhotoState.SHOWN:
                image = {"id": photo_id, "car_id": row["car_id"], "alt_text": row["alt_text"], **size}
                repository.append(uow.session, image | {"path": f"photo/{values['mark']}"})
                self._events.tell(uow, EventType.CAR_CHANGED, [row["car_id"]])
                self._cache.outdate(uow)
            self._audit.record(uow, f"photo.{state.value}", "car", row["car_id"], photo_id=str(photo_id))
            uow.commit()
        self._files.clear(_folder(photo_id))
        return state

    def move(self, car_id: UUID, image_id: UUID, direction: Direction, actor: Actor) -> None:
        """One place earlier or later; at an end, nothing. Raises `Missing`."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            repository.lock_car(uow.session, car_id)
            order = [row["id"] for row in repository.shown(uow.session, car_id)]
            if image_id not in order:
                raise Missing("There is no such photograph.")
            here = order.index(image_id)
            there = here + (1 if direction is Direction.LATER else -1)
            if 0 <= there < len(order):
                order[here], order[there] = order[there], order[here]
                repository.arrange(uow.session, car_id, order)
                self._audit.record(uow, "photo.moved", "car", car_id, image_id=str(image_id), place=there + 1)
                self._events.tell(uow, EventType.CAR_CHANGED, [car_id])
                self._cache.outdate(uow)
                uow.commit()

    def remove(self, car_id: UUID, image_id: UUID, actor: Actor) -> None:
        """Take one off the page. Its files stay for a while, for what still shows them. Raises `Missing`."""
        require(actor, StaffRole.MANAGER)
        with self._uow(actor) as uow:
            repository.lock_car(uow.session, car_id)
            order = [row["id"] for row in repository.shown(uow.session, car_id)]
            if image_id not in order:
                raise Missing("There is no such photograph.")
            repository.take_off(uow.session, image_id)
            repository.arrange(uow.session, car_id, [one for one in order if one != image_id])
            repository.change(uow.session, image_id, state=PhotoState.REMOVED, removed_at=uow.now)
            self._audit.record(uow, "photo.removed", "car", car_id, image_id=str(image_id))
            self._events.tell(uow, EventType.CAR_CHANGED, [car_id])
            self._cache.outdate(uow)
            uow.commit()

    def open(self, mark: str, name: str) -> OpenPhoto:
        """A file of a photograph, for anybody: `name` is like `480.avif`. Raises `Missing`, `StorageUnavailable`."""
        with self._database.read() as connection:
            row = repository.photo(connection, mark=mark)
        if row is None or name not in row["files"]:
            raise Missing("There is no such photograph.")
        file = row["files"][name]
        kind = _TYPES[name.rpartition(".")[2]]
        return OpenPhoto(content_type=kind, size=file["size"], pieces=self._files.open(file["key"]))

    def _take_in(self, car_id: UUID, command: AddPhoto, *, photo_id: UUID, key: str, actor: Actor) -> None:
        with self._uow(actor) as uow:
            if not repository.lock_car(uow.session, car_id):
                raise Missing("There is no such car.")
            if len(repository.shown(uow.session, car_id)) >= MOST_PHOTOS:
                raise Invalid.at("photo", f"A car has {MOST_PHOTOS} photographs at most.")
            repository.add(
                uow.session,
                {
                    "id": photo_id,
                    "car_id": car_id,
                    "uploaded_by": UUID(actor.id),
                    "state": PhotoState.UNDERWAY,
                    "alt_text": command.alt_text.strip(),
                    "original_key": key,
                    "created_at": uow.now,
                },
            )
            self._audit.record(uow, "photo.added", "car", car_id, photo_id=str(photo_id))
            uow.enqueue(PreparePhoto(photo_id=photo_id), unique_key=f"photo:{photo_id}")
            uow.commit()

    def _develop(
        self, photo_id: UUID, contents: bytes, progress: Progress
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The stored files by their names; widths, and the size of the largest."""
        progress(5, "Looking at it")
        files: dict[str, Any] = {}
        widths: list[int] = []
        height = 0
        for number, made in enumerate(develop(contents), 1):
            stored = self._files.put(repository.folder(photo_id), made.contents)
            files[made.name] = {"key": stored.key, "size": stored.size}
            if made.width not in widths:
                widths.append(made.width)
            height = made.height
            progress(5 + 90 * number // (2 * len(WIDTHS)), f"Width {made.width}")
        return files, {"widths": widths, "width": widths[-1], "height": height}


def _mark(photo_id: UUID, files: Mapping[str, Any]) -> str:
    """What names the files in addresses: other for other contents, so that browsers may keep them for ever."""
    told = str(photo_id) + "".join(files[name]["key"] for name in sorted(files))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _folder(photo_id: UUID) -> str:
    return f"photo/{photo_id}"


def _image(row: RowMapping) -> ImageView:
    plain = {name: row[name] for name in ("path", "width", "height", "alt_text")}
    return ImageView(**plain, widths=tuple(row["widths"]))


def _line(row: RowMapping) -> FleetLine:
    names = (name for name in FleetLine.__dataclass_fields__ if name != "image")
    return FleetLine(**{name: row[name] for name in names}, image=_image(row) if row["path"] else None)
