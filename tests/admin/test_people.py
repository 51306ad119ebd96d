"""Owners at work: inviting, roles, shutting an account, and the own devices."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.models import Staff
from tests.staff import PASSWORD, csrf_of, sign_in

Hire = Callable[..., Staff]
Enter = Callable[..., FlaskClient]


def post(client: FlaskClient, path: str, **data: str) -> tuple[int, str]:
    answer = client.post(
        path, data={**data, "csrf_token": csrf_of(client, "/admin/me")}, follow_redirects=True
    )
    return answer.status_code, answer.get_data(as_text=True)


def test_an_owner_invites(enter: Enter) -> None:
    client = enter(StaffRole.OWNER)
    status, page = post(
        client, "/admin/staff/invite", name="Noor Haddad", email="noor@exodrive.example", role="manager"
    )
    assert status == 200
    assert "An invitation is on its way to Noor Haddad." in page
    assert "Send the invitation again" in page
    status, page = post(
        client, "/admin/staff/invite", name="Noor", email="NOOR@exodrive.example", role="agent"
    )
    assert status == 409
    assert "This address has an account already." in page
    status, page = post(client, "/admin/staff/invite", name="N", email="no address", role="emperor")
    assert status == 422


def test_an_account_is_shut_after_a_question_and_opened_again(app: Flask, enter: Enter, hire: Hire) -> None:
    agent, owner = hire(StaffRole.AGENT), enter(StaffRole.OWNER)
    inside = sign_in(app, agent)
    address = f"/admin/staff/{agent.id}"
    question = owner.get(f"{address}/deactivate").get_data(as_text=True)
    assert "is signed out everywhere at once" in question
    assert inside.get("/admin").status_code == 200
    status, page = post(owner, f"{address}/deactivate")
    assert (status, "The account is shut" in page) == (200, True)
    assert inside.get("/admin").status_code == 303
    status, page = post(owner, f"{address}/reactivate")
    assert (status, "The account is open again." in page) == (200, True)


def test_the_last_owner_is_told_why_not(enter: Enter, app: Flask, hire: Hire) -> None:
    owner = hire(StaffRole.OWNER)
    client = sign_in(app, owner)
    for path, data in (
        (f"/admin/staff/{owner.id}/role", {"role": "agent"}),
        (f"/admin/staff/{owner.id}/deactivate", {}),
    ):
        status, page = post(client, path, **data)
        assert status == 409
        assert "This is the last owner. Make somebody else an owner first." in page


def test_a_role_is_changed_and_told(enter: Enter, hire: Hire) -> None:
    agent, client = hire(StaffRole.AGENT), enter(StaffRole.OWNER)
    status, page = post(client, f"/admin/staff/{agent.id}/role", role="manager")
    assert status == 200
    assert "From agent to manager" in page
    assert post(client, f"/admin/staff/{agent.id}/role", role="emperor")[0] == 422


def test_devices_and_passwords_are_their_owners(app: Flask, hire: Hire) -> None:
    staff = hire(StaffRole.AGENT)
    here, there = sign_in(app, staff), sign_in(app, staff)
    page = here.get("/admin/me").get_data(as_text=True)
    assert page.count("This device") == 1
    assert "Sign out all other devices" in page
    assert post(here, "/admin/me/sessions/revoke-others")[1].count("1 device is signed out.") == 1
    assert there.get("/admin/me").status_code == 303
    status, page = post(
        here, "/admin/me/password", current="wrong wrong", password="a quiet road along the coast"
    )
    assert (status, "This is not your current password." in page) == (422, True)
    status, page = post(here, "/admin/me/password", current=PASSWORD, password="a quiet road along the coast")
    assert (status, "Your password is changed." in page) == (200, True)
    assert "a quiet road" not in page


def test_the_navigation_shows_what_the_role_opens(app: Flask, hire: Hire) -> None:
    assert ">Staff</a>" in sign_in(app, hire(StaffRole.OWNER)).get("/admin").get_data(as_text=True)
    assert ">Staff</a>" not in sign_in(app, hire(StaffRole.AGENT)).get("/admin").get_data(as_text=True)
