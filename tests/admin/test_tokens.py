"""A member of staff's own keys of the API."""

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.door import PartnerKeyService
from exodrive.services.partner.making import MOST
from tests.admin.test_people import post

Enter = Callable[..., FlaskClient]
NEW = "/admin/me/keys/new"


def make(client: FlaskClient) -> str:
    _, text = post(client, NEW, name="Script", days="90")
    found = re.search(r"exo_staff_\w{61}", text)
    assert found
    return found[0]


def test_an_agent_makes_a_key_sees_it_once_and_revokes_it(enter: Enter, get: Any) -> None:
    agent = enter(StaffRole.AGENT)
    assert "None yet." in agent.get("/admin/me").get_data(as_text=True)
    key = make(agent)
    holder = get(PartnerKeyService).who(key)
    assert holder.role is StaffRole.AGENT
    text = agent.get("/admin/me").get_data(as_text=True)
    assert (key in text, key.rpartition("_")[0] in text, "in 90 days" in text) == (False, True, True)
    address = f"/admin/me/keys/{holder.key_id}/revoke"
    assert "Revoke “Script”?" in agent.get(address).get_data(as_text=True)
    status, text = post(agent, address)
    assert (status, "The key opens nothing any more." in text) == (200, True)
    assert get(PartnerKeyService).who(key) is None


def test_a_key_of_somebody_else_is_not_there(enter: Enter, get: Any) -> None:
    holder = get(PartnerKeyService).who(make(enter(StaffRole.AGENT)))
    manager = enter(StaffRole.MANAGER)
    assert manager.get(f"/admin/me/keys/{holder.key_id}/revoke").status_code == 404
    assert post(manager, f"/admin/me/keys/{holder.key_id}/revoke")[0] == 404


def test_an_owner_revokes_a_key_of_a_member(enter: Enter, get: Any) -> None:
    key = make(enter(StaffRole.AGENT))
    holder, owner = get(PartnerKeyService).who(key), enter(StaffRole.OWNER)
    listed = f"/admin/staff/{holder.staff_id}/keys"
    assert listed in owner.get(f"/admin/staff/{holder.staff_id}").get_data(as_text=True)
    assert key.rpartition("_")[0] in owner.get(listed).get_data(as_text=True)
    address = f"/admin/me/keys/{holder.key_id}/revoke"
    assert listed in owner.get(address).get_data(as_text=True)
    status, text = post(owner, address)
    assert (status, "No key that works." in text) == (200, True)
    assert get(PartnerKeyService).who(key) is None


def test_what_is_wrong_is_told(enter: Enter) -> None:
    agent = enter(StaffRole.AGENT)
    status, text = post(agent, NEW, name="", days="365")
    assert (status, "Please fill this in." in text, "Must be one of" in text) == (422, True, True)
    for _ in range(MOST):
        make(agent)
    status, text = post(agent, NEW, name="Script", days="90")
    assert (status, f"There are {MOST} keys already." in text) == (409, True)
