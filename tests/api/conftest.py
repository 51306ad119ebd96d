"""A fleet of one car, and ways to call the API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exodrive.api import routers
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.car.models import Car, Location
from exodrive.services.partner.contracts import IssueKey, Scope, WritePartner
from exodrive.services.partner.keys import KeyService
from exodrive.services.partner.service import PartnerService
from tests.api.answers import ComparedClient
from tests.factories import make_car, make_location, make_policy
from tests.staff import actor_of, make_staff

routers.load()
TRIP = {
    "pick_up_date": "2026-06-10",
    "pick_up_time": "10:00",
    "return_date": "2026-06-12",
    "return_time": "10:00",
}


@dataclass(frozen=True, slots=True)
class Fleet:
    """What there is."""

    location: Location
    car: Car

    @property
    def wish(self) -> dict[str, Any]:
        """The input of a quote."""
        return {"car": self.car.slug, "pick_up_location": self.location.slug, **TRIP}


@pytest.fixture
def fleet(database: Database) -> Fleet:
    make_policy(database)
    location = make_location(database)
    return Fleet(location, make_car(database, location))


@pytest.fixture
def app(app: Flask) -> Flask:
    """An application whose every answer is compared with the OpenAPI document."""
    app.test_client_class = ComparedClient
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A program: no cookies."""
    return app.test_client(use_cookies=False)


Rpc = Callable[..., TestResponse]


@pytest.fixture
def rpc(client: FlaskClient) -> Rpc:
    """`rpc("car.get", car="…")`; `headers=` go along."""

    def call(name: str, /, headers: dict[str, str] | None = None, **given: Any) -> TestResponse:
        return client.post(f"/api/v1/rpc/{name}", json=given, headers=headers)

    return call


class Keys:
    """A partner, and the manager who gives it keys."""

    def __init__(self, get: Any, database: Database, email: str = "manager@exodrive.example") -> None:
        self.manager = actor_of(make_staff(database, get(StaffKeys), StaffRole.MANAGER, email=email))
        self._keys: KeyService = get(KeyService)
        partners: PartnerService = get(PartnerService)
        self.partner_id = partners.add(
            WritePartner(name="Palm Hotel", email="desk@palm.example"), self.manager
        )
        self._last: UUID | None = None

    def issue(self, *scopes: Scope) -> str:
        """A key with these scopes."""
        wanted = IssueKey(name="Desk", scopes=[scope.value for scope in scopes])
        made = self._keys.issue(self.partner_id, wanted, self.manager)
        self._last = made.key_id
        return made.secret

    def revoke(self) -> None:
        """The key that was issued last."""
        assert self._last
        self._keys.revoke(self._last, self.manager)


@pytest.fixture
def keys(get: Any, database: Database) -> Keys:
    return Keys(get, database)
