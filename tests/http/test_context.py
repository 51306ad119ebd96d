"""The identity of a request, and what is logged of it."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exodrive.settings import Settings


def test_a_sane_request_id_is_kept_and_any_other_replaced(client: FlaskClient):
    sane = "edge-0123456789"
    assert client.get("/healthz", headers={"X-Request-ID": sane}).headers["X-Request-ID"] == sane
    for offered in ("short", "x" * 65, "with space in it", "<script>alert(1)</script>"):
        given = client.get("/healthz", headers={"X-Request-ID": offered}).headers["X-Request-ID"]
        assert given != offered
        assert len(given) == 36


def test_deeds_carry_the_request_id(client: FlaskClient):
    response = client.get("/probe/who")
    assert response.get_json()["request_id"] == response.headers["X-Request-ID"]


def test_forwarded_headers_are_believed_only_from_our_proxies(
    client: FlaskClient, make_app: Callable[[Settings], Flask], settings: Settings
):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    assert client.get("/probe/who", headers=forged).get_json()["address"] == "127.0.0.1"
    behind = make_app(settings.model_copy(update={"proxies": 1})).test_client()
    seen = behind.get("/probe/who", headers=forged).get_json()
    assert seen["address"] == "203.0.113.9"
    assert seen["scheme"] == "https"
    chain = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    assert behind.get("/probe/who", headers=chain).get_json()["address"] == "203.0.113.9"


def test_one_line_a_request_with_the_rule_and_never_the_path(
    make_app: Callable[[Settings], Flask], settings: Settings, capsys: pytest.CaptureFixture[str]
):
    client = make_app(settings.model_copy(update={"log_format": "json"})).test_client()
    capsys.readouterr()
    response = client.get("/probe/token/SECRETsecretSECRETsecretSECRETsecret?email=anna@example.com")
    said = capsys.readouterr().out
    entries = [json.loads(line) for line in said.splitlines()]
    (line,) = [entry for entry in entries if entry["event"] == "request"]
    assert line["route"] == "/probe/token/<token>"
    assert line["method"] == "GET"
    assert line["status"] == 404
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert line["actor"] == "customer"
    assert isinstance(line["ms"], float)
    assert "SECRET" not in said
    assert "anna" not in said


def test_a_bug_is_logged_with_its_traceback_but_without_the_address_in_it(
    make_app: Callable[[Settings], Flask], settings: Settings, capsys: pytest.CaptureFixture[str]
):
    client = make_app(settings.model_copy(update={"log_format": "json"})).test_client()
    capsys.readouterr()
    client.get("/probe/raise/bug")
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = [entry for entry in entries if entry["event"] == "request.failed"]
    assert "ZeroDivisionError" in line["exception"]
    assert "anna@" not in line["exception"]
    assert "[address]" in line["exception"]
