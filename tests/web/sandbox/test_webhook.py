"""The door for webhooks, and a whole delivery over real HTTP."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.serving import make_server

from exodrive.core.clock import SystemClock
from exodrive.core.db import Database
from exodrive.core.errors import Unavailable
from exodrive.services.payment.contracts import SendSandboxWebhook
from exodrive.services.payment.models import WebhookEvent
from exodrive.services.payment.sandbox import webhook
from exodrive.services.payment.sandbox.webhook import SandboxWebhookSender
from exodrive.settings import Settings

EVENT = SendSandboxWebhook(reference="sbx_1", event_id="evt_1", kind="charge.authorised")


def stored(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(WebhookEvent)) or 0


@pytest.fixture
def signed(settings: Settings, clock: Any) -> tuple[dict[str, str], bytes]:
    body = webhook.compose(EVENT, clock.now())
    secret = settings.sandbox_webhook_secret.get_secret_value()
    return {webhook.HEADER: webhook.sign(secret, body, clock.now())}, body


def test_a_signed_event_is_taken_without_a_form_token(
    client: FlaskClient, database: Database, signed
) -> None:
    headers, body = signed
    for _ in range(2):
        response = client.post(webhook.PATH, data=body, headers=headers)
        assert (response.status_code, response.data) == (204, b"")
    assert stored(database) == 1


@pytest.mark.parametrize("headers", [{}, {"Sandbox-Signature": "t=1,v1=abc"}, {"Sandbox-Signature": "é"}])
def test_an_unsigned_event_is_refused_by_name(
    client: FlaskClient, database: Database, signed, headers
) -> None:
    response = client.post(webhook.PATH, data=signed[1], headers=headers)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert response.get_json(force=True)["code"] == "bad_signature"
    assert stored(database) == 0


def test_the_signature_is_over_the_raw_body(client: FlaskClient, signed) -> None:
    headers, body = signed
    assert client.post(webhook.PATH, data=body.replace(b":", b": "), headers=headers).status_code == 400
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(webhook.PATH, data=body, headers=headers | form).status_code == 204


def test_a_body_that_is_too_large_is_refused(client: FlaskClient, signed) -> None:
    assert client.post(webhook.PATH, data=b"x" * 70_000, headers=signed[0]).status_code == 413


def test_a_gateway_that_is_not_in_use_is_not_found(client: FlaskClient, signed) -> None:
    assert client.post("/webhooks/stripe", data=signed[1], headers=signed[0]).status_code == 404
    assert client.get(webhook.PATH).status_code == 405


@pytest.fixture
def served(app: Flask, settings: Settings) -> Iterator[Settings]:
    """The application on a free port; settings whose base URL is that."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield settings.model_copy(update={"base_url": f"http://127.0.0.1:{server.server_port}"})
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_event_travels_by_http_and_a_duplicate_is_one(served: Settings, clock, database: Database) -> None:
    twice = SendSandboxWebhook(reference="sbx_1", event_id="evt_1", kind="charge.authorised", times=2)
    SandboxWebhookSender(served, clock).send(twice)
    assert stored(database) == 1


def test_a_merchant_that_refuses_is_asked_again_later(served: Settings) -> None:
    stale = SandboxWebhookSender(served, SystemClock())  # signs at another time than the test's
    with pytest.raises(Unavailable, match="400"):
        stale.send(EVENT)


def test_a_merchant_that_is_down_is_asked_again_later(settings: Settings, clock) -> None:
    nowhere = settings.model_copy(update={"base_url": "http://127.0.0.1:1"})
    with pytest.raises(Unavailable, match="reached"):
        SandboxWebhookSender(nowhere, clock).send(EVENT)
