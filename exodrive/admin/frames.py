"""Mails in a frame of a staff page: laid out and nothing else."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, make_response

View = TypeVar("View", bound=Callable[..., Any])

# No script, no form, no frame, nothing from elsewhere, and no link leads away.
FRAME_SANDBOX = ""
_FRAME_POLICY = {
    "default-src": "'none'",
    "img-src": "'self' data:",
    "style-src": "'unsafe-inline'",
    "frame-ancestors": "'self'",
    "sandbox": FRAME_SANDBOX,
}


def in_a_frame(view: View) -> View:
    """A view that answers with what is shown in a frame of our own pages, and by its own policy."""
    # How flask-talisman is told that one view has headers of its own.
    options = {"content_security_policy": _FRAME_POLICY, "frame_options": "SAMEORIGIN"}
    view.talisman_view_options = options  # type: ignore[attr-defined]  # see above
    return view


def framed(html: str) -> Response:
    """The HTML of a mail; its links would open elsewhere, were they let."""
    return make_response(html.replace("<head>", '<head><base target="_blank">', 1))
