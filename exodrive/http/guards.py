"""Who may enter: every route declares it, and an application with an undeclared route does not start."""

import hmac
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from wireup.integration.flask import get_app_container

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.errors import Forbidden, Missing
from exodrive.http.context import act_as, request_id, settings_of_app
from exodrive.services.account.contracts import SignedIn, StaffRole
from exodrive.services.account.errors import NotSignedIn
from exodrive.services.account.sessions import SessionService

View = TypeVar("View", bound=Callable[..., Any])
STAFF_COOKIE = "exodrive_staff"
"""Sent by browsers to the staff's pages only, and read nowhere else."""

_MARK = "exodrive_entry"
_ROLE = "exodrive_role"
_PRIVATE = frozenset({"by_token", "staff", "staff_entrance"})


class Entry(StrEnum):
    """The ways in. What a way demands beyond the declaration is enforced below."""

    PUBLIC = "public"
    BY_TOKEN = "by_token"  # noqa: S105  the name of a way in
    BY_SIGNATURE = "by_signature"
    DEVELOPMENT_ONLY = "development_only"
    BY_SECRET = "by_secret"  # noqa: S105  the name of a way in
    BY_KEY = "by_key"
    STAFF = "staff"
    STAFF_ENTRANCE = "staff_entrance"


class Unguarded(RuntimeError):
    """A route does not say who may enter."""


def _declare(entry: Entry) -> Callable[[View], View]:
    def mark(view: View) -> View:
        if hasattr(view, _MARK):
            raise Unguarded(f"{view.__qualname__} declares two ways in")
        setattr(view, _MARK, entry)
        return view

    return mark


public = _declare(Entry.PUBLIC)
"""Anyone."""

by_token = _declare(Entry.BY_TOKEN)
"""Whoever holds the link: the route has a `<token>` that its service checks. Nothing of the page is stored
by a cache or told to another site; an unknown token must end in `Missing`."""

by_signature = _declare(Entry.BY_SIGNATURE)
"""Another system, whose signature the service checks over the raw body: no CSRF token."""

by_secret = _declare(Entry.BY_SECRET)
"""A monitor, which sends METRICS_TOKEN as a bearer. Where none is set the page does not exist, but for this machine
outside production."""

by_key = _declare(Entry.BY_KEY)
"""Programs, which send their key as a bearer: the procedure behind says who may call it. No cookie counts here, so
there is nothing that another site could have sent along."""

staff_entrance = _declare(Entry.STAFF_ENTRANCE)
"""Anyone who wants to be let in as staff: kept as private as what lies behind."""


def staff(minimum: StaffRole) -> Callable[[View], View]:
    """Members of staff with at least this role; the services behind check the role again."""

    def mark(view: View) -> View:
        _declare(Entry.STAFF)(view)
        setattr(view, _ROLE, minimum)
        return view

    return mark


development_only = _declare(Entry.DEVELOPMENT_ONLY)
"""Anyone, but never in production: there the page does not exist."""


def entry_of(view: Callable[..., Any]) -> Entry | None:
    """What a view function declared."""
    entry = getattr(view, _MARK, None)
    return entry if isinstance(entry, Entry) else None


def role_of(view: Callable[..., Any]) -> StaffRole | None:
    """The role that a staff page asks for."""
    role = getattr(view, _ROLE, None)
    return role if isinstance(role, StaffRole) else None


def signed_in() -> SignedIn:
    """Whose session this request belongs to; only behind `@staff`. Raises `NotSignedIn`."""
    found = g.get("staff")
    if not isinstance(found, SignedIn):
        raise NotSignedIn("Please sign in first.")
    return found


def _current() -> Entry | None:
    view = current_app.view_functions.get(request.endpoint or "")
    return entry_of(view) if view else None


def _check() -> None:
    if "\0" in request.path:  # PostgreSQL has no such text, so nothing is called that
        raise Missing("There is no such page.")
    entry = _current()
    if entry is Entry.DEVELOPMENT_ONLY and settings_of_app().production:
        raise Missing("There is no such page.")
    if entry is Entry.BY_SECRET and not _knows_secret():
        raise Missing("There is no such page.")
    if entry is Entry.STAFF:
        _let_in()
    elif entry is Entry.STAFF_ENTRANCE:
        act_as(Actor(kind=ActorKind.STAFF, request_id=request_id()))


def _knows_secret() -> bool:
    settings = settings_of_app()
    secret = settings.metrics_token.get_secret_value()
    if not secret:
        here = request.remote_addr in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
        return here and not settings.production
    sent = request.headers.get("Authorization", "")
    return hmac.compare_digest(sent.encode(), f"Bearer {secret}".encode())


def _let_in() -> None:
    """Raises `NotSignedIn` or `Forbidden`. The session and the role are read anew for every request."""
    token = request.cookies.get(STAFF_COOKIE, "")
    found = get_app_container(current_app).get(SessionService).who(token) if token else None
    if found is None:
        raise NotSignedIn("Please sign in first.")
    g.staff = found
    act_as(
        Actor(kind=ActorKind.STAFF, id=str(found.staff_id), request_id=request_id(), role=found.role.value)
    )
    minimum = role_of(current_app.view_functions[request.endpoint or ""])
    if minimum is None or not found.role.covers(minimum):
        raise Forbidden("Your role does not open this page.")


def keep_private() -> None:
    """Answer this request as pages reached by a token are answered: nothing is stored or told to another site.
    Every error is, so that an unknown token cannot be told from an unknown page."""
    g.private = True


def _keep_private(response: Response) -> Response:
    if _current() in _PRIVATE or g.get("private"):
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def check_routes(app: Flask) -> None:
    """Raises `Unguarded` for a route that declares nothing, or that is entered by a token it does not take."""
    for rule in app.url_map.iter_rules():
        entry = entry_of(app.view_functions[rule.endpoint])
        if entry is None:
            raise Unguarded(f"{rule.rule} ({rule.endpoint}) does not declare who may enter")
        if entry is Entry.BY_TOKEN and "token" not in rule.arguments:
            raise Unguarded(f"{rule.rule} ({rule.endpoint}) is entered by a token that it does not take")


def free_of_csrf(app: Flask, csrf: CSRFProtect) -> None:
    """What comes signed from another system, or with a key, carries no token of ours."""
    for view in app.view_functions.values():
        if entry_of(view) in {Entry.BY_SIGNATURE, Entry.BY_KEY}:
            csrf.exempt(view)


def install(app: Flask) -> None:
    """Enforce what routes declare."""
    app.before_request(_check)
    app.after_request(_keep_private)
