"""Members of staff for tests: accounts with a known password, and browsers that are signed in."""

from functools import cache
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff
from exodrive.services.account.passwords import Passwords
from tests.factories import NOW, add

PASSWORD = "saddle leather on graphite"


@cache
def quick_passwords() -> Passwords:
    """As the product's, at the least price of a guess that there is: only tests of the price itself pay for it."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@cache
def password_hash() -> str:
    """Of `PASSWORD`."""
    return quick_passwords().hash(PASSWORD)


def make_staff(database: Database, keys: StaffKeys, role: StaffRole = StaffRole.OWNER, **over: Any) -> Staff:
    """An active account of that role, `<role>@exodrive.example` with `PASSWORD`."""
    email = over.get("email", f"{role}@exodrive.example")
    values = {
        "name": f"Robin {role.value.title()}",
        "email": email,
        "email_hash": keys.email(email),
        "role": role,
        "password_hash": password_hash(),
        "active": True,
        "created_at": NOW,
    }
    return add(database, Staff(**values | over))


def actor_of(staff: Staff) -> Actor:
    """The member of staff as services meet them."""
    return Actor(kind=ActorKind.STAFF, id=str(staff.id), request_id="test", role=staff.role.value)


def csrf_of(client: FlaskClient, path: str = "/admin/sign-in") -> str:
    """A CSRF token of the client's session."""
    page = client.get(path).get_data(as_text=True)
    return page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]


def sign_in(app: Flask, staff: Staff, password: str = PASSWORD) -> FlaskClient:
    """A browser in which this member of staff is signed in."""
    client = app.test_client()
    sent = {"email": staff.email, "password": password, "csrf_token": csrf_of(client)}
    answer = client.post("/admin/sign-in", data=sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client
