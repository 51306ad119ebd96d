"""The pages of campaigns: a draft, its look and reach, sending after a question, and calling off."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import wireup
from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.email.consent import ConsentService
from tests.admin.test_people import post
from tests.services.booking.post import Post, open_post
from tests.smtp import Inbox

Enter = Callable[..., FlaskClient]
WORDS = {"name": "Spring", "subject": "The coast road is open", "text": "Dear you,\n\n<b>come</b>."}


@pytest.fixture
def worker(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox
) -> Iterator[Post]:
    with open_post(container, database, clock, smtp) as made:
        yield made


def ask(get: Any, address: str) -> None:
    with get(UnitOfWorkFactory)() as uow:
        get(ConsentService).give(uow, address)
        uow.commit()


def draft(client: FlaskClient, **over: str) -> str:
    """The address of a new draft's page."""
    status, text = post(client, "/admin/campaigns/new", **(WORDS | over))
    assert status == 200
    assert "The draft is kept." in text
    found = re.search(r"/admin/campaigns/[0-9a-f-]{36}", text)
    assert found
    return found[0]


def test_from_a_draft_to_the_mail(enter: Enter, get: Any, worker: Post) -> None:
    manager = enter(StaffRole.MANAGER)
    assert "Nothing has been written yet." in manager.get("/admin/campaigns").get_data(as_text=True)
    address = draft(manager)
    assert "It reaches nobody" in manager.get(address).get_data(as_text=True)
    ask(get, "ada@example.com")
    assert "1 person" in manager.get(address).get_data(as_text=True)
    preview = manager.get(f"{address}/preview")
    assert "sandbox" in preview.headers["Content-Security-Policy"]
    assert "&lt;b&gt;come&lt;/b&gt;" in preview.get_data(as_text=True)
    assert "One person gets this mail." in manager.get(f"{address}/send").get_data(as_text=True)
    status, text = post(manager, f"{address}/send")
    assert (status, "One mail is on its way." in text, "Call off" in text) == (200, True, True)
    worker.run()
    assert worker.subjects() == ["The coast road is open"]
    text = manager.get(address).get_data(as_text=True)
    assert (">Sent<" in text, "Call off" in text) == (True, False)
    assert post(manager, f"{address}/send")[0] == 409


def test_what_is_wrong_is_told_and_nothing_typed_again(enter: Enter) -> None:
    manager = enter(StaffRole.MANAGER)
    status, text = post(manager, "/admin/campaigns/new", **(WORDS | {"subject": ""}))
    assert (status, "Please fill this in." in text, "Dear you," in text) == (422, True, True)
    status, text = post(manager, "/admin/campaigns/new", **(WORDS | {"category": "tractor"}))
    assert status == 422


def test_a_draft_is_changed(enter: Enter) -> None:
    manager = enter(StaffRole.MANAGER)
    address = draft(manager, category="suv")
    form = manager.get(f"{address}/change").get_data(as_text=True)
    assert re.search(r'value="suv"[^>]* selected', form)
    status, text = post(manager, f"{address}/change", **(WORDS | {"subject": "Open again"}))
    assert (status, "Open again" in text, "Any car" in text) == (200, True, True)


def test_calling_off(enter: Enter, get: Any, worker: Post) -> None:
    manager = enter(StaffRole.MANAGER)
    ask(get, "ada@example.com")
    address = draft(manager)
    post(manager, f"{address}/send")
    assert "Call off Spring?" in manager.get(f"{address}/cancel").get_data(as_text=True)
    status, text = post(manager, f"{address}/cancel")
    assert (status, "What had not gone out is called off." in text) == (200, True)
    worker.run()
    assert worker.subjects() == []


def test_agents_are_refused(enter: Enter) -> None:
    agent = enter(StaffRole.AGENT)
    assert agent.get("/admin/campaigns").status_code == 403
    assert ">Campaigns</a>" not in agent.get("/admin").get_data(as_text=True)
