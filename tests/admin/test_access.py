"""Who may open what: every route of the staff's door, for everybody."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exodrive.http.guards import Entry, entry_of, role_of
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.models import Staff
from exodrive.services.account.service import StaffService
from tests.staff import actor_of, csrf_of, sign_in

Enter = Callable[..., FlaskClient]
IN_FRONT = {"entrance.sign_in", "entrance.forgotten", "entrance.welcome"}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, path with ids of nothing) of every route behind the door."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and rule.endpoint not in IN_FRONT:
            values: dict[str, Any] = {name: uuid4() for name in rule.arguments}
            values |= {name: "x" for name in rule.arguments if not name.endswith("_id")}
            with app.test_request_context():
                path = app.url_map.bind("").build(rule.endpoint, values)
            found += [
                (rule.endpoint, method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})
            ]
    return found


def test_every_route_of_the_door_asks_for_a_role(app: Flask) -> None:
    behind = routes(app)
    assert len(behind) > 15
    for endpoint, _, path in behind:
        view = app.view_functions[endpoint]
        assert entry_of(view) is Entry.STAFF, path
        assert role_of(view) in set(StaffRole), path
    for endpoint in IN_FRONT:
        assert entry_of(app.view_functions[endpoint]) in (Entry.STAFF_ENTRANCE, Entry.BY_TOKEN)


def test_no_other_page_is_entered_as_staff(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if entry_of(app.view_functions[rule.endpoint]) in (Entry.STAFF, Entry.STAFF_ENTRANCE):
            assert rule.rule.startswith("/admin"), rule.rule


@pytest.mark.parametrize("role", StaffRole)
def test_each_role_opens_what_it_covers_and_nothing_else(app: Flask, enter: Enter, role: StaffRole) -> None:
    client = enter(role)
    token = csrf_of(client, "/admin/me")
    for endpoint, method, path in routes(app):
        if endpoint == "me.sign_out":
            continue
        minimum = role_of(app.view_functions[endpoint])
        assert minimum
        sent = {"csrf_token": token} if method == "POST" else None
        status = client.open(path, method=method, data=sent).status_code
        if role.covers(minimum):
            assert status not in (401, 403, 500), (path, status)
        else:
            assert status == 403, (path, status)


def test_nobody_else_opens_anything(app: Flask) -> None:
    client = app.test_client()
    token = csrf_of(client)
    for _, method, path in routes(app):
        sent = {"csrf_token": token} if method == "POST" else None
        answer = client.open(path, method=method, data=sent)
        if method == "GET":
            assert answer.status_code == 303, path
            assert answer.headers["Location"].startswith("/admin/sign-in"), path
        else:
            assert answer.status_code == 401, path
        assert answer.headers["Cache-Control"] == "no-store", path


def test_no_deed_without_the_token_of_its_form(app: Flask, enter: Enter) -> None:
    client = enter(StaffRole.OWNER)
    posts = [path for _, method, path in routes(app) if method == "POST"]
    for path in posts:
        assert client.post(path).status_code == 400, path
    for path in ("/admin/sign-in", "/admin/forgotten"):
        assert client.post(path, data={"email": "a@b.example"}).status_code == 400


def test_a_role_that_is_taken_away_is_gone_with_the_next_page(
    app: Flask, enter: Enter, hire: Callable[..., Staff], get: Any
) -> None:
    boss, other = hire(), hire(StaffRole.OWNER, email="other@exodrive.example")
    client = sign_in(app, other)
    assert client.get("/admin/staff").status_code == 200
    token = csrf_of(client, "/admin/me")
    from exodrive.services.account.contracts import ChangeRole

    get(StaffService).change_role(other.id, ChangeRole(role=StaffRole.AGENT), actor_of(boss))
    refused = client.get("/admin/staff")
    assert refused.status_code == 403
    assert "Your role does not open this page." in refused.get_data(as_text=True)
    assert "Bookings" in refused.get_data(as_text=True)
    get(StaffService).deactivate(other.id, actor_of(boss))
    assert client.get("/admin").status_code == 303
    assert client.post("/admin/me/sessions/revoke-others", data={"csrf_token": token}).status_code == 401


def test_what_is_missing_is_told_inside_the_portal(enter: Enter) -> None:
    answer = enter(StaffRole.AGENT).get(f"/admin/bookings/{uuid4()}")
    assert answer.status_code == 404
    assert 'class="door"' in answer.get_data(as_text=True)
