"""The pages of partners: adding one, a key once, replacing and revoking it, suspending, and what they call."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import KeyHolder
from exodrive.services.partner.door import PartnerKeyService
from exodrive.services.partner.usage import UsageService
from tests.admin.test_people import post
from tests.staff import csrf_of
from tests.statements import statements

Enter = Callable[..., FlaskClient]
LIST = "/admin/partners"
SECRET = re.compile(r"exo_partner_\w{61}")
KEY = {"name": "Desk", "scopes": "bookings:read", "days": "365"}


@pytest.fixture
def manager(enter: Enter) -> FlaskClient:
    return enter(StaffRole.MANAGER)


def see(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def add(client: FlaskClient, name: str = "Palm Hotel") -> str:
    """The address of a new partner's page."""
    answer = client.post(
        f"{LIST}/add",
        data={"name": name, "email": "desk@palm.example", "csrf_token": csrf_of(client, "/admin/me")},
    )
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def issue(client: FlaskClient, partner: str, **over: str) -> str:
    """A new key as it is shown, once."""
    status, text = post(client, f"{partner}/keys/new", **KEY | over)
    found = SECRET.search(text)
    assert found
    assert status == 200
    return found[0]


def held_by(get: Any, key: str) -> KeyHolder | None:
    found: KeyHolder | None = get(PartnerKeyService).who(key)
    return found


def test_a_partner_is_added_and_its_key_shown_once(manager: FlaskClient, get: Any) -> None:
    assert "No partners yet." in see(manager, LIST)
    partner = add(manager)
    assert "No key that works." in see(manager, partner)
    key = issue(manager, partner)
    holder = held_by(get, key)
    assert holder is not None
    assert f"{LIST}/{holder.partner_id}" == partner
    text = see(manager, partner)
    assert key not in text
    assert key.rpartition("_")[0] in text
    assert "in 365 days" in text
    assert "Palm Hotel" in see(manager, LIST)
    assert "no-store" in manager.get(f"{partner}/keys/new").headers["Cache-Control"]


def test_the_list_is_searched(manager: FlaskClient) -> None:
    for name in ("Palm Hotel", "Grand Hotel"):
        add(manager, name)
    text = see(manager, f"{LIST}?q=palm")
    assert ("Palm Hotel" in text, "Grand Hotel" in text) == (True, False)
    assert "No partner fits." in see(manager, f"{LIST}?q=nobody")
    assert "No partner fits." in see(manager, f"{LIST}?state=suspended")
    part = manager.get(f"{LIST}?q=grand", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert ("Grand Hotel" in part, "<html" in part) == (True, False)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"scopes": ""}, "Please choose one at least."),
        ({"scopes": "everything"}, "One or more of the choices"),
        ({"name": ""}, "Please fill this in."),
        ({"days": "9999"}, "Must be one of"),
    ],
)
def test_what_is_wrong_with_a_key_is_told_beside_its_field(
    manager: FlaskClient, sent: dict[str, str], told: str
) -> None:
    status, text = post(manager, f"{add(manager)}/keys/new", **KEY | sent)
    assert (status, told in text) == (422, True), text


def test_what_is_wrong_with_a_partner(manager: FlaskClient) -> None:
    status, text = post(manager, f"{LIST}/add", name="P", email="nowhere")
    assert (status, "This does not look like an e-mail address." in text) == (422, True)


def test_a_partner_is_renamed(manager: FlaskClient) -> None:
    partner = add(manager)
    assert 'value="desk@palm.example"' in see(manager, f"{partner}/change")
    status, text = post(manager, f"{partner}/change", name="Palm Resort", email="new@palm.example")
    assert (status, "Palm Resort" in text, "new@palm.example" in text) == (200, True, True)


def test_a_key_is_revoked_after_a_question(manager: FlaskClient, get: Any) -> None:
    partner = add(manager)
    key = issue(manager, partner)
    holder = held_by(get, key)
    assert holder
    address = f"{partner}/keys/{holder.key_id}/revoke"
    assert "cannot be brought back" in see(manager, address)
    assert held_by(get, key)
    status, text = post(manager, address)
    assert (status, "1 key that is over" in text, held_by(get, key)) == (200, True, None)


def test_a_key_is_replaced_and_the_old_one_works_for_a_while(
    manager: FlaskClient, get: Any, clock: ManualClock
) -> None:
    partner = add(manager)
    old = issue(manager, partner)
    holder = held_by(get, old)
    assert holder
    address = f"{partner}/keys/{holder.key_id}/rotate"
    assert "24 hours" in see(manager, address)
    status, text = post(manager, address, hours="72")
    new = SECRET.search(text)
    assert new
    assert (status, "The old key works until" in text) == (200, True)
    assert held_by(get, old)
    assert held_by(get, new[0])
    assert "in 3 days" in see(manager, partner)
    status, text = post(manager, address, hours="72")
    assert (status, "has been replaced" in text) == (409, True)
    clock.move(timedelta(hours=72))
    assert held_by(get, old) is None


def test_a_key_replaced_at_once(manager: FlaskClient, get: Any) -> None:
    partner = add(manager)
    old = issue(manager, partner)
    holder = held_by(get, old)
    assert holder
    _, text = post(manager, f"{partner}/keys/{holder.key_id}/rotate", hours="0")
    assert "The old key opens nothing any more." in text
    assert held_by(get, old) is None


def test_a_suspended_partner_is_let_in_again(manager: FlaskClient, get: Any) -> None:
    partner = add(manager)
    key = issue(manager, partner)
    assert "Suspend Palm Hotel?" in see(manager, f"{partner}/suspend")
    status, text = post(manager, f"{partner}/suspend")
    assert (status, "None of their keys opens anything" in text, held_by(get, key)) == (200, True, None)
    status, text = post(manager, f"{partner}/keys/new", **KEY)
    assert (status, "This partner is suspended." in text) == (409, True)
    status, text = post(manager, f"{partner}/reactivate")
    assert (status, "Their keys work again." in text) == (200, True)
    assert held_by(get, key)


def test_what_keys_call_is_drawn_in_few_statements(
    manager: FlaskClient, get: Any, database: Database
) -> None:
    partner = add(manager)
    usage = get(UsageService)
    for name, statuses in (("Desk", (200, 404)), ("Test", (200, 200, 500)), ("Unused", ())):
        holder = held_by(get, issue(manager, partner, name=name))
        assert holder
        for status in statuses:
            usage.count(holder.key_id, "car.list", status)
    usage.store()
    with statements(database) as sent:
        text = see(manager, partner)
    assert len([one for one in sent if "api_usage" in one]) == 2
    assert "Calls of “Desk” on each of the last 30 days: 2, of which 1 were refused and 0 failed." in text
    assert "Calls of “Test” on each of the last 30 days: 3, of which 0 were refused and 1 failed." in text
    assert "Calls of “Unused”" not in text
    assert text.count('class="bar-') == 4


def test_a_key_of_another_partner_is_not_found_there(manager: FlaskClient, get: Any) -> None:
    partner, other = add(manager), add(manager, "Grand Hotel")
    holder = held_by(get, issue(manager, partner))
    assert holder
    for deed in ("rotate", "revoke"):
        assert post(manager, f"{other}/keys/{holder.key_id}/{deed}")[0] == 404
        assert post(manager, f"{partner}/keys/{uuid4()}/{deed}")[0] == 404


def test_agents_are_refused(enter: Enter) -> None:
    agent = enter(StaffRole.AGENT)
    assert agent.get(LIST).status_code == 403
    assert ">Partners</a>" not in see(agent, "/admin")


def test_managers_see_no_rollout(manager: FlaskClient) -> None:
    assert "/admin/partners/rollout" not in see(manager, LIST)
    assert manager.get(f"{LIST}/rollout").status_code == 403


def test_an_owner_opens_a_procedure_for_some(enter: Enter) -> None:
    owner = enter(StaffRole.OWNER)
    partner = UUID(add(owner).rpartition("/")[2])
    assert "Every procedure is open." in see(owner, f"{LIST}/rollout")
    assert "Palm Hotel" in see(owner, f"{LIST}/rollout/new")
    said = {"procedure": "booking.hold", "enabled": "true", "percent": "25", "partners": str(partner)}
    status, text = post(owner, f"{LIST}/rollout/new", **said)
    assert (status, "25 % of callers" in text, "Palm Hotel" in text) == (200, True, True)
    address = f"{LIST}/rollout/booking.hold"
    assert re.search(rf'value="{partner}" id="partner-1" checked', see(owner, address))
    status, text = post(owner, address, percent="100")
    assert (status, "Nobody" in text) == (200, True)
    status, text = post(owner, address, enabled="true", percent="101")
    assert (status, "From 0 to 100, please." in text) == (422, True)
    assert "for everybody?" in see(owner, f"{address}/clear")
    status, text = post(owner, f"{address}/clear")
    assert (status, "It is open for everybody." in text) == (200, True)
    assert owner.get(address).status_code == 404


def test_a_name_that_is_no_procedure(enter: Enter) -> None:
    status, text = post(enter(StaffRole.OWNER), f"{LIST}/rollout/new", procedure="hold", percent="5")
    assert (status, "A name such as booking.hold, please." in text) == (422, True)
