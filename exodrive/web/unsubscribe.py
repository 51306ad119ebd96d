"""Stopping the news: a page with one button for people, and the same address as a deed for mail programs (RFC 8058)."""

from flask import Blueprint, Response
from wireup import Injected

from exodrive.http.guards import by_signature, by_token, keep_private
from exodrive.http.limits import limited
from exodrive.http.render import page
from exodrive.services.email.consent import ConsentService

blueprint = Blueprint("unsubscribe", __name__, url_prefix="/unsubscribe")


@blueprint.get("/<token>")
@by_token
@limited("60/minute")
def ask(token: str, consents: Injected[ConsentService]) -> Response:
    """Nothing is stopped by looking: programs that check links open this too."""
    return page("web/unsubscribe.html", token=token, consent=consents.by_token(token))


@blueprint.post("/<token>")
@by_signature  # of the token, which a mail program sends without a cookie and without our form
@limited("60/minute")
def stop(token: str, consents: Injected[ConsentService]) -> Response:
    keep_private()
    consents.withdraw(token)
    return page("web/unsubscribe.html", token=token, consent=consents.by_token(token))
