"""One registry, three forms: the resource, the procedure by name, the entry of a batch say the same."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exodrive.api.procedure import procedures
from exodrive.core.contract import load
from exodrive.core.db import Database
from exodrive.settings import Settings
from tests.api.conftest import Fleet, Rpc
from tests.factories import make_car

JSON = "application/json"
PROBLEM = "application/problem+json"


def test_the_three_forms_give_the_same(client: FlaskClient, rpc: Rpc, fleet: Fleet) -> None:
    resource = client.get(f"/api/v1/cars/{fleet.car.slug}")
    named = rpc("car.get", car=fleet.car.slug)
    batched = client.post(
        "/api/v1/batch", json={"calls": [{"procedure": "car.get", "input": {"car": fleet.car.slug}}]}
    )
    assert resource.status_code == named.status_code == batched.status_code == 200
    assert resource.mimetype == named.mimetype == batched.mimetype == JSON
    assert resource.json == named.json == batched.get_json()["results"][0]["value"]
    assert resource.get_json()["daily_rate"] == 89_000


def test_the_three_forms_refuse_the_same(client: FlaskClient, rpc: Rpc, fleet: Fleet) -> None:
    told = [
        client.get("/api/v1/cars/none").get_json(),
        rpc("car.get", car="none").get_json(),
        client.post(
            "/api/v1/batch", json={"calls": [{"procedure": "car.get", "input": {"car": "none"}}]}
        ).get_json()["results"][0]["problem"],
    ]
    for one in told:
        assert one.pop("request_id")
    assert told[0] == told[1] == told[2]
    assert told[0]["code"] == "not_found"
    assert told[0]["type"].endswith("/api/reference#not_found")


def test_whatever_goes_wrong_is_a_problem(client: FlaskClient, fleet: Fleet) -> None:
    for method, path, status in (
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/", 404),
        ("DELETE", "/api/v1/cars", 405),
        ("POST", "/api/v1/rpc/no.such", 404),
        ("POST", "/api/v9/batch", 404),
        ("POST", "/api/v9/rpc/car.get", 404),
    ):
        answer = client.open(path, method=method, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM), path
        assert answer.get_json(force=True)["request_id"] == answer.headers["X-Request-ID"]


def test_bodies_are_bounded(client: FlaskClient, fleet: Fleet) -> None:
    def post(data: bytes | str, kind: str = JSON) -> tuple[int, str]:
        answer = client.post("/api/v1/quotes", data=data, content_type=kind)
        return answer.status_code, answer.get_json(force=True)["code"]

    assert post("{") == (422, "malformed")
    assert post("[]") == (422, "malformed")
    assert post('{"a":' * 9 + "1" + "}" * 9) == (422, "malformed")
    assert post('{"car":"a"}', "text/plain") == (415, "http_415")
    assert post(b'{"car":"' + b"a" * 70_000 + b'"}') == (413, "http_413")
    assert post("NaN") == (422, "malformed")


def test_unknown_fields_are_refused_by_name(client: FlaskClient, fleet: Fleet) -> None:
    told = client.post("/api/v1/quotes", json=fleet.wish | {"price": 1}).get_json(force=True)
    assert told["fields"] == {"price": ["Unknown field."]}
    told = client.get("/api/v1/cars?colour=red").get_json(force=True)
    assert told["fields"] == {"colour": ["Unknown field."]}
    told = client.get("/api/v1/cars?seats=2&seats=4").get_json(force=True)
    assert told["fields"] == {"seats": ["Please give this once."]}


def test_json_has_types_and_a_query_has_words(client: FlaskClient, rpc: Rpc, fleet: Fleet) -> None:
    assert client.get("/api/v1/cars?seats=4").status_code == 200
    assert rpc("car.search", seats=4).status_code == 200
    assert rpc("car.search", seats="4").get_json()["fields"] == {"seats": ["Please give a whole number."]}
    assert rpc("quote.create", **fleet.wish, young_driver=1).get_json()["fields"] == {
        "young_driver": ["Not a valid boolean."]
    }


def test_a_chosen_part_of_the_answer(client: FlaskClient, fleet: Fleet) -> None:
    one = client.get(f"/api/v1/cars/{fleet.car.slug}?fields=slug,location.name")
    assert one.json == {"slug": fleet.car.slug, "location": {"name": "Los Angeles"}}
    some = client.get("/api/v1/cars?fields=slug")
    assert some.json == {"items": [{"slug": fleet.car.slug}], "has_more": False, "next_cursor": None}
    wrong = client.get("/api/v1/cars?fields=slug,plate")
    assert wrong.get_json(force=True)["fields"] == {"fields": ["There is no plate."]}


def test_a_list_goes_on_by_cursor(client: FlaskClient, database: Database, fleet: Fleet) -> None:
    for number in range(4):
        make_car(database, fleet.location, daily_rate=90_000 + number)
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get("/api/v1/cars", query_string={"limit": 2, "cursor": cursor}).get_json()
        assert page["has_more"] == (page["next_cursor"] is not None)
        seen += [car["daily_rate"] for car in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [89_000, 90_000, 90_001, 90_002, 90_003]
    wrong = client.get("/api/v1/cars?cursor=abc")
    assert list(wrong.get_json(force=True)["fields"]) == ["cursor"]


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, fleet: Fleet) -> None:
    path = f"/api/v1/cars/{fleet.car.slug}"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(f"{path}?fields=slug", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("each", tuple(procedures()), ids=lambda each: f"{each.name}-v{each.version}")
def test_every_example_is_input(each) -> None:
    for example in each.examples.values():
        load(each.input, example, typed=True)


def test_a_search_with_impossible_dates_says_which_field(client: FlaskClient, fleet: Fleet) -> None:
    told = client.get(
        "/api/v1/cars?pick_up_date=2026-06-10&pick_up_time=10:00&return_date=2026-06-09&return_time=10:00"
    )
    assert told.status_code == 422
    assert "return_date" in told.get_json(force=True)["fields"]
    half = client.get("/api/v1/cars?pick_up_date=2026-06-10").get_json(force=True)
    assert set(half["fields"]) == {"pick_up_time", "return_date", "return_time"}


def test_the_api_knows_no_session_and_no_form_token(app: Flask, settings: Settings, fleet: Fleet) -> None:
    browser = app.test_client()
    assert browser.get("/").status_code == 200
    made = browser.post("/api/v1/quotes", json=fleet.wish)
    assert made.status_code == 201
    assert "Set-Cookie" not in made.headers
