"""Who may enter: anonymous, with the link of a booking, with the key of a partner or of a member of staff."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from exodrive.api.access import CUSTOMER, PUBLIC, Access, Client, ClientKind, partner, staff
from exodrive.api.call import Answer, Call
from exodrive.api.errors import CredentialMissing, ScopeMissing
from exodrive.api.middleware.auth import admitted, identify
from exodrive.api.procedure import procedures
from exodrive.core.actor import SYSTEM, ActorKind
from exodrive.core.errors import ExodriveError, Forbidden
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import IssueToken, Scope
from exodrive.services.partner.tokens import TokenService
from tests.api.conftest import Fleet, Keys

SOME = next(iter(procedures()))
ANYONE = Client(kind=ClientKind.ANONYMOUS, name="address:1", actor=SYSTEM)
WITH_LINK = Client(kind=ClientKind.CUSTOMER, name="address:1", actor=SYSTEM, link="x")
PARTNER = Client(kind=ClientKind.PARTNER, name="key:1", actor=SYSTEM, scopes=frozenset({Scope.BOOKINGS_READ}))
AGENT = Client(kind=ClientKind.STAFF, name="key:2", actor=SYSTEM, role=StaffRole.AGENT)
OWNER = Client(kind=ClientKind.STAFF, name="key:3", actor=SYSTEM, role=StaffRole.OWNER)


@pytest.mark.parametrize(
    ("access", "let_in"),
    [
        (PUBLIC, [ANYONE, WITH_LINK, PARTNER, AGENT, OWNER]),
        (CUSTOMER, [WITH_LINK]),
        (partner(Scope.BOOKINGS_READ), [PARTNER]),
        (partner(Scope.BOOKINGS_WRITE), []),
        (PUBLIC | partner(Scope.BOOKINGS_WRITE), [ANYONE, WITH_LINK, AGENT, OWNER]),
        (staff(StaffRole.AGENT), [AGENT, OWNER]),
        (staff(StaffRole.MANAGER), [OWNER]),
        (CUSTOMER | partner(Scope.BOOKINGS_READ) | staff(StaffRole.OWNER), [WITH_LINK, PARTNER, OWNER]),
    ],
)
def test_each_way_in_lets_in_whom_it_is_for(access: Access, let_in: list[Client]) -> None:
    for client in (ANYONE, WITH_LINK, PARTNER, AGENT, OWNER):
        assert (_refusal(access, client) is None) == (client in let_in), client.kind


def test_a_refusal_says_what_is_missing() -> None:
    assert _refusal(CUSTOMER, ANYONE) is CredentialMissing
    assert _refusal(partner(Scope.EVENTS_READ), PARTNER) is ScopeMissing
    assert _refusal(staff(StaffRole.OWNER), AGENT) is Forbidden
    assert _refusal(staff(StaffRole.AGENT), PARTNER) is Forbidden


def _refusal(access: Access, client: Client) -> type[ExodriveError] | None:
    from dataclasses import replace

    call: Any = type("Asked", (), {"procedure": replace(SOME, access=access), "client": client})()
    done: Callable[[Call], Answer] = lambda _: Answer(status=200, body=b"")  # noqa: E731  the innermost layer
    try:
        admitted(call, done)
    except ExodriveError as error:
        return type(error)
    return None


def test_a_key_says_who_calls(container: Any, keys: Keys) -> None:
    key = keys.issue(Scope.BOOKINGS_READ)
    found = identify(container, f"Bearer {key}", "1.2.3.4", "request")
    assert found.kind is ClientKind.PARTNER
    assert found.partner_id == keys.partner_id
    assert (found.actor.kind, found.actor.id) == (ActorKind.PARTNER, str(keys.partner_id))
    assert found.scopes == {Scope.BOOKINGS_READ}
    assert found.name == f"key:{found.key_id}"


def test_a_member_of_staff_calls_with_their_role(container: Any, keys: Keys) -> None:
    token = container.get(TokenService).make(IssueToken(name="script"), keys.manager).secret
    found = identify(container, f"bearer {token}", "1.2.3.4", "request")
    assert (found.kind, found.role) == (ClientKind.STAFF, StaffRole.MANAGER)
    assert (found.actor.kind, found.actor.role) == (ActorKind.STAFF, "manager")
    assert UUID(str(found.actor.id)).version == 7


def test_a_customer_is_counted_by_address(container: Any, database: Any) -> None:
    found = identify(container, "Bearer something-else", "1.2.3.4", "request")
    assert (found.kind, found.link, found.name) == (
        ClientKind.CUSTOMER,
        "something-else",
        "address:1.2.3.4",
    )


@pytest.mark.parametrize(
    "presented", ["Bearer exo_partner_none_none", "Basic dXNlcjpwYXNz", "Bearer ", "exo_staff_a_b"]
)
def test_a_bad_credential_is_no_anonymous_call(client: FlaskClient, fleet: Fleet, presented: str) -> None:
    told = client.get("/api/v1/cars", headers={"Authorization": presented})
    assert told.status_code == 401
    assert told.headers["WWW-Authenticate"] == "Bearer"
    assert told.get_json(force=True)["code"] == "credential_refused"


def test_a_revoked_key_is_refused_at_the_next_call(client: FlaskClient, fleet: Fleet, keys: Keys) -> None:
    headers = {"Authorization": f"Bearer {keys.issue(Scope.QUOTES_WRITE)}"}
    assert client.get("/api/v1/cars", headers=headers).status_code == 200
    keys.revoke()
    assert client.get("/api/v1/cars", headers=headers).status_code == 401
