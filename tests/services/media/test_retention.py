"""Files of photographs that were taken off: kept for a month, then gone, whatever happens on the way."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.services.document.storage import FileStore
from exodrive.services.media.models import Photo
from exodrive.services.media.retention import KEPT, PhotoRetention
from exodrive.services.media.service import PhotoService
from exodrive.settings import Settings
from tests.services.media.pictures import picture

Send = Callable[..., UUID]
TakeOff = Callable[[UUID], None]


@pytest.fixture
def removed(send: Send, take_off: TakeOff) -> UUID:
    """A photograph that has just been taken off."""
    photo_id = send(picture())
    take_off(photo_id)
    return photo_id


def row(database: Database, photo_id: UUID) -> Photo:
    with database.sessions() as session:
        return session.scalars(select(Photo).where(Photo.id == photo_id)).one()


def files(settings: Settings, photo_id: UUID) -> list[Path]:
    return [path for path in (settings.storage_folder / "media" / str(photo_id)).rglob("*") if path.is_file()]


def test_files_are_kept_for_a_month_and_then_deleted(
    removed: UUID, get: Any, database: Database, clock: ManualClock, settings: Settings
) -> None:
    photo, kept = row(database, removed), files(settings, removed)
    assert len(kept) == len(photo.files) == 6
    clock.move(KEPT)
    assert get(PhotoRetention).prune() == 0
    assert files(settings, removed) == kept
    clock.move(timedelta(seconds=1))
    assert get(PhotoRetention).prune() == 1
    assert files(settings, removed) == []
    assert row(database, removed).files == {}
    assert get(PhotoRetention).prune() == 0
    with pytest.raises(Missing):
        get(PhotoService).open(photo.mark or "", "480.avif")


def test_what_is_shown_is_never_touched(
    send: Send, removed: UUID, get: Any, database: Database, clock: ManualClock
) -> None:
    shown = send(picture())  # of the same contents
    clock.move(2 * KEPT)
    assert get(PhotoRetention).prune() == 1
    photo = row(database, shown)
    assert photo.removed_at is None
    for name in photo.files:
        assert b"".join(get(PhotoService).open(photo.mark or "", name).pieces)


def test_a_crash_after_the_deletion_is_made_up_for(
    removed: UUID, get: Any, database: Database, clock: ManualClock, settings: Settings
) -> None:
    clock.move(2 * KEPT)
    get(FileStore).clear(f"media/{removed}")  # and the process died before it could write that down
    assert get(PhotoRetention).prune() == 1
    assert row(database, removed).files == {}


def test_files_that_photographs_share_go_with_the_last_of_them(
    send: Send, take_off: TakeOff, get: Any, database: Database, clock: ManualClock
) -> None:
    """As they were kept before each photograph had a folder of its own."""
    first, second = send(picture()), send(picture(1000, 800))
    stored = get(FileStore).put("media", b"the same picture")
    common = {"480.avif": {"key": stored.key, "size": stored.size}}
    with database.sessions.begin() as session:
        session.execute(update(Photo).values(files=common))
    take_off(first)
    clock.move(2 * KEPT)
    assert get(PhotoRetention).prune() == 1
    assert b"".join(get(FileStore).open(stored.key)) == b"the same picture"
    take_off(second)
    clock.move(2 * KEPT)
    assert get(PhotoRetention).prune() == 1
    with pytest.raises(Missing):
        get(FileStore).open(stored.key)
    get(FileStore).delete([stored.key])  # once more, as after a crash
