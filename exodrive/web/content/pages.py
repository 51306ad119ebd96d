"""About, contact, policies, privacy."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor, settings_of_app
from exodrive.http.forms import form_of
from exodrive.http.guards import public
from exodrive.http.limits import limited
from exodrive.http.render import page
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.policy_text import in_general
from exodrive.services.car.service import CatalogueService
from exodrive.services.content.contracts import WriteMessage
from exodrive.services.content.service import ContactService
from exodrive.web.content.hours import by_days

blueprint = Blueprint("content", __name__)

HONEYPOT = "website"
"""An input that people do not see and programs fill in."""

MessageForm = form_of(WriteMessage, also=(HONEYPOT,))


@blueprint.get("/about")
@public
def about(catalogue: Injected[CatalogueService]) -> Response:
    return page("web/content/about.html", locations=catalogue.locations())


@blueprint.route("/contact", methods=["GET", "POST"])
@public
@limited("5/minute; 30/day", methods=["POST"])
def contact(catalogue: Injected[CatalogueService], service: Injected[ContactService]) -> AnyResponse:
    """How to reach us. A message that a program wrote is thanked for like any other, and dropped."""
    form = MessageForm.read()
    if form.accepted:
        try:
            if not request.form.get(HONEYPOT):
                service.send(form.command(), current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            return redirect(url_for("content.contact", sent=1), 303)
    return page(
        "web/content/contact.html",
        status=form.status,
        form=form,
        honeypot=HONEYPOT,
        sent=form.sent is None and request.args.get("sent") == "1",
        locations=catalogue.locations(),
        by_days=by_days,
    )


@blueprint.get("/policies")
@public
def policies(cancellation: Injected[CancellationService]) -> Response:
    settings = settings_of_app()
    return page(
        "web/content/policies.html",
        cancellation=in_general(cancellation.policy()),
        hold_minutes=settings.hold_minutes,
        hold_extensions=settings.hold_extensions,
        capture_hours=settings.capture_hours,
    )


@blueprint.get("/privacy")
@public
def privacy() -> Response:
    return page("web/content/privacy.html")
