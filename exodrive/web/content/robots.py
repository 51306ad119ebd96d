"""The files that programs read: robots.txt, the sitemap, security.txt."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from wireup import Injected

from exodrive.core.clock import Clock
from exodrive.http.context import settings_of_app
from exodrive.http.guards import public
from exodrive.services.car.service import CatalogueService

blueprint = Blueprint("robots", __name__)

_INDEXED = (
    "fleet.home",
    "fleet.results",
    "content.about",
    "content.contact",
    "content.policies",
    "content.privacy",
)
_HIDDEN = ("/book/", "/booking/", "/sandbox/", "/mailbox/")


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Bookings are nobody's search result; everything else is welcome to be."""
    hidden = (f"Disallow: {path}" for path in _HIDDEN)
    return _text("User-agent: *", *hidden, f"Sitemap: {_address('robots.sitemap')}")


@blueprint.get("/sitemap.xml")
@public
def sitemap(catalogue: Injected[CatalogueService]) -> Response:
    pages = [_address(endpoint) for endpoint in _INDEXED]
    cars = [_address("fleet.car", slug=slug) for slug in catalogue.car_slugs()]
    xml = render_template("web/content/sitemap.xml", addresses=[*pages, *cars])
    return Response(xml, mimetype="application/xml")


@blueprint.get("/.well-known/security.txt")
@public
def security(clock: Injected[Clock]) -> Response:
    """RFC 9116: whom to tell of a weakness. It wants an end of validity less than a year ahead."""
    expires = (clock.now() + timedelta(days=180)).replace(microsecond=0)
    return _text(
        f"Contact: mailto:{settings_of_app().support_email}",
        f"Expires: {expires.strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: en",
        f"Canonical: {_address('robots.security')}",
    )


def _text(*lines: str) -> Response:
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _address(endpoint: str, **values: Any) -> str:
    """The address as the settings give it: the Host header is only the client's word."""
    return settings_of_app().base_url + url_for(endpoint, **values)
