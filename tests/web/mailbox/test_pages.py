"""The development mailbox: a real Maildir, filled by a real catcher's handler."""

import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import wireup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from exodrive.app import create_app
from exodrive.container import create_container
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.contracts import Mail
from exodrive.services.email.message import build, message_id, sender_address
from exodrive.services.email.rendering import MailRenderer
from exodrive.settings import Environment, Settings
from tests.services.email import samples
from tests.services.email.page import Page

_ROW = UUID("019a0000-0000-7000-8000-000000000004")


@pytest.fixture
def development(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"environment": Environment.DEVELOPMENT, "maildir": tmp_path / "mail"})


@pytest.fixture
def container(development: Settings, engine: Engine, clock: ManualClock) -> Iterator[wireup.SyncContainer]:
    made = create_container(development, clock=clock, database=Database(engine))
    yield made
    made.close()


@pytest.fixture
def app(development: Settings, container: wireup.SyncContainer) -> Flask:
    return create_app(development, container=container)


def catch(settings: Settings, mail: Mail, at: datetime | None = None) -> str:
    """Put a mail where the catcher would; answers its key."""
    assert settings.maildir is not None
    sender = sender_address(settings.mail_from)
    message = build(
        mail,
        sender=sender,
        identity=message_id(_ROW, sender.domain),
        at=at or datetime(2026, 6, 1, 10, tzinfo=UTC),
    )
    return mailbox.Maildir(settings.maildir, create=True).add(message.as_bytes())


@pytest.fixture
def confirmation(development: Settings, clock: ManualClock) -> Mail:
    return MailComposer(MailRenderer(development), clock, development).confirmation(samples.CONFIRMATION)


def test_an_empty_mailbox(client: FlaskClient) -> None:
    answer = client.get("/mailbox/")
    assert answer.status_code == 200
    assert "No mail yet." in answer.text


def test_lists_what_was_caught(client: FlaskClient, development: Settings, confirmation: Mail) -> None:
    key = catch(development, confirmation)
    page = Page(client.get("/mailbox/").text)
    assert "Confirmed: Ferrari Roma Spider · K7QM4TR9" in page.text
    assert "maya@example.com" in page.text
    assert f"/mailbox/{key}" in page.links()


def test_htmx_gets_the_list_alone(client: FlaskClient, development: Settings, confirmation: Mail) -> None:
    catch(development, confirmation)
    answer = client.get("/mailbox/", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "K7QM4TR9" in answer.text


def test_shows_one(client: FlaskClient, development: Settings, confirmation: Mail) -> None:
    key = catch(development, confirmation)
    page = Page(client.get(f"/mailbox/{key}").text)
    assert "Booking reference: K7QM4TR9" in page.text
    assert "Auto-Submitted" in page.text
    assert samples.BOOKING.manage_url in page.links()
    [frame] = [attributes for name, attributes in page.tags if name == "iframe"]
    assert frame["src"] == f"/mailbox/{key}/html"
    assert "allow-scripts" not in frame["sandbox"]


def test_the_html_stands_apart(client: FlaskClient, development: Settings, confirmation: Mail) -> None:
    key = catch(development, confirmation)
    answer = client.get(f"/mailbox/{key}/html")
    assert "The Ferrari Roma Spider is yours." in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox " in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_attachments(client: FlaskClient, development: Settings, confirmation: Mail) -> None:
    key = catch(development, confirmation)
    answer = client.get(f"/mailbox/{key}/attachments/1")
    assert answer.data == confirmation.attachments[0].content
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == "attachment; filename=booking-K7QM4TR9.ics"
    assert client.get(f"/mailbox/{key}/attachments/2").status_code == 404


@pytest.mark.parametrize("key", ["nothing", "..%2f..%2fetc%2fpasswd", "..", "%00", "tmp", "new"])
def test_unknown_keys(client: FlaskClient, development: Settings, confirmation: Mail, key: str) -> None:
    catch(development, confirmation)
    for path in (f"/mailbox/{key}", f"/mailbox/{key}/html", f"/mailbox/{key}/attachments/1"):
        assert client.get(path).status_code == 404


def test_a_foreign_mail_without_anything(client: FlaskClient, development: Settings) -> None:
    assert development.maildir is not None
    key = mailbox.Maildir(development.maildir, create=True).add(b"X-Nothing: here\r\n\r\n")
    assert "(no subject)" in client.get("/mailbox/").text
    assert client.get(f"/mailbox/{key}").status_code == 200
    assert client.get(f"/mailbox/{key}/html").status_code == 404


def test_hostile_mail_is_text(client: FlaskClient, development: Settings, confirmation: Mail) -> None:
    from dataclasses import replace

    evil = "<script>alert(1)</script>"
    key = catch(development, replace(confirmation, subject=evil, recipient_name=evil, text=evil))
    for path in ("/mailbox/", f"/mailbox/{key}"):
        assert evil not in client.get(path).text


def test_in_production_there_is_no_mailbox(settings: Settings, engine: Engine, clock: ManualClock) -> None:
    production = settings.model_copy(
        update={"environment": Environment.PRODUCTION, "base_url": "https://exodrive.example"}
    )
    container = create_container(production, clock=clock, database=Database(engine))
    client = create_app(production, container=container).test_client()
    for path in ("/mailbox/", "/mailbox/x", "/mailbox/x/html", "/mailbox/x/attachments/1"):
        assert client.get(path, base_url="https://exodrive.example").status_code == 404
    container.close()


def test_where_nothing_is_caught_it_is_empty(settings: Settings, engine: Engine, clock: ManualClock) -> None:
    container = create_container(settings, clock=clock, database=Database(engine))
    client = create_app(settings, container=container).test_client()
    assert "No mail yet." in client.get("/mailbox/").text
    container.close()
