"""The pages of the cars and of their photographs."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
import wireup
from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.car.models import Car
from tests.factories import make_car, make_location
from tests.services.booking.post import open_post
from tests.services.media.pictures import picture
from tests.smtp import Inbox
from tests.staff import csrf_of

Enter = Callable[..., FlaskClient]


@pytest.fixture
def car(database: Database) -> Car:
    return make_car(database, make_location(database))


@pytest.fixture
def work(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox
) -> Iterator[Any]:
    """The worker that runs what was promised."""
    with open_post(container, database, clock, smtp) as made:
        yield made


def send(
    client: FlaskClient, car: Car, contents: bytes | None, alt_text: str = "The car from the front"
) -> Any:
    sent: dict[str, Any] = {
        "alt_text": alt_text,
        "csrf_token": csrf_of(client, f"/admin/cars/{car.id}/photos"),
    }
    if contents is not None:
        sent["photo"] = (BytesIO(contents), "photo.jpg")
    answer = client.post(f"/admin/cars/{car.id}/photos", data=sent, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the test client's own file, of what it sends
    return answer


def test_the_fleet_leads_to_photographs(enter: Enter, car: Car) -> None:
    page = enter(StaffRole.MANAGER).get("/admin/cars").text
    assert car.plate in page
    assert f"/admin/cars/{car.id}/photos" in page
    assert f"/admin/cars/{car.id}/photos" not in enter(StaffRole.AGENT).get("/admin/cars").text


def test_a_photograph_is_sent_watched_moved_and_removed(enter: Enter, car: Car, work: Any) -> None:
    client, here = enter(StaffRole.MANAGER), f"/admin/cars/{car.id}/photos"
    large = picture(3000, 2000, "PNG") + b"\0" * 2_000_000  # more than any other form may send
    for contents, alt_text in ((large, "First of two"), (picture(1000, 700), "Second of two")):
        assert send(client, car, contents, alt_text).status_code == 303
    underway = client.get(here).text
    assert "Being prepared: First of two" in underway
    assert 'hx-trigger="load delay:2s"' in underway
    assert "Look again" in underway
    work.run("image")
    alone = client.get(here, headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in alone
    assert alone.index("First of two") < alone.index("Second of two")
    move = alone.split('action="')[2].split('"')[0]
    token = csrf_of(client, here)
    assert client.post(move, data={"direction": "earlier", "csrf_token": token}).status_code == 303
    moved = client.get(here).text
    assert moved.index("Second of two") < moved.index("First of two")
    remove = f"{move.removesuffix('/move')}/remove"
    assert "Take this photograph" in client.get(remove).text
    assert client.post(remove, data={"csrf_token": token}).status_code == 303
    assert client.get(remove).status_code == 404
    assert "Second of two" not in client.get(here).text


@pytest.mark.parametrize(
    ("contents", "alt_text", "words"),
    [
        (None, "The car from the front", "Please choose a photograph."),
        (b"GIF89a", "The car from the front", "A photograph is a JPEG, PNG, WebP or AVIF file."),
        (picture(1000, 700), "", "Please fill this in."),
    ],
)
def test_what_is_wrong_is_said_on_the_form(
    enter: Enter, car: Car, contents: bytes | None, alt_text: str, words: str
) -> None:
    answer = send(enter(StaffRole.MANAGER), car, contents, alt_text)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_flood_is_refused_before_it_is_read(enter: Enter, car: Car) -> None:
    assert send(enter(StaffRole.MANAGER), car, b"\xff\xd8\xff" + b"x" * 16_000_000).status_code == 413


def test_a_refused_photograph_says_why(enter: Enter, car: Car, work: Any) -> None:
    client = enter(StaffRole.MANAGER)
    send(client, car, picture(500, 400))
    work.run("image")
    page = client.get(f"/admin/cars/{car.id}/photos").text
    assert "Refused: The car from the front" in page
    assert "at least 960" in page
