"""Photographs: refused by what they are, bare of what they told, in their order on the car's page."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import text

from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.car.models import Car
from exodrive.services.car.service import CatalogueService
from exodrive.services.media.contracts import MOST_BYTES, AddPhoto, Direction, PhotoState
from exodrive.services.media.darkroom import develop
from exodrive.services.media.errors import PhotoRefused
from exodrive.services.media.service import PhotoService
from exodrive.services.webhook.delivery import DeliveryService
from exodrive.services.webhook.feed import EventFeedService
from exodrive.settings import Settings
from tests.services.media.pictures import from_camera, picture
from tests.staff import actor_of, make_staff

Send = Callable[..., UUID]


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has that many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 4096)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_each_width_is_made_in_both_formats(kind: str) -> None:
    made = {one.name: one for one in develop(picture(kind=kind))}
    assert set(made) == {f"{width}.{suffix}" for width in (480, 960, 1600) for suffix in ("avif", "webp")}
    for one in made.values():
        with Image.open(BytesIO(one.contents)) as opened:
            assert (
                (opened.width, opened.height) == (one.width, one.height) == (one.width, one.width * 10 // 16)
            )
            assert opened.format == one.name.rpartition(".")[2].upper()


def test_a_small_one_has_the_widths_that_it_can() -> None:
    assert {one.width for one in develop(picture(1000, 900))} == {480, 960}


def test_nothing_that_the_camera_told_is_left() -> None:
    for one in develop(from_camera()):
        assert b"Secret Camera" not in one.contents
        with Image.open(BytesIO(one.contents)) as opened:
            assert not opened.getexif()
            assert not {"exif", "xmp", "icc_profile"} & set(opened.info)


def test_a_picture_is_turned_as_the_camera_was_held() -> None:
    """Turned by a quarter, red lies above blue."""
    made = next(one for one in develop(from_camera(2400, 1800, orientation=6)) if one.name == "960.webp")
    with Image.open(BytesIO(made.contents)) as opened:
        upper, lower = opened.convert("RGB").getpixel((480, 20)), opened.convert("RGB").getpixel((480, 580))
    assert isinstance(upper, tuple)
    assert isinstance(lower, tuple)
    assert upper[0] > 150 > upper[2]
    assert lower[2] > 150 > lower[0]


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (picture(800, 500), "at least 960"),
        (picture()[:4000], "damaged"),
        (b"\xff\xd8\xff" + b"<svg onload=alert(1)>", "damaged"),
        (bomb(50_000, 50_000), "60 megapixels"),
        (bomb(9000, 9000), "60 megapixels"),
        (bomb(2000, 2000), "damaged"),
    ],
    ids=["small", "cut short", "disguised", "bomb", "just too large", "lying"],
)
def test_what_cannot_be_shown_is_refused_in_words(
    get: Any, send: Send, car: Car, manager: Actor, *, contents: bytes, words: str
) -> None:
    send(contents)
    told = get(PhotoService).of_car(car.id, manager)
    assert told.shown == ()
    [upload] = told.uploads
    assert upload.state is PhotoState.REFUSED
    assert words in (upload.failure or "")


@pytest.mark.parametrize(
    "contents", [b"", b"GIF89a" + b"x" * 99, b"<svg/>", b"%PDF-1.7", b"\xff\xd8\xff" * MOST_BYTES]
)
def test_what_is_no_photograph_is_not_even_kept(
    get: Any, car: Car, manager: Actor, database: Database, contents: bytes
) -> None:
    with pytest.raises(PhotoRefused):
        get(PhotoService).add(car.id, AddPhoto(alt_text="The car from the front"), contents, manager)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM photo")).scalar_one() == 0


def test_what_is_for_no_car_leaves_nothing(get: Any, car: Car, manager: Actor, settings: Settings) -> None:
    folder = settings.storage_folder / "photo"
    before = {path for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(Missing):
        get(PhotoService).add(uuid4(), AddPhoto(alt_text="The car from the front"), picture(), manager)
    assert {path for path in folder.rglob("*") if path.is_file()} == before


def test_a_photograph_comes_on_the_page_of_its_car(
    get: Any, send: Send, car: Car, client: Any, settings: Settings
) -> None:
    photo_id = send(from_camera(), "The car in the evening sun")
    [image] = get(CatalogueService).car(car.slug).images
    assert (image.alt_text, image.widths, image.width, image.height) == (
        "The car in the evening sun",
        (480, 960, 1600),
        1600,
        1000,
    )
    page = client.get(f"/cars/{car.slug}").text
    assert f"/media/{image.path}-960.webp" in page
    for width in image.widths:
        for suffix in ("avif", "webp"):
            file = client.get(f"/media/{image.path}-{width}.{suffix}")
            assert file.status_code == 200
            assert file.mimetype == f"image/{suffix}"
            assert "immutable" in file.headers["Cache-Control"]
            assert int(file.headers["Content-Length"]) == len(file.data)
    for wrong in (f"{image.path}-481.avif", f"{image.path}-480.png", "photo/x-480.avif"):
        assert client.get(f"/media/{wrong}").status_code == 404
    originals = (settings.storage_folder / "photo" / str(photo_id)).rglob("*")
    assert [path for path in originals if path.is_file()] == []


def test_the_order_is_the_staffs(get: Any, send: Send, car: Car, manager: Actor) -> None:
    photos = get(PhotoService)
    first, second, third = (
        send(picture(1000, 700, quality=number), f"Picture {number}") for number in (60, 70, 80)
    )

    def order() -> list[UUID]:
        shown = photos.of_car(car.id, manager).shown
        assert [one.position for one in shown] == list(range(1, len(shown) + 1))
        return [one.id for one in shown]

    assert order() == [first, second, third]
    photos.move(car.id, third, Direction.EARLIER, manager)
    photos.move(car.id, third, Direction.EARLIER, manager)
    photos.move(car.id, third, Direction.EARLIER, manager)
    assert order() == [third, first, second]
    photos.move(car.id, third, Direction.LATER, manager)
    assert order() == [first, third, second]
    photos.remove(car.id, first, manager)
    assert order() == [third, second]
    assert [one.alt_text for one in get(CatalogueService).car(car.slug).images] == [
        "Picture 80",
        "Picture 70",
    ]
    get(DeliveryService).fan_out()
    told = get(EventFeedService).after(None, actor=manager).items
    # Three shown, three moved (one had no place to go), one taken off.
    assert [(one.type.value, one.subject_id) for one in told] == [("car.changed", car.id)] * 7
    for call in (
        lambda: photos.remove(car.id, first, manager),
        lambda: photos.move(car.id, uuid4(), Direction.LATER, manager),
        lambda: photos.of_car(uuid4(), manager),
    ):
        with pytest.raises(Missing):
            call()


def test_a_job_that_runs_twice_shows_once(get: Any, send: Send, car: Car, manager: Actor) -> None:
    photo_id = send(picture(1000, 700))
    assert get(PhotoService).prepare(photo_id, lambda *_: None) is PhotoState.SHOWN
    assert len(get(PhotoService).of_car(car.id, manager).shown) == 1


def test_photographs_are_for_managers(get: Any, car: Car, database: Database) -> None:
    agent = actor_of(make_staff(database, get(StaffKeys), StaffRole.AGENT))
    photos = get(PhotoService)
    for call in (
        lambda: photos.of_car(car.id, agent),
        lambda: photos.add(car.id, AddPhoto(alt_text="The car from the front"), picture(), agent),
        lambda: photos.move(car.id, uuid4(), Direction.LATER, agent),
        lambda: photos.remove(car.id, uuid4(), agent),
    ):
        with pytest.raises(Forbidden):
            call()
