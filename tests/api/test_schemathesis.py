"""What the document says is what the API does: schemathesis makes requests from it, good ones and bad ones, and applies
all its checks. The whole document is gone through, each operation in depth by one of those who may call it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
import schemathesis
from schemathesis.config import CacheConfig, PositiveDataAcceptanceConfig, SchemathesisConfig
from schemathesis.engine import events, from_schema

from exodrive.api.openapi import document
from exodrive.api.procedure import Procedure, find
from exodrive.app import create_app
from exodrive.core.contract import load
from exodrive.core.db import Database
from exodrive.core.errors import Invalid
from exodrive.services.partner.contracts import IssueToken, Scope
from exodrive.services.partner.tokens import TokenService
from tests.api.conftest import Keys
from tests.api.serving import serving
from tests.factories import make_car, make_location, make_policy

Asked = dict[str, set[str]]
DOCUMENT = document()


@schemathesis.check
def fits_its_contract(ctx: Any, response: Any, case: Any) -> None:
    """A request that fits its schema may be refused by the business, but fits the contract too. Except for rules about
    the letters of all scripts, which JSON Schema cannot say."""
    operation = case.operation.definition.raw
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    if not positive or response.status_code not in {400, 415, 422} or "x-procedure" not in operation:
        return
    asked = find(operation["x-procedure"], 1)
    assert asked
    has_body = "requestBody" in operation
    given = {**(case.path_parameters or {}), **((has_body and case.body) or case.query or {})}
    given.pop("fields", None)
    if asked.guards_version and not operation["operationId"].startswith("rpc."):
        given["version"] = 1
    told = {name: one for name, one in given.items() if has_body or one != ""}
    assert _unfit(asked, told, typed=has_body) == set()


def _unfit(asked: Procedure, given: dict[str, Any], *, typed: bool) -> set[str]:
    """The fields that break a rule of their contract which their schema has."""
    properties = DOCUMENT["components"]["schemas"][asked.input.__name__]["properties"]
    try:
        load(asked.input, given, typed=typed)
    except Invalid as told:
        return {name for name in told.fields if "x-pattern" not in properties.get(name, ())}
    return set()


@pytest.fixture
def url(settings: Any, container: Any, database: Database) -> Iterator[str]:
    """Where an application is served that knows what the examples name, and does not count calls."""
    make_policy(database)
    make_car(database, make_location(database, slug="los-angeles"), slug="corvane-k7")
    app = create_app(settings.model_copy(update={"rate_limits": False}), container=container)
    with serving(app) as address:
        yield address


@pytest.fixture
def key(request: pytest.FixtureRequest, get: Any, keys: Keys) -> str | None:
    """The credential of a caller."""
    made = {
        "partnerKey": lambda: keys.issue(*Scope),
        "staffKey": lambda: get(TokenService).make(IssueToken(name="script"), keys.manager).secret,
    }
    secret = made.get(request.param, lambda: None)()
    return secret and f"Bearer {secret}"


def _operations() -> Asked:
    """The operations by the first of the callers who may call them."""
    asked: Asked = {"": set(), "partnerKey": set(), "staffKey": set(), "bookingToken": set()}
    for methods in DOCUMENT["paths"].values():
        for one in methods.values():
            ways = {scheme for way in one["security"] for scheme in way or {"": []}}
            asked[next(who for who in asked if who in ways)].add(one["operationId"])
    return asked


def _run(url: str, names: set[str], authorization: str | None, *, deep: bool) -> list[str]:
    """What is wrong with these operations, each once with how to see it."""
    config = SchemathesisConfig(seed=20260601, cache=CacheConfig(enabled=False))
    project = config.projects.default
    project.base_url = url
    project.headers = {"Authorization": authorization} if authorization else {}
    project.generation.max_examples = 2 if deep else 1
    project.generation.database = "none"
    project.phases.coverage.enabled = deep
    project.phases.stateful.enabled = False
    project.checks.positive_data_acceptance = PositiveDataAcceptanceConfig(
        expected_statuses=["2xx", "3xx", "4xx"]
    )
    project.checks.missing_required_header.expected_statuses = ["401", "403", "422", "428"]
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json", config=config)
    _thin_out(schema)
    return list(dict.fromkeys(_wrong(schema.include(operation_id=sorted(names)))))


def _thin_out(schema: Any) -> None:
    """An operation of many fields has hundreds of cases in the coverage phase: every n-th of them is enough."""
    counted: Counter[str] = Counter()

    @schema.hook  # type: ignore[untyped-decorator]  # schemathesis leaves it so
    def filter_case(context: Any, case: Any) -> bool:
        if case.meta is None or case.meta.phase.name.value != "coverage":
            return True
        counted[case.operation.label] += 1
        return counted[case.operation.label] % (1 + _fields(case.operation.definition.raw) // 2) == 0


def _fields(operation: Any) -> int:
    """How many an operation takes."""
    name = operation.get("x-procedure")
    asked = find(name, 1) if name else None
    return len(fields(asked.input)) if asked else 0


def _wrong(schema: Any) -> Iterator[str]:
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            yield str(getattr(event, "info", event))
        if isinstance(event, events.ScenarioFinished):
            for checks in event.recorder.checks.values():
                for told in (one.failure_info for one in checks if one.failure_info):
                    yield f"{told.failure.title}: {told.failure.message}\n{told.code_sample}"


@pytest.mark.parametrize(
    "key", ["", "partnerKey", "staffKey"], indirect=True, ids=["anybody", "partner", "staff"]
)
@pytest.mark.parametrize("form", ["resource", "rpc"])
def test_the_api_does_what_the_document_says(
    request: pytest.FixtureRequest, url: str, key: str | None, form: str
) -> None:
    who = request.node.callspec.params["key"]
    names = {name for name in _operations()[who] if name.startswith("rpc.") == (form == "rpc")}
    assert "\n\n".join(_run(url, names, key, deep=form == "resource")) == "" or not names


def test_nobody_enters_without_a_key(url: str) -> None:
    asked = _operations()
    closed = asked["partnerKey"] | asked["staffKey"] | asked["bookingToken"]
    assert _run(url, closed, None, deep=False) == [] or not closed
