"""Every kind of error, in every form that a client can ask for."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exodrive.core.errors import Kind
from exodrive.http.errors import STATUS
from tests.http.conftest import ERRORS

CASES = [
    ("invalid", 422),
    ("unauthenticated", 401),
    ("forbidden", 403),
    ("missing", 404),
    ("conflict", 409),
    ("gone", 410),
    ("limited", 429),
    ("unavailable", 503),
    ("bug", 500),
]


def test_every_kind_has_a_status():
    assert set(STATUS) == set(Kind)
    assert {name for name, _ in CASES} == set(ERRORS)


@pytest.mark.parametrize(("name", "status"), CASES)
def test_a_page_with_the_request_id_and_a_way_forward(client: FlaskClient, name: str, status: int):
    response = client.get(f"/probe/raise/{name}", headers={"Accept": "text/html"})
    html = response.get_data(as_text=True)
    assert response.status_code == status
    assert f'data-error="{status}"' in html
    assert response.headers["X-Request-ID"] in html
    assert 'href="/"' in html
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("name", "status"), CASES)
def test_problem_json_for_a_client_that_prefers_it(client: FlaskClient, name: str, status: int):
    response = client.get(f"/probe/raise/{name}", headers={"Accept": "application/json"})
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem = response.get_json(force=True)
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["X-Request-ID"]
    assert problem["title"]
    assert problem["code"]


@pytest.mark.parametrize(("name", "status"), CASES)
def test_htmx_gets_a_message_to_swap_in_or_a_toast(client: FlaskClient, name: str, status: int):
    response = client.get(f"/probe/raise/{name}", headers={"HX-Request": "true"})
    assert response.status_code == status
    if status in {409, 410, 422}:
        assert 'role="alert"' in response.get_data(as_text=True)
        assert "<html" not in response.get_data(as_text=True)
        assert "HX-Trigger" not in response.headers
    else:
        assert response.get_data() == b""
        assert response.headers["HX-Reswap"] == "none"
        toast = json.loads(response.headers["HX-Trigger"])["toast"]
        assert toast["message"]
        assert toast["request_id"] == response.headers["X-Request-ID"]


def test_boosted_requests_and_lost_history_get_the_whole_page(client: FlaskClient):
    for header in ("HX-Boosted", "HX-History-Restore-Request"):
        response = client.get("/probe/raise/conflict", headers={"HX-Request": "true", header: "true"})
        assert "<html" in response.get_data(as_text=True)


def test_messages_are_escaped_and_fields_named(client: FlaskClient):
    page = client.get("/probe/raise/invalid").get_data(as_text=True)
    assert "Too <b>" not in page
    problem = client.get("/probe/raise/invalid", headers={"Accept": "application/json"}).get_json(force=True)
    assert problem["fields"] == {"name": ["Too <b>short</b>."]}
    assert problem["code"] == "invalid"


def test_a_bug_tells_nothing_of_itself(client: FlaskClient):
    for accept in ("text/html", "application/json"):
        body = client.get("/probe/raise/bug", headers={"Accept": accept}).get_data(as_text=True)
        assert "ZeroDivision" not in body
        assert "anna" not in body


def test_an_unknown_token_answers_as_an_unknown_page(client: FlaskClient):
    def told(path: str) -> tuple[int, str, dict[str, str]]:
        response = client.get(path, headers={"X-Request-ID": "the-same-request"})
        headers = dict(response.headers)
        html = response.get_data(as_text=True)
        for noise in ("Date", "Content-Length", "Content-Security-Policy", "Set-Cookie"):
            headers.pop(noise, None)
        token = html.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
        return response.status_code, html.replace(token, ""), headers

    client.get("/privacy")
    assert told("/probe/token/bad") == told("/no/such/page") == told("/probe/raise/missing")


def test_nothing_is_called_by_a_nul(client: FlaskClient):
    for path in ("/%00", "/cars/%00", "/probe/token/%00", "/probe/token/go%00od"):
        assert client.get(path).status_code == 404


def test_the_500_page_does_not_need_the_templates(app: Flask, client: FlaskClient):
    app.jinja_env.globals.pop("asset")
    response = client.get("/probe/raise/bug")
    html = response.get_data(as_text=True)
    assert response.status_code == 500
    assert "Something went wrong on our side" in html
    assert response.headers["X-Request-ID"] in html


def test_a_wrong_method_says_which_are_right(client: FlaskClient):
    response = client.get("/probe/hook")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_too_large_a_body_is_refused(client: FlaskClient):
    response = client.post("/probe/hook", data=b"x" * 2_000_000)
    assert response.status_code in {200, 413}
    response = client.post("/probe/rename", data={"name": "x" * 2_000_000})
    assert response.status_code == 413
