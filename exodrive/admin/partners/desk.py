"""The list of partners, and one of them with its keys and what they call."""

from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.partners import charts
from exodrive.admin.partners.blueprint import blueprint, views
from exodrive.core.clock import Clock
from exodrive.http.context import current_actor
from exodrive.http.forms import form_of, query_of
from exodrive.http.guards import staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import FindPartners, WritePartner
from exodrive.services.partner.keys import KeyService
from exodrive.services.partner.service import PartnerService
from exodrive.services.partner.usage import UsageService
from exodrive.services.webhook.service import EndpointService

PartnerForm = form_of(WritePartner)
Filters = query_of(FindPartners)


@blueprint.get("")
@staff(StaffRole.MANAGER)
def everybody(partners: Injected[PartnerService]) -> Response:
    """The list; htmx asks for it alone while somebody types a name."""
    form = Filters.read()
    wanted = form.command()
    found = partners.find(wanted, current_actor())

    def part(number: int) -> str:
        return url_for("partners.everybody", **form.link(page=number if number > 1 else None))

    return page(
        "admin/partners/list.html",
        fragment="found",
        form=form,
        found=found.items,
        filtered=bool(wanted.q or wanted.state),
        start=part(1) if wanted.page > 1 else None,
        next=part(wanted.page + 1) if found.has_more else None,
        tabs=views("partners.everybody"),
    )


@blueprint.route("/add", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def add(partners: Injected[PartnerService]) -> AnyResponse:
    """A partner, who has no keys yet."""
    form = PartnerForm.read()
    if form.accepted:
        made = partners.add(form.command(), current_actor())
        return done(gettext("The partner is added. They need a key next."), "partners.show", partner_id=made)
    return page("admin/partners/write.html", status=form.status, form=form, partner=None)


@blueprint.get("/<uuid:partner_id>")
@staff(StaffRole.MANAGER)
def show(
    *,
    partner_id: UUID,
    partners: Injected[PartnerService],
    keys: Injected[KeyService],
    usage: Injected[UsageService],
    endpoints: Injected[EndpointService],
    clock: Injected[Clock],
) -> Response:
    """A partner: keys, endpoints, what they called lately, and what was done."""
    actor = current_actor()
    partner = partners.get(partner_id, actor)
    every = keys.of_partner(partner_id, actor)
    used = usage.of_keys([key.id for key in every], actor)
    return page(
        "admin/partners/show.html",
        partner=partner,
        keys=[key for key in every if key.works],
        over=[key for key in every if not key.works],
        used=[(key, used[key.id], charts.calls(used[key.id].days)) for key in every if used[key.id].calls],
        endpoints=endpoints.of_partner(partner_id, actor),
        story=partners.story(partner_id, actor),
        now=clock.now(),
    )


@blueprint.route("/<uuid:partner_id>/change", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def change(partner_id: UUID, partners: Injected[PartnerService]) -> AnyResponse:
    """Another name or contact."""
    partner = partners.get(partner_id, current_actor())
    form = PartnerForm.read(initial={"name": partner.name, "email": partner.email})
    if form.accepted:
        partners.change(partner_id, form.command(), current_actor())
        return done(gettext("The partner is changed."), "partners.show", partner_id=partner_id)
    return page("admin/partners/write.html", status=form.status, form=form, partner=partner)


@blueprint.route("/<uuid:partner_id>/suspend", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def suspend(partner_id: UUID, partners: Injected[PartnerService]) -> AnyResponse:
    """Let none of their keys open anything, after a question."""
    if request.method == "POST":
        partners.suspend(partner_id, current_actor())
        return done(gettext("None of their keys opens anything now."), "partners.show", partner_id=partner_id)
    return page("admin/partners/suspend.html", partner=partners.get(partner_id, current_actor()))


@blueprint.post("/<uuid:partner_id>/reactivate")
@staff(StaffRole.MANAGER)
def reactivate(partner_id: UUID, partners: Injected[PartnerService]) -> AnyResponse:
    """Let their keys open again what they did."""
    partners.reactivate(partner_id, current_actor())
    return done(gettext("Their keys work again."), "partners.show", partner_id=partner_id)
