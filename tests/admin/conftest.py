"""The door of the staff with somebody of each role inside."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from tests.staff import make_staff, sign_in


@pytest.fixture
def hire(database: Database, get: Any) -> Callable[..., Staff]:
    """`hire(StaffRole.AGENT, email=…)`: an account with a known password."""

    def make(role: StaffRole = StaffRole.OWNER, **over: Any) -> Staff:
        return make_staff(database, get(StaffKeys), role, **over)

    return make


@pytest.fixture
def enter(app: Flask, hire: Callable[..., Staff]) -> Callable[..., FlaskClient]:
    """`enter(StaffRole.AGENT)`: a browser in which a new member of staff is signed in."""

    def make(role: StaffRole = StaffRole.OWNER, **over: Any) -> FlaskClient:
        return sign_in(app, hire(role, **over))

    return make
