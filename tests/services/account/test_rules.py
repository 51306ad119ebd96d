"""Roles and passwords."""

import pytest

from exodrive.core.actor import SYSTEM, Actor, ActorKind
from exodrive.core.errors import Forbidden, Invalid
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import check_password, require

EMAIL = "noor.haddad@exodrive.example"


@pytest.mark.parametrize("have", StaffRole)
@pytest.mark.parametrize("need", StaffRole)
def test_each_role_may_what_the_ones_before_it_may(have: StaffRole, need: StaffRole) -> None:
    order = [StaffRole.AGENT, StaffRole.MANAGER, StaffRole.OWNER]
    actor = Actor(kind=ActorKind.STAFF, id="x", role=have.value)
    if order.index(have) >= order.index(need):
        require(actor, need)
    else:
        with pytest.raises(Forbidden):
            require(actor, need)


@pytest.mark.parametrize(
    "actor",
    [
        SYSTEM,
        Actor(kind=ActorKind.CUSTOMER, role="owner"),
        Actor(kind=ActorKind.PARTNER, role="owner"),
        Actor(kind=ActorKind.STAFF, id="x"),
    ],
)
def test_nobody_else_may_anything(actor: Actor) -> None:
    with pytest.raises(Forbidden):
        require(actor, StaffRole.AGENT)


@pytest.mark.parametrize(
    "password",
    [
        "short enough"[:11],
        EMAIL,
        EMAIL.upper(),
        "noor.haddad",
        "password1234",
        "Password-2026!",
        "P@ssw0rd12345",
        "qwertyuiop123",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "123456789012",
        "abcdefghijklmnop",
        "letmeinletmein",
        "exodrive20262026",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password(password, EMAIL)
    assert set(refusal.value.fields) == {"password"}


@pytest.mark.parametrize(
    "password", ["coast road at dawn", "correct-horse-7-battery", "ключ от белой машины", "x7K!p2Qz9#Lm"]
)
def test_what_is_not_is_taken(password: str) -> None:
    check_password(password, EMAIL)
