"""The pages of the reference: everything is on them, and what an error leads to is there."""

import ast
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from exodrive.api.answers import in_json
from exodrive.api.codes import CodeTaken, codes_of, every_code
from exodrive.api.openapi import document
from exodrive.api.outline import outline
from exodrive.api.procedure import Procedure, procedures
from exodrive.api.snippets import snippets

PROCEDURES = tuple(procedures())
BASE = "https://cars.example"


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return answer.get_data(as_text=True)


def test_every_procedure_is_listed_and_told(client: FlaskClient) -> None:
    listed = read(client, "/api/reference")
    for one in outline(document(base_url=BASE), 1, BASE).subjects:
        told = read(client, f"/api/reference/{one.name}")
        for deed in one.deeds:
            assert f"/api/reference/{one.name}#{deed.name}" in listed
            assert f'id="{deed.name}"' in told
            assert all(f'id="{row.link}"' in told for thing in one.things for row in thing.rows if row.link)
    assert all(f"<code>{one.name}</code>" in listed for one in PROCEDURES)


def test_the_type_of_a_problem_leads_to_its_code(client: FlaskClient) -> None:
    page = read(client, "/api/reference")
    told = client.get("/api/v1/cars/none").get_json(force=True)
    path, _, anchor = told["type"].removeprefix("http://127.0.0.1:8000").partition("#")
    assert (path, anchor) == ("/api/reference", "not_found")
    assert all(f'id="{code.code}"' in page for code in every_code(1))


def test_rules_are_in_the_words_of_json(client: FlaskClient) -> None:
    told = read(client, "/api/reference/quote")
    assert "without it <code>false</code>" in told
    assert "at most 20 entries" in told


def test_words_find_procedures(client: FlaskClient) -> None:
    found = re.findall(
        r"<th scope=\"row\"><a[^>]*><code>([^<]+)", read(client, "/api/reference?q=Quotes+post")
    )
    assert found == ["quote.create"]
    assert "Nothing has these words" in read(client, "/api/reference?q=zeppelin")
    assert "&lt;b&gt;" in read(client, "/api/reference?q=<b>")


def test_there_is_no_other_subject(client: FlaskClient) -> None:
    assert client.get("/api/reference/zeppelins").status_code == 404


def test_visitors_find_it(client: FlaskClient) -> None:
    assert 'href="/api/reference"' in read(client, "/about")


@pytest.mark.parametrize("one", PROCEDURES, ids=lambda one: one.name)
def test_requests_are_shown_in_three_languages(one: Procedure) -> None:
    curl, python, typescript = snippets(one, BASE, has_body=not one.rest.in_query)
    assert ast.parse(python.code).body
    for shown in (curl, python, typescript):
        assert BASE + one.path.partition("{")[0] in shown.code
        assert "{" not in re.search(r'"(https://[^"]+)"', shown.code).group(1)  # type: ignore[union-attr]  # it is there
        assert ("exo_" in shown.code) == (not one.access.public)
        assert ("Idempotency-Key" in shown.code) == one.writes


def test_answers_are_shown(client: FlaskClient) -> None:
    told = unescape(read(client, "/api/reference/quote"))
    for name in ("quote.create", "quote.get"):
        assert f'aria-label="Answer of {name}"' in told
        assert in_json(name) in told


def test_a_code_has_one_status() -> None:
    from dataclasses import replace

    from exodrive.core.errors import ExodriveError, Kind

    class Other(ExodriveError):
        """Says it is gone, by a code that means missing."""

        kind = Kind.GONE
        code = "not_found"

    one = next(each for each in PROCEDURES if each.name == "car.get")
    with pytest.raises(CodeTaken, match="not_found"):
        codes_of(replace(one, errors=(*one.errors, Other)), has_body=False)
