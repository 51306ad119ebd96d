"""Who is told by webhook of what happens, and how it went: for managers and owners."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor
from exodrive.http.errors import STATUS
from exodrive.http.fields import label
from exodrive.http.forms import form_of, query_of
from exodrive.http.guards import staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.webhook.contracts import (
    DELIVERY_PAGE,
    AddEndpoint,
    ChangeEndpoint,
    DeliveryState,
    DeliveryView,
    FindDeliveries,
    ReplaySince,
)
from exodrive.services.webhook.service import EndpointService

blueprint = Blueprint("webhooks", __name__, url_prefix="/admin/webhooks")

AddForm = form_of(AddEndpoint)
ChangeForm = form_of(ChangeEndpoint)
ReplayForm = form_of(ReplaySince)
Filters = query_of(FindDeliveries)


@blueprint.get("")
@staff(StaffRole.MANAGER)
def everything(endpoints: Injected[EndpointService]) -> Response:
    return page("admin/webhooks/list.html", endpoints=endpoints.everything(current_actor()), partner=None)


@blueprint.route("/add", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def add(endpoints: Injected[EndpointService]) -> Response:
    """A new endpoint; its secret is shown on this one page."""
    form = AddForm.read()
    if form.accepted:
        try:
            made = endpoints.add(form.command(), current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            return _secret(endpoints, made.endpoint_id, made.secret)
    return page("admin/webhooks/add.html", status=form.status, form=form)


@blueprint.get("/<uuid:endpoint_id>")
@staff(StaffRole.MANAGER)
def show(endpoint_id: UUID, endpoints: Injected[EndpointService]) -> Response:
    """An endpoint with the log of what it was sent."""
    return _page(endpoint_id, endpoints)


@blueprint.route("/<uuid:endpoint_id>/change", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def change(endpoint_id: UUID, endpoints: Injected[EndpointService]) -> AnyResponse:
    """What it is for, and what it hears."""
    endpoint = endpoints.get(endpoint_id, current_actor())
    form = ChangeForm.read(initial={"description": endpoint.description, "events": list(endpoint.events)})
    if form.accepted:
        endpoints.change(endpoint_id, form.command(), current_actor())
        return done(gettext("The endpoint is changed."), "webhooks.show", endpoint_id=endpoint_id)
    return page("admin/webhooks/change.html", status=form.status, form=form, endpoint=endpoint)


@blueprint.route("/<uuid:endpoint_id>/secret", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def rotate(endpoint_id: UUID, endpoints: Injected[EndpointService]) -> Response:
    """A new secret, after a question."""
    if request.method == "POST":
        made = endpoints.rotate(endpoint_id, current_actor())
        return _secret(endpoints, endpoint_id, made.secret)
    return page("admin/webhooks/rotate.html", endpoint=endpoints.get(endpoint_id, current_actor()))


@blueprint.route("/<uuid:endpoint_id>/switch-off", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def shut(endpoint_id: UUID, endpoints: Injected[EndpointService]) -> AnyResponse:
    """Send nothing more, after a question."""
    if request.method == "POST":
        endpoints.shut(endpoint_id, current_actor())
        return done(gettext("Nothing more is sent there."), "webhooks.show", endpoint_id=endpoint_id)
    return page("admin/webhooks/shut.html", endpoint=endpoints.get(endpoint_id, current_actor()))


@blueprint.route("/<uuid:endpoint_id>/remove", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def remove(endpoint_id: UUID, endpoints: Injected[EndpointService]) -> AnyResponse:
    """Take it off the list for good, after a question."""
    if request.method == "POST":
        endpoints.remove(endpoint_id, current_actor())
        return done(gettext("The endpoint is removed."), "webhooks.everything")
    return page("admin/webhooks/remove.html", endpoint=endpoints.get(endpoint_id, current_actor()))


@blueprint.post("/<uuid:endpoint_id>/switch-on")
@staff(StaffRole.MANAGER)
def open_(endpoint_id: UUID, endpoints: Injected[EndpointService]) -> AnyResponse:
    """Send again, from the next event on."""
    endpoints.open(endpoint_id, current_actor())
    told = gettext("The endpoint is on again. “Send again since” brings what it missed.")
    return done(told, "webhooks.show", endpoint_id=endpoint_id)


@blueprint.post("/<uuid:endpoint_id>/test")
@staff(StaffRole.MANAGER)
def test(endpoint_id: UUID, endpoints: Injected[EndpointService]) -> AnyResponse:
    """Send an event that says nothing."""
    try:
        delivery_id = endpoints.test(endpoint_id, current_actor())
    except ExodriveError as error:
        return _page(endpoint_id, endpoints, error)
    return done(gettext("A test is on its way."), "webhooks.delivery", delivery_id=delivery_id)


@blueprint.route("/<uuid:endpoint_id>/replay", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def replay(endpoint_id: UUID, endpoints: Injected[EndpointService]) -> AnyResponse:
    """Send again what happened since a day."""
    form = ReplayForm.read()
    if form.accepted:
        since = datetime.combine(form.command().since, time(), UTC)
        try:
            endpoints.replay(endpoint_id, since, current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            told = gettext("What happened since then is being sent again.")
            return done(told, "webhooks.show", endpoint_id=endpoint_id)
    endpoint = endpoints.get(endpoint_id, current_actor())
    return page("admin/webhooks/replay.html", status=form.status, form=form, endpoint=endpoint)


@blueprint.get("/deliveries/<uuid:delivery_id>")
@staff(StaffRole.MANAGER)
def delivery(delivery_id: UUID, endpoints: Injected[EndpointService]) -> Response:
    """What was sent, and how each try went."""
    story = endpoints.story(delivery_id, current_actor())
    return page("admin/webhooks/delivery.html", fragment="live", story=story)


@blueprint.post("/deliveries/<uuid:delivery_id>/send-again")
@staff(StaffRole.MANAGER)
def send_again(delivery_id: UUID, endpoints: Injected[EndpointService]) -> AnyResponse:
    """Send the same event once more."""
    again = endpoints.send_again(delivery_id, current_actor())
    return done(gettext("It is on its way again."), "webhooks.delivery", delivery_id=again)


def _page(endpoint_id: UUID, endpoints: EndpointService, error: ExodriveError | None = None) -> Response:
    actor = current_actor()
    endpoint = endpoints.get(endpoint_id, actor)
    filters = Filters.read()
    wanted = filters.command()
    found = endpoints.deliveries(endpoint_id, actor, state=wanted.state, before=wanted.before)

    def address(**changes: str | UUID | None) -> str:
        return url_for(
            "webhooks.show", endpoint_id=endpoint_id, **filters.link(**{"before": None, **changes})
        )

    return page(
        "admin/webhooks/show.html",
        fragment="found",
        status=STATUS[error.kind] if error else 200,
        endpoint=endpoint,
        deliveries=found[:DELIVERY_PAGE],
        states=[(address(state=None), gettext("All"), wanted.state is None)]
        + [(address(state=one.value), label(one.value), wanted.state is one) for one in DeliveryState],
        start=address() if wanted.before else None,
        next=address(before=_last(found).id) if len(found) > DELIVERY_PAGE else None,
        problem=error.message if error else None,
    )


def _last(found: Sequence[DeliveryView]) -> DeliveryView:
    return found[DELIVERY_PAGE - 1]


def _secret(endpoints: EndpointService, endpoint_id: UUID, secret: str) -> Response:
    endpoint = endpoints.get(endpoint_id, current_actor())
    return page("admin/webhooks/secret.html", endpoint=endpoint, secret=secret)
