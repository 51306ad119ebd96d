"""How the staff's door answers: its layout, its messages, its cookie, and who is not signed in."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, g, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from exodrive.admin.navigation import links
from exodrive.http import errors
from exodrive.http.context import settings_of_app
from exodrive.http.guards import STAFF_COOKIE
from exodrive.http.render import page, wants_fragment
from exodrive.services.account.contracts import Entrance
from exodrive.services.account.errors import NotSignedIn

_PATH = "/admin"


def door() -> dict[str, Any]:
    """What the layout of every staff page knows."""
    return {"me": g.staff, "navigation": links()} if g.get("staff") else {}


def done(message: str, endpoint: str, **values: Any) -> AnyResponse:
    """After a deed: on to a page, which says what was done."""
    flash(message)
    return redirect(url_for(endpoint, **values), 303)


def let_in(entrance: Entrance, onward: str) -> AnyResponse:
    """On to `onward` with the cookie of a new session. What the browser's other session held, its CSRF token too,
    is forgotten: nobody can have planted it."""
    session.clear()
    response = redirect(onward, 303)
    response.set_cookie(
        STAFF_COOKIE,
        entrance.token,
        path=_PATH,
        expires=entrance.expires_at,
        httponly=True,
        secure=settings_of_app().production,
        samesite="Lax",
    )
    return response


def see_off(onward: str) -> AnyResponse:
    """On to `onward` without a session."""
    session.clear()
    response = redirect(onward, 303)
    response.delete_cookie(STAFF_COOKIE, path=_PATH)
    return response


def safe_onward(target: str | None) -> str:
    """Where to go after signing in: a page of this door, or the first one."""
    wanted = target or ""
    parts = urlsplit(wanted.replace("\\", "/"))
    inside = parts.path == _PATH or parts.path.startswith(f"{_PATH}/")
    ours = inside and not parts.scheme and not parts.netloc and wanted.isprintable()
    return wanted if ours else url_for("desk.today")


def on_not_signed_in(error: NotSignedIn) -> AnyResponse:
    """To the sign-in page and back here afterwards; a deed is refused, since what was typed is not carried along."""
    target = request.full_path.rstrip("?") if request.method == "GET" and not wants_fragment() else None
    sign_in = url_for("entrance.sign_in", next=target)
    if target is not None and not errors.prefers_json():
        return redirect(sign_in, 303)
    response: Response = errors.answer(errors.problem_of(error))
    if wants_fragment():
        response = make_response("", 401)
        response.headers["HX-Redirect"] = sign_in
    return response


__all__ = ["done", "door", "let_in", "on_not_signed_in", "page", "safe_onward", "see_off"]
