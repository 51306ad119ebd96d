"""A partner's endpoints and its feed, by the API."""

from typing import Any

from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.partner.contracts import Scope
from tests.api.conftest import Fleet, Keys
from tests.api.test_booking import Desk
from tests.services.booking.post import open_post
from tests.smtp import Inbox

_ALL = (
    Scope.QUOTES_WRITE,
    Scope.BOOKINGS_WRITE,
    Scope.WEBHOOKS_READ,
    Scope.WEBHOOKS_WRITE,
    Scope.EVENTS_READ,
)
ENDPOINT = {"url": "https://partner.example/hooks", "description": "Desk", "events": ["booking.held"]}


def bearer(keys: Keys, *scopes: Scope) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.issue(*(scopes or _ALL))}"}


def test_the_life_of_an_endpoint(client: FlaskClient, fleet: Fleet, keys: Keys) -> None:
    own = bearer(keys)
    made = client.post("/api/v1/webhooks", json=ENDPOINT, headers=own)
    assert made.status_code == 201
    assert made.get_json()["secret"].startswith("whsec_")
    path = f"/api/v1/webhooks/{made.get_json()['webhook_id']}"
    assert client.get("/api/v1/webhooks", headers=own).get_json()["webhooks"][0]["url"] == ENDPOINT["url"]
    changed = client.patch(path, json={"events": ["booking.held", "car.retired"]}, headers=own).get_json()
    assert (changed["description"], changed["events"]) == ("Desk", ["booking.held", "car.retired"])
    assert client.post(f"{path}/secret", headers=own).get_json()["secret"] != made.get_json()["secret"]
    sent = client.post(f"{path}/test", headers=own)
    assert sent.status_code == 202
    log = client.get(f"{path}/deliveries", headers=own).get_json()
    assert [one["id"] for one in log["items"]] == [sent.get_json()["delivery_id"]]
    assert client.post(f"{path}/shut", headers=own).get_json()["shut"] == "by_partner"
    assert client.post(f"{path}/test", headers=own).status_code == 409
    assert client.post(f"{path}/open", headers=own).get_json()["shut"] is None
    replayed = client.post(f"{path}/replay", json={"since": "2026-05-30T00:00:00Z"}, headers=own)
    assert (replayed.status_code, replayed.get_json()) == (202, {"accepted": True})
    assert client.delete(path, headers=own).status_code == 200
    assert client.get(path, headers=own).status_code == 404


def test_whatever_is_wrong_is_named(client: FlaskClient, fleet: Fleet, keys: Keys) -> None:
    told = client.post("/api/v1/webhooks", json=ENDPOINT | {"events": ["x"], "url": ""}, headers=bearer(keys))
    assert set(told.get_json(force=True)["fields"]) == {"events", "url"}


def test_an_endpoint_is_its_partners_alone(
    client: FlaskClient, fleet: Fleet, keys: Keys, get: Any, database: Database
) -> None:
    made = client.post("/api/v1/webhooks", json=ENDPOINT, headers=bearer(keys)).get_json()
    other = bearer(Keys(get, database, email="other@exodrive.example"))
    assert client.get(f"/api/v1/webhooks/{made['webhook_id']}", headers=other).status_code == 404
    assert client.delete(f"/api/v1/webhooks/{made['webhook_id']}", headers=other).status_code == 404
    assert client.get("/api/v1/webhooks", headers=other).get_json() == {"webhooks": []}
    reads = bearer(keys, Scope.WEBHOOKS_READ)
    assert client.post("/api/v1/webhooks", json=ENDPOINT, headers=reads).status_code == 403


def test_a_partner_catches_up_by_the_feed(
    *,
    client: FlaskClient,
    fleet: Fleet,
    keys: Keys,
    container: Any,
    clock: ManualClock,
    database: Database,
    smtp: Inbox,
) -> None:
    own = bearer(keys)
    start = client.get("/api/v1/events", headers=own).get_json()
    assert (start["items"], start["has_more"]) == ([], False)
    held = Desk(client, fleet, own["Authorization"]).hold().get_json()
    with open_post(container, database, clock, smtp) as post:
        post.run("webhook")
    page = client.get("/api/v1/events", query_string={"cursor": start["next_cursor"]}, headers=own).get_json()
    assert [(one["type"], one["subject_id"]) for one in page["items"]] == [("booking.held", held["id"])]
    none = client.get("/api/v1/events", query_string={"cursor": page["next_cursor"]}, headers=own).get_json()
    assert none["items"] == []
    typed = client.get("/api/v1/events?types=car.retired&types=car.changed", headers=own).get_json()
    assert typed["items"] == []
    wrong = client.get("/api/v1/events?cursor=abc", headers=own).get_json(force=True)
    assert list(wrong["fields"]) == ["cursor"]
