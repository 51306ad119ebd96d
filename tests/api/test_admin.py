"""What members of staff do by their keys: cars and rates, bookings, reports; no change is undone unseen."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import wireup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.ids import new_id
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.partner.contracts import IssueToken, Scope
from exodrive.services.partner.tokens import TokenService
from tests.api.conftest import Fleet, Keys
from tests.factories import make_booking, make_partner, make_policy, make_quote
from tests.services.booking.post import open_post
from tests.services.car.test_desk import NEW
from tests.smtp import Inbox
from tests.staff import actor_of, make_staff

Send = Callable[..., TestResponse]
Enter = Callable[[StaffRole], Send]


@pytest.fixture
def enter(client: FlaskClient, database: Database, get: Any) -> Enter:
    """`enter(StaffRole.MANAGER)("GET", "/cars")`: a program with the key of a new member of staff."""

    def make(role: StaffRole) -> Send:
        member = actor_of(make_staff(database, get(StaffKeys), role))
        key = get(TokenService).make(IssueToken(name="Script", days=30), member).secret

        def send(method: str, path: str, *, version: int | None = None, **given: Any) -> TestResponse:
            headers = {"Authorization": f"Bearer {key}", **given.pop("headers", {})}
            if version is not None:
                headers["If-Match"] = f'"{version}"'
            return client.open(f"/api/v1/admin{path}", method=method, headers=headers, **given)

        return send

    return make


@pytest.fixture
def manager(enter: Enter) -> Send:
    return enter(StaffRole.MANAGER)


@pytest.fixture
def agent(enter: Enter) -> Send:
    return enter(StaffRole.AGENT)


def told(answer: TestResponse, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.get_json(force=True)


def test_only_staff_of_the_role_come_in(client: FlaskClient, agent: Send, keys: Keys, fleet: Fleet) -> None:
    car = f"/cars/{fleet.car.id}"
    for method, path in (
        ("POST", "/cars"),
        ("PATCH", car),
        ("POST", f"{car}/retire"),
        ("POST", f"{car}/reinstate"),
        ("PATCH", f"{car}/rates"),
        ("POST", "/seasons"),
        ("DELETE", f"/seasons/{new_id()}"),
        ("GET", "/reports/revenue"),
        ("POST", "/exports"),
        ("GET", "/files/token"),
    ):
        assert told(agent(method, path), 403)["code"] == "forbidden", path
    for path in ("/cars", car, "/rates", "/bookings", f"/bookings/{new_id()}", "/files/token"):
        answer = client.get(f"/api/v1/admin{path}")
        assert told(answer, 401)["code"] == "credential_missing", path
        partner = {"Authorization": f"Bearer {keys.issue(Scope.BOOKINGS_READ)}"}
        assert told(client.get(f"/api/v1/admin{path}", headers=partner), 403)["code"] == "forbidden", path


def test_cars_are_listed_found_and_read(agent: Send, fleet: Fleet) -> None:
    listed = told(agent("GET", "/cars?limit=1&q=ferrari"))
    assert [one["plate"] for one in listed["items"]] == [fleet.car.plate]
    assert (listed["has_more"], listed["next_cursor"]) == (False, None)
    assert told(agent("GET", "/cars?state=retired"))["items"] == []
    answer = agent("GET", f"/cars/{fleet.car.id}")
    assert answer.headers["ETag"] == '"1"'
    read = told(answer)
    assert (read["vin"], read["version"], read["ahead"]) == (fleet.car.vin, 1, 0)
    assert told(agent("GET", f"/cars/{new_id()}"), 404)["code"] == "not_found"


def test_a_car_comes_changes_goes_and_comes_back(manager: Send, client: FlaskClient, fleet: Fleet) -> None:
    new = {name: getattr(NEW, name) for name in NEW.__dataclass_fields__} | {"location": fleet.location.slug}
    made = told(manager("POST", "/cars", json=new), 201)
    car, public = f"/cars/{made['id']}", f"/api/v1/cars/{made['slug']}"
    assert told(client.get(public))["daily_rate"] == 149_000
    changed = manager("PATCH", car, version=1, json={"colour": "Giallo", "featured": 2})
    assert (told(changed)["colour"], changed.headers["ETag"]) == ("Giallo", '"2"')
    retired = told(manager("POST", f"{car}/retire", version=2))
    assert (retired["active"], retired["version"]) == (False, 3)
    assert client.get(public).status_code == 404
    assert told(manager("POST", f"{car}/retire", version=3), 409)["code"] == "illegal_move"
    assert told(manager("POST", f"{car}/reinstate", version=3))["active"] is True
    assert told(client.get(public))["colour"] == "Giallo"
    twice = told(manager("POST", "/cars", json=new), 422)
    assert list(twice["fields"]) == ["plate"]


def test_nobody_undoes_a_change_that_they_have_not_seen(manager: Send, fleet: Fleet) -> None:
    car = f"/cars/{fleet.car.id}"
    assert told(manager("PATCH", car, json={"colour": "Nero"}), 428)["code"] == "version_required"
    told(manager("PATCH", car, version=1, json={"colour": "Nero"}))
    for method, path, body in (
        ("PATCH", car, {"colour": "Bianco"}),
        ("POST", f"{car}/retire", {}),
        ("PATCH", f"{car}/rates", {"daily_rate": 100, "weekend_rate": 100}),
    ):
        refused = told(manager(method, path, version=1, json=body), 412)
        assert (refused["code"], refused["version"]) == ("version_changed", 2)
    wrong = told(manager("PATCH", car, json={"version": 2, "seats": 0}), 422)
    assert list(wrong["fields"]) == ["seats"]
    assert told(manager("GET", car))["colour"] == "Nero"


def test_a_write_is_done_once_under_its_key(manager: Send, fleet: Fleet) -> None:
    season = {
        "label": "June",
        "starts_on": "2026-06-01",
        "ends_on": "2026-06-30",
        "adjustment": "percent",
        "value": 15_000,
    }
    once = {"Idempotency-Key": "season-1"}
    first, again = (manager("POST", "/seasons", json=season, headers=once) for _ in range(2))
    assert told(first, 201) == told(again, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(told(manager("GET", "/rates"))["seasons"]) == 1


def test_rates_and_seasons(manager: Send, agent: Send, client: FlaskClient, fleet: Fleet) -> None:
    kept = told(client.post("/api/v1/quotes", json=fleet.wish), 201)
    rates = {"daily_rate": 50_000, "weekend_rate": 60_000}
    answer = manager("PATCH", f"/cars/{fleet.car.id}/rates", version=1, json=rates)
    assert (told(answer)["daily_rate"], answer.headers["ETag"]) == (50_000, '"2"')
    season = told(
        manager(
            "POST",
            "/seasons",
            json={
                "label": "June",
                "location": fleet.location.slug,
                "starts_on": "2026-06-01",
                "ends_on": "2026-06-30",
                "adjustment": "fixed",
                "value": 70_000,
            },
        ),
        201,
    )
    assert (season["location"], season["currency"]) == (fleet.location.slug, "USD")
    told_ = told(agent("GET", f"/rates?car_id={fleet.car.id}"))
    assert (told_["car"]["weekend_rate"], [one["id"] for one in told_["seasons"]]) == (60_000, [season["id"]])
    assert told(client.post("/api/v1/quotes", json=fleet.wish), 201)["lines"][0]["unit_amount"] == 70_000
    path = f"/seasons/{season['id']}"
    assert told(manager("PATCH", path, json={"value": 80_000}))["value"] == 80_000
    assert list(told(manager("PATCH", path, json={"value": 1}), 422)["fields"]) == ["value"]
    assert told(manager("DELETE", path)) == {"season_id": season["id"]}
    assert told(manager("DELETE", path), 404)["code"] == "not_found"
    assert told(client.get(f"/api/v1/quotes/{kept['id']}"))["total"] == kept["total"]


def test_bookings_are_found_read_and_noted(agent: Send, database: Database, fleet: Fleet) -> None:
    quote = make_quote(database, fleet.car, asked=fleet.wish)
    booking = make_booking(database, fleet.car, make_policy(database, version=2), quote)
    listed = agent("GET", f"/bookings?reference={booking.reference}&state=confirmed")
    assert [one["id"] for one in told(listed)["items"]] == [str(booking.id)]
    assert listed.headers["Cache-Control"] == "no-store"
    assert told(agent("GET", "/bookings?failed_payment=true"))["items"] == []
    here = f"/bookings/{booking.id}"
    read = told(agent("GET", here))
    assert (read["driver"]["licence"], read["plate"], read["notes"]) == ("…4567", fleet.car.plate, [])
    noted = told(agent("POST", f"{here}/notes", json={"text": "Wants the blue one."}), 201)
    assert [(one["text"], one["author"]) for one in noted["notes"]] == [
        ("Wants the blue one.", "Robin Agent")
    ]
    assert told(agent("POST", f"{here}/new-link"))["reference"] == booking.reference
    assert told(agent("GET", f"/bookings/{new_id()}"), 404)["code"] == "not_found"


def test_staff_cancel_for_what_was_shown(
    agent: Send, manager: Send, database: Database, fleet: Fleet
) -> None:
    quote = make_quote(database, fleet.car, asked=fleet.wish)
    booking = make_booking(database, fleet.car, make_policy(database, version=2), quote)
    here = f"/bookings/{booking.id}/cancellation"
    shown = told(agent("GET", here))
    assert told(agent("GET", f"{here}?terms=full"), 403)["code"] == "forbidden"
    assert told(manager("GET", f"{here}?terms=full"))["kept"] == 0
    asked = {"terms": "policy", "reason": "Asked by telephone", "refund": 1, "kept": shown["kept"]}
    changed = told(agent("POST", here, json=asked), 409)
    assert (changed["code"], changed["refund"]) == ("refund_changed", shown["amount"])
    asked["refund"] = shown["amount"]
    assert told(agent("POST", here, json=asked | {"reason": ""}), 422)["fields"].keys() == {"reason"}
    assert told(agent("POST", here, json=asked | {"terms": "full"}), 403)["code"] == "forbidden"
    assert told(agent("POST", here, json=asked)) == shown
    assert told(agent("GET", f"/bookings/{booking.id}"))["end_reason"] == "cancelled_by_staff"
    assert told(agent("POST", here, json=asked), 409)["code"] == "illegal_move"


def test_bookings_of_a_partner(agent: Send, database: Database, fleet: Fleet) -> None:
    palm = make_partner(database, name="Palm Hotel")
    quote = make_quote(database, fleet.car, asked=fleet.wish)
    booking = make_booking(database, fleet.car, make_policy(database, version=2), quote, partner_id=palm.id)
    (found,) = told(agent("GET", f"/bookings?partner_id={palm.id}"))["items"]
    assert (found["id"], found["partner"]) == (str(booking.id), "Palm Hotel")
    assert told(agent("GET", f"/bookings/{booking.id}"))["partner_id"] == str(palm.id)
    assert told(agent("GET", f"/bookings?partner_id={new_id()}"))["items"] == []


def test_bookings_come_in_pages(agent: Send, database: Database, fleet: Fleet) -> None:
    policy = make_policy(database, version=2)
    made = {str(make_booking(database, fleet.car, policy, state="expired").id) for _ in range(3)}
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = told(agent("GET", f"/bookings?limit=2&cursor={cursor}"))
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert (len(seen), set(seen)) == (3, made)


@pytest.mark.parametrize("path", ["/bookings", "/cars"])
@pytest.mark.parametrize("cursor", ["abc", "AA", "Y2FyIDE"])
def test_a_cursor_that_is_none_is_refused(agent: Send, fleet: Fleet, path: str, cursor: str) -> None:
    assert told(agent("GET", f"{path}?cursor={cursor}"), 422)["code"] == "cursor_unknown"


def test_reports_are_data(manager: Send, database: Database, fleet: Fleet) -> None:
    make_booking(database, fleet.car, make_policy(database, version=2))
    for report in ("utilisation", "revenue", "bookings", "money", "fleet"):
        read = told(manager("GET", f"/reports/{report}?since=2026-06-01&until=2026-06-30"))
        keys = {one["key"] for one in read["columns"]}
        assert all(set(row) == keys for row in read["rows"]), report
    used = told(manager("GET", "/reports/utilisation?since=2026-06-01&until=2026-06-30"))
    assert (used["count"], used["rows"][0]["rented"], used["rows"][0]["share"]) == (1, 72.0, 0.1)
    assert list(told(manager("GET", "/reports/gossip"), 422)["fields"]) == ["report"]
    assert list(told(manager("GET", "/reports/fleet?since=2026-06-02&until=2026-06-01"), 422)["fields"]) == [
        "until"
    ]


@pytest.fixture
def work(
    container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox
) -> Iterator[Any]:
    """The worker that runs what was promised."""
    with open_post(container, database, clock, smtp) as made:
        yield made


def test_an_export_is_asked_for_watched_and_fetched(
    manager: Send, agent: Send, client: FlaskClient, work: Any, fleet: Fleet
) -> None:
    wanted = {"report": "fleet", "since": "2026-06-01", "until": "2026-06-30", "format": "csv"}
    asked = told(manager("POST", "/exports", json=wanted), 202)
    assert (asked["state"], asked["url"]) == ("underway", None)
    work.run("report")
    ready = told(manager("GET", f"/exports/{asked['id']}"))
    assert (ready["state"], ready["percent"]) == ("ready", 100)
    path = ready["url"].partition("/api/v1/admin")[2]
    file = manager("GET", path)
    assert (file.status_code, file.mimetype) == (200, "text/csv")
    assert fleet.car.plate in file.text
    assert told(agent("GET", path), 403)["code"] == "forbidden"
    assert told(client.get(f"/api/v1/admin{path}"), 401)["code"] == "credential_missing"
    assert told(manager("GET", f"/exports/{new_id()}"), 404)["code"] == "not_found"
