"""In front of the door: signing in, one-time links, and what never lets anybody in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.account.contracts import InviteStaff, StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.account.models import Staff, StaffLink
from exodrive.services.account.service import StaffService
from exodrive.services.account.throttle import PER_ACCOUNT
from tests.staff import PASSWORD, actor_of, csrf_of, sign_in

Hire = Callable[..., Staff]
Enter = Callable[..., FlaskClient]
GOOD = "a quiet road along the coast"


def try_in(client: FlaskClient, email: str, password: str) -> Any:
    return client.post(
        "/admin/sign-in", data={"email": email, "password": password, "csrf_token": csrf_of(client)}
    )


def link_of(database: Database, get: Any, staff_id: UUID) -> str:
    with database.sessions() as session:
        link_id = session.scalars(
            select(StaffLink.id).where(StaffLink.staff_id == staff_id).order_by(StaffLink.id.desc())
        ).first()
    assert link_id
    return f"/admin/welcome/{get(StaffKeys).link_token(link_id)}"


def test_signing_in_and_out(app: Flask, hire: Hire) -> None:
    client = sign_in(app, hire())
    assert client.get("/admin/me").status_code == 200
    token = csrf_of(client, "/admin/me")
    assert client.post("/admin/me/sign-out", data={"csrf_token": token}).status_code == 303
    assert client.get("/admin/me").headers["Location"] == "/admin/sign-in?next=/admin/me"


def test_the_cookie_is_kept_from_scripts_and_from_customer_pages(app: Flask, hire: Hire) -> None:
    staff, client = hire(), app.test_client()
    answer = try_in(client, staff.email, PASSWORD)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "exodrive_staff" in line)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/admin" in cookie


def test_whoever_knows_too_little_gets_one_answer(client: FlaskClient, hire: Hire) -> None:
    staff = hire()
    wrong = try_in(client, staff.email, "not the password at all")
    unknown = try_in(client, "nobody@exodrive.example", "not the password at all")
    shut_out = try_in(client, hire(StaffRole.AGENT, active=False).email, PASSWORD)
    invited = try_in(client, hire(StaffRole.MANAGER, password_hash=None).email, PASSWORD)
    for answer in (wrong, unknown, shut_out, invited):
        assert answer.status_code == 422
        assert "E-mail and password do not match an account." in answer.get_data(as_text=True)
        assert PASSWORD not in answer.get_data(as_text=True)


def test_every_sign_in_is_a_new_session(app: Flask, hire: Hire) -> None:
    """A cookie that somebody planted is not the one that is let in."""
    staff, client = hire(), app.test_client()
    client.set_cookie("exodrive_staff", "planted", path="/admin")
    before = csrf_of(client)
    assert try_in(client, staff.email, PASSWORD).status_code == 303
    inside = client.get_cookie("exodrive_staff", path="/admin")
    assert inside
    assert inside.value != "planted"
    assert client.post("/admin/me/sign-out", data={"csrf_token": before}).status_code == 400
    stranger = app.test_client()
    stranger.set_cookie("exodrive_staff", "planted", path="/admin")
    assert stranger.get("/admin/me").status_code == 303


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/admin", "//evil.example/admin", "/\\evil.example", "/cars", "/administrator"],
)
def test_nobody_is_sent_on_to_elsewhere(app: Flask, hire: Hire, target: str) -> None:
    staff, client = hire(), app.test_client()
    sent = {"email": staff.email, "password": PASSWORD, "next": target, "csrf_token": csrf_of(client)}
    onward = client.post("/admin/sign-in", data=sent).headers["Location"]
    assert onward.startswith("/admin")
    assert not onward.startswith("/administrator")
    assert "evil" not in onward


def test_after_signing_in_the_page_that_was_asked_for(app: Flask, hire: Hire) -> None:
    staff, client = hire(), app.test_client()
    asked = client.get("/admin/me?x=1").headers["Location"]
    page = client.get(asked).get_data(as_text=True)
    assert 'name="next" value="/admin/me?x=1"' in page
    sent = {
        "email": staff.email,
        "password": PASSWORD,
        "next": "/admin/me?x=1",
        "csrf_token": csrf_of(client),
    }
    assert client.post("/admin/sign-in", data=sent).headers["Location"] == "/admin/me?x=1"


def test_htmx_is_told_where_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/admin/me", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/admin/sign-in")
    assert client.get("/admin/me", headers={"Accept": "application/json"}).status_code == 401


def test_a_deed_without_a_session_is_refused(client: FlaskClient) -> None:
    token = csrf_of(client)
    assert client.post("/admin/me/sessions/revoke-others", data={"csrf_token": token}).status_code == 401


def test_too_many_tries_close_the_account_for_a_while(
    client: FlaskClient, hire: Hire, database: Database
) -> None:
    staff = hire()
    for _ in range(PER_ACCOUNT):
        assert try_in(client, staff.email, "not the password at all").status_code == 422
    shut = try_in(client, staff.email, PASSWORD)
    assert shut.status_code == 429
    assert "Too many tries. Please wait 15 minutes" in shut.get_data(as_text=True)
    with database.read() as connection:
        deeds = connection.execute(
            text("SELECT action, count(*) FROM audit_entry WHERE subject_id = :id GROUP BY action"),
            {"id": staff.id},
        )
        assert dict(map(tuple, deeds)) == {"staff.sign_in_failed": PER_ACCOUNT, "staff.sign_in_locked": 1}


def test_an_unknown_address_is_closed_just_the_same(client: FlaskClient) -> None:
    for _ in range(PER_ACCOUNT):
        try_in(client, "nobody@exodrive.example", "not the password at all")
    assert try_in(client, "nobody@exodrive.example", "x").status_code == 429


def test_nobody_gets_in_where_tries_cannot_be_counted(
    client: FlaskClient, hire: Hire, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = hire()
    redis_client.set("staff:sign_in:address:127.0.0.1", "x")  # the script fails on it, as on a broken server
    answer = try_in(client, staff.email, PASSWORD)
    assert answer.status_code == 503


def test_an_invitation_is_a_mail_a_link_and_a_password(
    app: Flask, hire: Hire, database: Database, get: Any
) -> None:
    owner = hire()
    staff_id = get(StaffService).invite(
        InviteStaff(name="Noor Haddad", email="noor@exodrive.example", role=StaffRole.MANAGER),
        actor_of(owner),
    )
    address, client = link_of(database, get, staff_id), app.test_client()
    page = client.get(address)
    assert "Welcome, Noor Haddad" in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    token = csrf_of(client, address)
    weak = client.post(address, data={"password": "password1234", "csrf_token": token})
    assert weak.status_code == 422
    assert "one of the first to be guessed" in weak.get_data(as_text=True)
    assert "password1234" not in weak.get_data(as_text=True)
    assert client.post(address, data={"password": GOOD, "csrf_token": token}).status_code == 303
    assert "Noor Haddad" in client.get("/admin/me").get_data(as_text=True)


def test_a_link_opens_once_and_not_for_long(
    app: Flask, hire: Hire, database: Database, get: Any, clock: ManualClock
) -> None:
    owner = actor_of(hire())
    first = get(StaffService).invite(InviteStaff(name="Noor", email="noor@exodrive.example"), owner)
    second = get(StaffService).invite(InviteStaff(name="Theo", email="theo@exodrive.example"), owner)
    client = app.test_client()
    address = link_of(database, get, first)
    sent = {"password": GOOD, "csrf_token": csrf_of(client, address)}
    assert client.post(address, data=sent).status_code == 303
    again = app.test_client().get(address)
    assert again.status_code == 410
    assert "This link is spent" in again.get_data(as_text=True)
    replaced = link_of(database, get, second)
    get(StaffService).invite_again(second, owner)
    assert app.test_client().get(replaced).status_code == 410
    newest = link_of(database, get, second)
    clock.move(timedelta(hours=72))
    assert app.test_client().get(newest).status_code == 410
    assert app.test_client().get("/admin/welcome/no-such-link").status_code == 404


def test_asking_for_a_new_password_answers_everybody_alike(client: FlaskClient, hire: Hire) -> None:
    pages = []
    for email in (hire().email, "nobody@exodrive.example"):
        sent = {"email": email, "csrf_token": csrf_of(client)}
        answer = client.post("/admin/forgotten", data=sent)
        assert answer.status_code == 200
        pages.append(answer.get_data(as_text=True).split("<main", 1)[1])
    assert pages[0] == pages[1]
    assert "Look into your mailbox" in pages[0]


def test_a_customer_cookie_opens_nothing(client: FlaskClient) -> None:
    client.get("/privacy")
    own = client.get_cookie("exodrive")
    assert own
    client.set_cookie("exodrive_staff", own.value, path="/admin")
    assert client.get("/admin/me").status_code == 303
