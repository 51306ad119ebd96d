"""About, contact, policies, privacy; and the files that robots read."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor, settings_of_app
from exodrive.http.forms import form_of
from exodrive.http.guards import public
from exodrive.http.limits import limited
from exodrive.http.render import page
from exodrive.services.car.service import CatalogueService
from exodrive.services.content.contracts import WriteMessage
from exodrive.services.content.service import ContactService

blueprint = Blueprint("content", __name__)

HONEYPOT = "website"
"""An input that people do not see and programs fill in."""

_INDEXED = (
    "fleet.home",
    "fleet.results",
    *(f"content.{name}" for name in ("about", "contact", "policies", "privacy")),
)

MessageForm = form_of(WriteMessage, also=(HONEYPOT, "sent"))


@blueprint.get("/about")
@public
def about(catalogue: Injected[CatalogueService]) -> Response:
    return page("web/content/about.html", locations=catalogue.locations())


@blueprint.route("/contact", methods=["GET", "POST"])
@public
@limited("5/minute; 30/day", methods=["POST"])
def contact(catalogue: Injected[CatalogueService], service: Injected[ContactService]) -> AnyResponse:
    form = MessageForm.read()
    if form.accepted:
        if request.form.get(HONEYPOT):
            return redirect(url_for("content.contact", sent=1), 303)
        try:
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
        sent=request.args.get("sent") == "1" and form.sent is None,
        locations=catalogue.locations(),
    )


@blueprint.get("/policies")
@public
def policies(catalogue: Injected[CatalogueService]) -> Response:
    return page("web/content/policies.html", locations=catalogue.locations())


@blueprint.get("/privacy")
@public
def privacy() -> Response:
    return page("web/content/privacy.html")


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Booking pages are nobody's search result; everything else is welcome to be."""
    lines = (
        "User-agent: *",
        "Disallow: /booking/",
        "Disallow: /sandbox/",
        f"Sitemap: {_public('content.sitemap')}",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@public
def sitemap(catalogue: Injected[CatalogueService]) -> Response:
    pages = [_public(endpoint) for endpoint in _INDEXED]
    cars = [_public("fleet.car", slug=slug) for slug in catalogue.car_slugs()]
    return Response(
        render_template("web/content/sitemap.xml", addresses=[*pages, *cars]), mimetype="application/xml"
    )


@blueprint.get("/.well-known/security.txt")
@public
def security() -> Response:
    """RFC 9116."""
    settings = settings_of_app()
    lines = (
        f"Contact: mailto:{settings.support_email}",
        "Expires: 2030-01-01T00:00:00Z",
        "Preferred-Languages: en",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _public(endpoint: str, **values: Any) -> str:
    """The address as settings give it: the Host header is the client's word."""
    return settings_of_app().base_url + url_for(endpoint, **values)
