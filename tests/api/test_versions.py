"""Versions side by side: a breaking change makes a second version of what it touches, and of nothing else."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from exodrive.api import procedure as registry
from exodrive.api.procedure import Deprecation, find
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import SetRollout
from exodrive.services.partner.rollout import RolloutService
from tests.api.conftest import Fleet
from tests.staff import actor_of, make_staff


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second version of a procedure names cars in capitals; the first one goes."""
    first = find("car.get", 1)
    assert first

    def louder(call: Any, asked: Any) -> Any:
        car = first.call(call, asked)
        return replace(car, model=car.model.upper())

    going = Deprecation(since=date(2026, 6, 1), sunset=date(2027, 6, 1), instead="car.get of version 2")
    monkeypatch.setitem(registry._procedures, (2, "car.get"), replace(first, version=2, call=louder))
    monkeypatch.setitem(registry._procedures, (1, "car.get"), replace(first, deprecated=going))


@pytest.mark.usefixtures("second")
def test_two_versions_side_by_side(client: FlaskClient, fleet: Fleet) -> None:
    asked = {"car": fleet.car.slug}
    first = client.post("/api/v1/rpc/car.get", json=asked)
    second = client.post("/api/v2/rpc/car.get", json=asked)
    assert first.get_json()["model"] == "Roma"
    assert second.get_json() == first.get_json() | {"model": "ROMA"}
    calls = {"calls": [{"procedure": "car.get", "input": asked, "fields": "model"}]}
    for version, model in ((1, "Roma"), (2, "ROMA")):
        told = client.post(f"/api/v{version}/batch", json=calls).get_json()
        assert told["results"][0]["value"] == {"model": model}


@pytest.mark.usefixtures("second")
def test_what_goes_says_so_and_what_stays_is_in_both(client: FlaskClient, fleet: Fleet) -> None:
    first = client.post("/api/v1/rpc/car.get", json={"car": fleet.car.slug})
    assert first.headers["Deprecation"] == "@1780272000"
    assert first.headers["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert "Deprecation" not in client.post("/api/v2/rpc/car.get", json={"car": fleet.car.slug}).headers
    for version in (1, 2):
        assert client.post(f"/api/v{version}/rpc/location.list", json={}).status_code == 200
    assert client.post("/api/v3/rpc/car.get", json={"car": fleet.car.slug}).status_code == 404


def test_a_procedure_is_rolled_back_without_a_release(
    client: FlaskClient, fleet: Fleet, get: Any, database: Any
) -> None:
    from exodrive.services.account.keys import StaffKeys

    owner = actor_of(make_staff(database, get(StaffKeys), StaffRole.OWNER))
    wanted = SetRollout(procedure="quote.create", enabled=False, percent=0, partners=[])
    get(RolloutService).set(wanted, owner)
    told = client.post("/api/v1/quotes", json=fleet.wish)
    assert (told.status_code, told.get_json(force=True)["code"]) == (404, "procedure_not_open")
    assert client.get("/api/v1/cars").status_code == 200
