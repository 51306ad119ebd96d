"""What every response tells the browser: what may run, be framed, be sent along, be kept; and compression."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response
from flask_compress import Compress
from flask_talisman import Talisman

from exodrive.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
COMPRESSIBLE = frozenset(
    {
        *("text/html", "text/css", "text/plain", "text/javascript", "text/calendar", "image/svg+xml"),
        *("application/javascript", "application/json", "application/problem+json", "application/xml"),
    }
)
WORTH_COMPRESSING = 860  # bytes; below, the packet is not fewer

_PERMISSIONS = dict.fromkeys(
    ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics", "display-capture"), "()"
)


def content_policy(settings: Settings) -> dict[str, list[str]]:
    """The Content-Security-Policy. Nothing inline runs but scripts with the nonce of the response; `form-action`
    names our public address since browsers also check where a submitted form is redirected to."""
    address = urlsplit(settings.base_url)
    policy = {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", f"{address.scheme}://{address.netloc}"],
        "frame-ancestors": ["'none'"],
    }
    return policy | ({"upgrade-insecure-requests": []} if settings.production else {})


def over_http(view: View) -> View:
    """Let a route answer without TLS even in production: it is asked from inside, past the proxy."""
    view.talisman_view_options = {"force_https": False}  # type: ignore[attr-defined]  # how Talisman is told
    return view


def _pages(response: Response) -> Response:
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if response.mimetype == "text/html":
        response.vary.add("HX-Request")
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def install(app: Flask, settings: Settings) -> None:
    """Before anything that answers: what it answers passes through here."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-exodrive" if settings.production else "exodrive",
        SESSION_COOKIE_SECURE=settings.production,
        # A page may hold the CSRF token beside what the client sent: the token's signature changes every second, so its
        # compressed length tells nothing.
        COMPRESS_MIMETYPES=sorted(COMPRESSIBLE),
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIN_SIZE=WORTH_COMPRESSING,
        COMPRESS_STREAMS=False,  # files: their own doors say how they are sent
    )
    Compress(app)
    app.after_request(_pages)
    Talisman(
        app,
        force_https=settings.production,
        strict_transport_security=settings.production,
        content_security_policy=content_policy(settings),
        content_security_policy_nonce_in=["script-src"],
        frame_options="DENY",
        permissions_policy=_PERMISSIONS,
        document_policy={},
        referrer_policy="same-origin",
        session_cookie_secure=settings.production,
        session_cookie_samesite="Lax",
    )
