"""The OpenAPI document: valid, exact, the one that is committed, and kept by every release of a version."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from exodrive.api.compatibility import broken
from exodrive.api.openapi import document
from exodrive.api.procedure import Procedure, procedures
from exodrive.cli import main
from exodrive.core.contract import load
from exodrive.demo.load import load_demo
from exodrive.services.partner.contracts import IssueToken, Scope
from exodrive.services.partner.tokens import TokenService
from tests.api.answers import check, compare
from tests.api.conftest import Keys
from tests.api.recording import record

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api"
PROCEDURES = tuple(procedures())


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return document()


def test_it_is_openapi(made: dict[str, Any]) -> None:
    validate(made)


def test_the_committed_document_is_the_present_one(made: dict[str, Any]) -> None:
    """After a change: `exodrive openapi --into docs/api/openapi.json`."""
    assert json.loads((DOCS / "openapi.json").read_text()) == made


def test_clients_of_the_released_document_still_work(made: dict[str, Any]) -> None:
    """A breaking change makes a new version of the procedure; a release moves the baseline."""
    assert broken(json.loads((DOCS / "openapi-v1.baseline.json").read_text()), made, date.max) == []


def test_every_procedure_is_an_operation_in_both_forms(made: dict[str, Any]) -> None:
    told = {one["operationId"] for methods in made["paths"].values() for one in methods.values()}
    names = {one.name for one in PROCEDURES}
    assert told == names | {f"rpc.{name}" for name in names} | {"batch", "admin.report.file"}


def test_inputs_are_closed_and_outputs_open(made: dict[str, Any]) -> None:
    schemas = made["components"]["schemas"]
    assert schemas["QuoteCar"]["additionalProperties"] is False
    assert schemas["QuoteCar"]["required"] == sorted(
        {"car", "pick_up_location"}
        | {f"{what}_{part}" for what in ("pick_up", "return") for part in ("date", "time")}
    )
    assert "additionalProperties" not in schemas["Quote"]
    assert schemas["Quote"]["required"] == sorted(schemas["Quote"]["properties"])


def test_fields_say_what_their_contract_does(made: dict[str, Any]) -> None:
    schemas = made["components"]["schemas"]
    asked, quote = schemas["QuoteCar"]["properties"], schemas["Quote"]["properties"]
    assert asked["car"]["pattern"] == "^[a-z0-9][a-z0-9_-]{0,79}$"
    assert asked["return_location"]["type"] == ["string", "null"]
    assert asked["extras"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/ExtraChoice"},
        "maxItems": 20,
        "default": [],
        "description": "Extras",
    }
    assert asked["pick_up_time"]["pattern"].startswith("^([01][0-9]|2[0-3]):")
    assert quote["expires_at"] == {"type": "string", "format": "date-time", "pattern": "Z$"}
    assert quote["id"] == {"type": "string", "format": "uuid"}
    assert quote["total"] == {"type": "integer", "x-unit": "minor units"}
    assert schemas["Car"]["properties"]["transmission"]["enum"] == ["automatic", "manual"]
    assert schemas["OfferedCar"]["properties"]["photo"] == {
        "anyOf": [{"$ref": "#/components/schemas/Photo"}, {"type": "null"}]
    }


def test_problems_that_tell_more_have_schemas_of_their_own(made: dict[str, Any]) -> None:
    schemas = made["components"]["schemas"]
    _, taken = schemas["CarTakenProblem"]["allOf"]
    assert taken["properties"]["alternatives"]["items"] == {"$ref": "#/components/schemas/Alternative"}
    assert schemas["Alternative"]["properties"]["starts_at"]["format"] == "date-time"
    _, changed = schemas["QuoteChangedProblem"]["allOf"]
    assert changed["properties"]["quote_id"] == {"type": "string", "format": "uuid"}
    assert changed["required"] == ["code", "status", "quote_id"]
    answer = made["paths"]["/api/v1/bookings"]["post"]["responses"]["409"]["$ref"].rpartition("/")[2]
    shapes = made["components"]["responses"][answer]["content"]["application/problem+json"]["schema"]["oneOf"]
    assert {"$ref": "#/components/schemas/CarTakenProblem"} in shapes


def test_an_answer_without_them_or_with_others_is_found_out(client: FlaskClient) -> None:
    told = client.post("/api/v1/rpc/booking.hold", json={})
    assert told.status_code == 422
    body = {name: one for name, one in told.get_json(force=True).items() if name != "fields"}
    for wrong in (
        body | {"code": "car_taken", "status": 409},
        body | {"code": "car_taken", "status": 409, "alternatives": [{"starts_at": "2026-06-10"}]},
        body | {"code": "quote_used", "status": 409, "alternatives": []},
    ):
        told.set_data(json.dumps(wrong))
        told.status_code = 409
        with pytest.raises(AssertionError):
            compare(told)
    told.set_data(json.dumps(body | {"code": "quote_used", "status": 409}))
    compare(told)


def test_amounts_and_lengths_name_their_unit(made: dict[str, Any]) -> None:
    measured = (
        "_minutes",
        "_hours",
        "_days",
        "_miles",
        "_rate",
        "_points",
        "total",
        "deposit",
        "amount",
        "fee",
        "price",
    )
    silent = [
        f"{name}.{field}"
        for name, schema in made["components"]["schemas"].items()
        for field, one in schema.get("properties", {}).items()
        if field.endswith(measured) and "integer" in one.get("type", ()) and "x-unit" not in one
    ]
    assert silent == []


@pytest.mark.parametrize("one", PROCEDURES, ids=lambda one: one.name)
def test_every_procedure_has_an_example_that_is_input(one: Procedure) -> None:
    assert one.examples
    for example in one.examples.values():
        load(one.input, example, typed=True)


@pytest.mark.parametrize("one", PROCEDURES, ids=lambda one: one.name)
def test_every_procedure_shows_an_answer_of_its_schema(made: dict[str, Any], one: Procedure) -> None:
    """After a change of an answer: `RECORD_ANSWERS=1 pytest tests/api/test_openapi.py`."""
    told = made["paths"][one.path][one.rest.method.lower()]["responses"][str(one.rest.status)]
    example = told["content"]["application/json"]["example"]
    check(example, {"$ref": f"#/components/schemas/{one.output.__name__}"})
    assert not {"exo_", "whsec_"} & set(re.findall("exo_|whsec_", json.dumps(example)))


def test_the_document_is_served_and_known_again(client: FlaskClient) -> None:
    served = client.get("/api/v1/openapi.json")
    assert (served.status_code, served.mimetype) == (200, "application/json")
    assert served.get_json()["servers"] == [{"url": "http://127.0.0.1:8000"}]
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": served.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/api/v9/openapi.json").status_code == 404


def test_the_command_writes_and_checks(tmp_path: Path, made: dict[str, Any]) -> None:
    into = tmp_path / "openapi.json"
    runner = CliRunner()
    assert runner.invoke(main, ["openapi", "--into", str(into)]).exit_code == 0
    assert json.loads(into.read_text()) == made
    assert json.loads(runner.invoke(main, ["openapi"]).output) == made
    assert runner.invoke(main, ["openapi", "--check", str(into)]).exit_code == 0
    made = json.loads(into.read_text())
    made["components"]["schemas"]["Quote"]["properties"]["colour"] = {"type": "string"}
    into.write_text(json.dumps(made))
    refused = runner.invoke(main, ["openapi", "--check", str(into)])
    assert refused.exit_code == 1
    assert "quote.create: 201.colour: is gone" in refused.output


_LAST = ("", ".cancel", ".renew_link", ".shut", ".open", ".remove", ".reinstate")


def _in_order(one: Procedure) -> tuple[int, bool, bool, str]:
    """What needs no id first, then what makes one; what ends something last."""
    example = next(iter(one.examples.values()))
    needs = {name for name in example if name.endswith("_id")}
    last = max(place for place, ending in enumerate(_LAST) if one.name.endswith(ending))
    return last, "booking_id" in needs, bool(needs), one.name


class _Journey:
    """Goes from example to example: ids that they make up are those of what was made before."""

    def __init__(self, client: FlaskClient, keys: dict[str, str]) -> None:
        self._client = client
        self._keys = keys
        self._known: dict[str, Any] = {}

    def run(self, one: Procedure, example: dict[str, Any]) -> TestResponse:
        given = {name: self._known.get(name, value) for name, value in example.items()}
        access = one.access
        way = "link" if access.customer else "staff" if access.role else "partner" if access.scope else ""
        headers = {"Authorization": f"Bearer {self._keys[way]}"} if way in self._keys else {}
        answer = self._client.post(f"/api/v1/rpc/{one.name}", json=given, headers=headers)
        if answer.status_code < 300:
            self._learn(one, answer.get_json())
        return answer

    def book_again(self) -> None:
        """Another booking of the car that was given back."""
        for one in sorted(PROCEDURES, key=_in_order):
            if one.name in {"quote.create", "booking.hold"}:
                assert self.run(one, next(iter(one.examples.values()))).status_code == 201

    def _learn(self, one: Procedure, told: dict[str, Any]) -> None:
        nouns = one.name.split(".")[-2:]
        if one.writes and "id" in told:
            self._known |= {f"{noun}_id": told["id"] for noun in nouns}
        if told.get("items"):
            self._known.setdefault(f"{nouns[0]}_id", told["items"][0]["id"])
        self._known |= {name: value for name, value in told.items() if name.endswith("_id") and value}
        if "version" in told:
            self._known["version"] = told["version"]
        if "token" in told:
            self._keys["link"] = told["token"]


def test_examples_run_on_the_demo_fleet(client: FlaskClient, container: Any, keys: Keys) -> None:
    """Each example is answered as its procedure says, and the answer is as the document says."""
    load_demo(container)
    staff = container.get(TokenService).make(IssueToken(name="script"), keys.manager).secret
    journey = _Journey(client, {"partner": keys.issue(*Scope), "staff": staff})
    answers: dict[str, Any] = {}
    for one in sorted(PROCEDURES, key=_in_order):
        for example in one.examples.values():
            answer = journey.run(one, example)
            assert answer.status_code == one.rest.status, (one.name, answer.get_json(force=True))
            answers.setdefault(one.name, answer.get_json())
        if one.name == "admin.booking.cancel":
            journey.book_again()
    record(answers)
