"""What the door of the API says by HTTP: compression, tags, methods, and headers for programs."""

import gzip
import sys
from collections.abc import Callable

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exodrive.core.db import Database
from tests.api.conftest import Fleet
from tests.factories import make_location

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LOCATIONS = "/api/v1/locations"
POLICY = "/api/v1/policies/cancellation"
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "zstd": zstd.decompress,
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


@pytest.fixture
def program(app: Flask, fleet: Fleet, database: Database) -> FlaskClient:
    for number in range(4):
        make_location(database, slug=f"place-{number}", name=f"Place {number}")
    return FlaskClient(app)  # that of the other tests here compares with the document, which tells of calls


@pytest.mark.parametrize("coding", UNPACK)
def test_an_answer_is_compressed_as_it_is_asked_for(program: FlaskClient, coding: str) -> None:
    for _ in range(2):  # found anew, and from memory
        plain = program.get(LOCATIONS, headers={"Accept-Encoding": "identity"})
        packed = program.get(LOCATIONS, headers={"Accept-Encoding": coding})
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == coding
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
        assert UNPACK[coding](packed.data) == plain.data
        assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + f':{coding}"'


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0.3, identity;q=0.9", None),
        ("deflate", None),
        ("*", "zstd"),
    ],
    ids=["nothing", "browser", "rated", "rather not", "unknown", "any"],
)
def test_what_a_client_likes_best_is_taken(program: FlaskClient, accepted: str, coding: str | None) -> None:
    answer = program.get(LOCATIONS, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding


def test_what_is_short_is_not_compressed(program: FlaskClient) -> None:
    answer = program.get(POLICY, headers={"Accept-Encoding": "br"})
    assert len(answer.data) < 860
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("coding", ["identity", "br"])
def test_who_has_an_answer_is_not_sent_it_again(program: FlaskClient, coding: str) -> None:
    tag = program.get(LOCATIONS, headers={"Accept-Encoding": coding}).headers["ETag"]
    for named in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = program.get(LOCATIONS, headers={"Accept-Encoding": coding, "If-None-Match": named})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert not [name for name, _ in again.headers if name.startswith("Content-") and name[8] in "LET"]
    other = program.get(LOCATIONS, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_methods_that_are_not_there_are_named(program: FlaskClient) -> None:
    refused = program.delete(LOCATIONS)
    assert refused.status_code == 405
    assert refused.mimetype == "application/problem+json"
    assert refused.headers["Allow"] == "GET, HEAD, OPTIONS"
    asked = program.options(LOCATIONS)
    assert (asked.status_code, asked.data) == (200, b"")
    assert asked.headers["Allow"] == "GET, HEAD, OPTIONS"
    head, body = program.head(LOCATIONS), program.get(LOCATIONS)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == body.headers["Content-Length"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v9/cars", "/api/v1/cars/%00", "/api/v1//cars"])
def test_what_is_not_there_is_a_problem_too(program: FlaskClient, path: str) -> None:
    answer = program.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.headers["X-Request-ID"]


def test_a_program_is_told_what_is_missing(program: FlaskClient) -> None:
    answer = program.get("/api/v1/cars/none")
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["detail"] == "We have no such car."
    assert "page" not in answer.json["title"]


def test_programs_are_given_nothing_to_show_and_nothing_to_keep(program: FlaskClient) -> None:
    for answer in (program.get(LOCATIONS), program.get("/api/v1/cars/none"), program.post("/api/v1/batch")):
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers


WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(accepted=WORDS, named=WORDS, key=WORDS)
def test_no_header_breaks_an_answer(program: FlaskClient, accepted: str, named: str, key: str) -> None:
    sent = {"Accept-Encoding": accepted, "If-None-Match": named, "X-Request-ID": key}
    assert program.get(LOCATIONS, headers=sent).status_code in {200, 304}
