"""Every route declares who may enter, and the declarations hold."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exodrive.http.guards import Entry, Unguarded, by_token, check_routes, entry_of, public
from exodrive.settings import Environment, Settings
from tests.http.conftest import csrf_token


def test_every_route_of_the_product_declares_who_may_enter(app: Flask):
    for rule in app.url_map.iter_rules():
        assert entry_of(app.view_functions[rule.endpoint]) in set(Entry), rule.rule


def test_an_undeclared_route_does_not_start():
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(Unguarded, match="/open"):
        check_routes(app)


def test_a_page_by_token_takes_a_token():
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/mine", "mine", by_token(lambda: ""))
    with pytest.raises(Unguarded, match="/mine"):
        check_routes(app)


def test_nobody_declares_two_ways():
    with pytest.raises(Unguarded):
        public(by_token(lambda token: token))


def test_development_pages_do_not_exist_in_production(
    client: FlaskClient, make_app: Callable[[Settings], Flask], settings: Settings
):
    assert client.get("/probe/mailbox").status_code == 200
    update = {"environment": Environment.PRODUCTION, "base_url": "https://exodrive.example"}
    live = make_app(settings.model_copy(update=update)).test_client()
    assert live.get("/probe/mailbox", base_url="https://exodrive.example").status_code == 404


def test_a_write_without_the_token_of_its_form_is_refused_helpfully(client: FlaskClient):
    response = client.post("/probe/rename", data={"name": "Falcon"})
    assert response.status_code == 400
    html = response.get_data(as_text=True)
    assert "Please send that once more" in html
    assert "cookies" in html
    assert response.headers["X-Request-ID"] in html


def test_a_write_with_a_token_passes_in_the_form_or_the_header(client: FlaskClient, csrf: str):
    sent = client.post("/probe/rename", data={"name": "Falcon", "csrf_token": csrf})
    assert sent.get_data(as_text=True) == "Falcon"
    assert (
        client.post("/probe/rename", data={"name": "Falcon"}, headers={"X-CSRFToken": csrf}).status_code
        == 200
    )


def test_the_token_of_another_session_is_refused(app: Flask, csrf: str):
    assert (
        app.test_client().post("/probe/rename", data={"name": "Falcon", "csrf_token": csrf}).status_code
        == 400
    )


def test_over_https_a_write_needs_no_referrer(app: Flask):
    client = app.test_client()
    page = client.get("/privacy", base_url="https://localhost").get_data(as_text=True)
    token = page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
    response = client.post(
        "/probe/rename", data={"name": "Falcon", "csrf_token": token}, base_url="https://localhost"
    )
    assert response.status_code == 200


def test_what_comes_signed_carries_no_token(client: FlaskClient):
    assert client.post("/probe/hook", data=b"{}").get_data() == b"heard"


def test_the_token_is_the_session_s(client: FlaskClient):
    assert csrf_token(client)
