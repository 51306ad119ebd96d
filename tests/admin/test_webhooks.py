"""The pages of webhooks: adding an endpoint, its secret once, tests, the log, and switching off and on."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import wireup
from flask.testing import FlaskClient

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.webhook.contracts import AddEndpoint
from exodrive.services.webhook.service import PartnerEndpointService
from tests.admin.test_people import post
from tests.factories import make_partner
from tests.services.booking.post import Post, open_post
from tests.services.webhook.receiver import Receiver, receiving
from tests.smtp import Inbox
from tests.statements import statements

Enter = Callable[..., FlaskClient]
ADD = "/admin/webhooks/add"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def worker(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox
) -> Iterator[Post]:
    with open_post(container, database, clock, smtp) as made:
        yield made


def add(client: FlaskClient, receiver: Receiver) -> tuple[str, str]:
    """The address of a new endpoint's page, and its secret."""
    status, text = post(client, ADD, url=receiver.url, description="Palm Hotel", events="booking.confirmed")
    assert status == 200
    secret, address = re.search(r"whsec_[\w+/=]+", text), re.search(r"/admin/webhooks/[0-9a-f-]{36}", text)
    assert secret
    assert address
    return address[0], secret[0]


def test_an_endpoint_is_added_and_its_secret_shown_once(enter: Enter, receiver: Receiver) -> None:
    manager = enter(StaffRole.MANAGER)
    assert "Nobody is told yet." in manager.get("/admin/webhooks").get_data(as_text=True)
    address, secret = add(manager, receiver)
    text = manager.get(address).get_data(as_text=True)
    assert secret not in text
    assert receiver.url in text
    assert "Palm Hotel" in manager.get("/admin/webhooks").get_data(as_text=True)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"url": "ftp://partner.example"}, "must begin with https://"),
        ({"events": "booking.exploded"}, "One or more of the choices"),
        ({"events": ""}, "Please choose one at least."),
        ({"description": ""}, "Please fill this in."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_again(
    enter: Enter, receiver: Receiver, sent: dict[str, str], told: str
) -> None:
    manager = enter(StaffRole.MANAGER)
    whole = {"url": receiver.url, "description": "Palm Hotel", "events": "booking.confirmed"}
    status, text = post(manager, ADD, **(whole | sent))
    assert (status, told in text) == (422, True), text
    if "description" not in sent:
        assert "Palm Hotel" in text


def test_a_test_and_its_story(enter: Enter, receiver: Receiver, worker: Post) -> None:
    manager = enter(StaffRole.MANAGER)
    address, _ = add(manager, receiver)
    receiver.answer(500, body=b"<b>out of order</b>")
    status, text = post(manager, f"{address}/test")
    assert (status, "A test is on its way." in text, "On its way." in text) == (200, True, True)
    worker.run("webhook")
    log = manager.get(address).get_data(as_text=True)
    delivery = re.search(r"/admin/webhooks/deliveries/[0-9a-f-]{36}", log)
    assert delivery
    story = manager.get(delivery[0]).get_data(as_text=True)
    assert "Answered 500" in story
    assert "&lt;b&gt;out of order&lt;/b&gt;" in story
    assert "webhook.test" in story
    assert "Nothing has reached it since" in manager.get(address).get_data(as_text=True)
    assert "Nothing here." in manager.get(f"{address}?state=delivered").get_data(as_text=True)


def test_off_and_on_and_again(enter: Enter, receiver: Receiver, clock: ManualClock) -> None:
    manager = enter(StaffRole.MANAGER)
    address, _ = add(manager, receiver)
    assert "Switch off Palm Hotel?" in manager.get(f"{address}/switch-off").get_data(as_text=True)
    status, text = post(manager, f"{address}/switch-off")
    assert (status, "Nothing more is sent there." in text) == (200, True)
    status, text = post(manager, f"{address}/test")
    assert (status, "Switch it on first." in text) == (409, True)
    assert post(manager, f"{address}/switch-on")[0] == 200
    status, text = post(manager, f"{address}/replay", since=date(2026, 5, 1).isoformat())
    assert (status, "is being sent again." in text) == (200, True)
    assert post(manager, f"{address}/replay", since="soon")[0] == 422


def test_a_new_secret_is_another(enter: Enter, receiver: Receiver) -> None:
    manager = enter(StaffRole.MANAGER)
    address, old = add(manager, receiver)
    assert "Make a new secret for" in manager.get(f"{address}/secret").get_data(as_text=True)
    status, text = post(manager, f"{address}/secret")
    new = re.search(r"whsec_[\w+/=]+", text)
    assert new
    assert (status, new[0] != old, "second signature" in text) == (200, True, True)


def test_what_it_hears_is_changed(enter: Enter, receiver: Receiver) -> None:
    manager = enter(StaffRole.MANAGER)
    address, _ = add(manager, receiver)
    page = manager.get(f"{address}/change").get_data(as_text=True)
    assert re.search(r'value="booking.confirmed" id="event-\d" checked', page)
    status, text = post(manager, f"{address}/change", description="Palm", events="payment.failed")
    assert (status, "The endpoint is changed." in text, "payment.failed" in text) == (200, True, True)


def test_the_log_is_read_in_few_statements(enter: Enter, receiver: Receiver, database: Database) -> None:
    manager = enter(StaffRole.MANAGER)
    address, _ = add(manager, receiver)
    for _ in range(5):
        post(manager, f"{address}/test")
    with statements(database) as sent:
        assert manager.get(address).status_code == 200
    assert len([one for one in sent if "webhook" in one]) == 2


def test_a_partners_endpoint_is_known_as_theirs(
    enter: Enter, receiver: Receiver, database: Database, get: Any
) -> None:
    manager = enter(StaffRole.MANAGER)
    partner = make_partner(database, name="Palm Hotel & Spa")
    page = f"/admin/partners/{partner.id}"
    assert "No endpoint." in manager.get(page).get_data(as_text=True)
    add(manager, receiver)
    command = AddEndpoint(url=receiver.url, description="Booking desk", events=["car.changed"])
    actor = Actor(kind=ActorKind.PARTNER, id=str(partner.id))
    made = get(PartnerEndpointService).add(command, actor)
    listed = manager.get("/admin/webhooks").get_data(as_text=True)
    assert ("Palm Hotel &amp; Spa" in listed, "Ours" in listed) == (True, True)
    address = f"/admin/webhooks/{made.endpoint_id}"
    theirs = manager.get(page).get_data(as_text=True)
    assert (address in theirs, "Ours" in theirs) == (True, False)
    assert f'<a href="{page}">Palm Hotel &amp; Spa</a>' in manager.get(address).get_data(as_text=True)
    get(PartnerEndpointService).shut(made.endpoint_id, actor)
    assert "Switched off by them" in manager.get(address).get_data(as_text=True)


def test_one_is_removed_for_good(enter: Enter, receiver: Receiver) -> None:
    manager = enter(StaffRole.MANAGER)
    address, _ = add(manager, receiver)
    assert "Remove Palm Hotel?" in manager.get(f"{address}/remove").get_data(as_text=True)
    status, text = post(manager, f"{address}/remove")
    assert (status, "The endpoint is removed." in text, "Nobody is told yet." in text) == (200, True, True)
    assert manager.get(address).status_code == 404


def test_agents_are_refused(enter: Enter) -> None:
    agent = enter(StaffRole.AGENT)
    assert agent.get("/admin/webhooks").status_code == 403
    assert ">Webhooks</a>" not in agent.get("/admin").get_data(as_text=True)
