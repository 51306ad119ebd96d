"""The mails that were caught, in development only."""

from io import BytesIO

from flask import Blueprint, Response, make_response, send_file
from wireup import Injected

from exodrive.core.errors import Missing
from exodrive.http.guards import development_only
from exodrive.http.render import page
from exodrive.services.email.caught import CaughtMailbox

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")

# A mail's HTML is laid out and nothing else: no script, no form, no frame, nothing from elsewhere. Links open outside.
FRAME_SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
_FRAME_POLICY = {
    "default-src": "'none'",
    "img-src": "'self' data:",
    "style-src": "'unsafe-inline'",
    "frame-ancestors": "'self'",
    "sandbox": FRAME_SANDBOX,
}


@blueprint.get("/")
@development_only
def messages(box: Injected[CaughtMailbox]) -> Response:
    return page("web/mailbox/messages.html", fragment="list", mails=box.newest())


@blueprint.get("/<key>")
@development_only
def message(key: str, box: Injected[CaughtMailbox]) -> Response:
    return page("web/mailbox/message.html", view=box.read(key), sandbox=FRAME_SANDBOX)


@blueprint.get("/<key>/html")
@development_only
def body(key: str, box: Injected[CaughtMailbox]) -> Response:
    html = box.read(key).html
    if not html:
        raise Missing("This mail has no HTML.")
    return make_response(html.replace("<head>", '<head><base target="_blank">', 1))


# How flask-talisman is told that one view has headers of its own.
body.talisman_view_options = {  # type: ignore[attr-defined]  # see above
    "content_security_policy": _FRAME_POLICY,
    "frame_options": "SAMEORIGIN",
}


@blueprint.get("/<key>/attachments/<int:number>")
@development_only
def attachment(key: str, number: int, box: Injected[CaughtMailbox]) -> Response:
    for part in box.read(key).attachments:
        if part.number == number:
            return send_file(
                BytesIO(part.content),
                mimetype=part.content_type,
                as_attachment=True,
                download_name=part.filename,
            )
    raise Missing("This mail has no such attachment.")
