"""Members of staff, and a device to come from."""

from collections.abc import Callable
from typing import Any

import pytest
import wireup

from exodrive.core.db import Database
from exodrive.services.account.contracts import Device, StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from exodrive.services.account.passwords import Passwords
from tests.staff import make_staff


@pytest.fixture
def hire(database: Database, get: Any) -> Callable[..., Staff]:
    """`hire(StaffRole.AGENT, email=…)`: an account with a known password."""

    def make(role: StaffRole = StaffRole.OWNER, **over: Any) -> Staff:
        return make_staff(database, get(StaffKeys), role, **over)

    return make


@pytest.fixture
def product_passwords(container: wireup.SyncContainer) -> None:
    """Passwords are hashed at the product's own price."""
    container.override.delete(Passwords)


@pytest.fixture
def device() -> Device:
    return Device(address="203.0.113.7", place="203.0.113.0/24", label="Firefox on Linux")
