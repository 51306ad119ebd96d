"""The door of the mail provider's events."""

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import func, select

from exodrive.app import create_app
from exodrive.container import create_container
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.email.models import MailEvent
from exodrive.settings import Settings
from tests.services.email.provider import KEY, event

PATH = "/webhooks/mail/mailgun"


@pytest.fixture
def provider(settings: Settings, database: Database, clock: ManualClock, redis_client: object) -> FlaskClient:
    """The provider, where its key is configured."""
    given = settings.model_copy(update={"mailgun_signing_key": SecretStr(KEY)})
    container = create_container(given, clock=clock, database=database)
    return create_app(given, container=container).test_client()


def test_an_event_is_taken_once_and_answered_at_once(provider: FlaskClient, database: Database) -> None:
    for _ in range(2):
        answer = provider.post(PATH, data=event("bounced"), content_type="application/json")
        assert (answer.status_code, answer.data) == (200, b"")
    with database.sessions() as session:
        assert session.scalar(select(func.count()).select_from(MailEvent)) == 1


def test_a_bad_signature_is_not_to_be_repeated(provider: FlaskClient) -> None:
    answer = provider.post(PATH, data=event("bounced", key="another"), content_type="application/json")
    assert answer.status_code == 406
    assert answer.mimetype == "application/problem+json"
    assert "maya" not in answer.get_data(as_text=True)


def test_too_much_is_refused(provider: FlaskClient) -> None:
    assert provider.post(PATH, data=b"x" * 200_000).status_code == 413


def test_without_a_key_there_is_no_such_page(client: FlaskClient) -> None:
    assert client.post(PATH, data=event("bounced")).status_code == 404
    assert client.post("/webhooks/mail/postmark", data=event("bounced")).status_code == 404
