"""News by mail to those who asked for it: for managers and owners."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.frames import FRAME_SANDBOX, framed, in_a_frame
from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor
from exodrive.http.errors import STATUS
from exodrive.http.forms import form_of
from exodrive.http.guards import staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.campaign.contracts import CampaignState, WriteCampaign
from exodrive.services.campaign.mails import CampaignMailService
from exodrive.services.campaign.service import CampaignService
from exodrive.services.car.service import CatalogueService

blueprint = Blueprint("campaigns", __name__, url_prefix="/admin/campaigns")

CampaignForm = form_of(WriteCampaign)
_TONES = {CampaignState.SENT: "success", CampaignState.SENDING: "warning", CampaignState.CANCELLED: "danger"}


@blueprint.app_template_filter("campaign_tone")
def tone(state: CampaignState) -> str:
    """The colour of a campaign's state."""
    return _TONES.get(state, "info")


@blueprint.get("")
@staff(StaffRole.MANAGER)
def everything(campaigns: Injected[CampaignService]) -> Response:
    return page("admin/campaigns/list.html", campaigns=campaigns.everything(current_actor()))


@blueprint.route("/new", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def write(campaigns: Injected[CampaignService], catalogue: Injected[CatalogueService]) -> AnyResponse:
    """A draft: nothing is sent by saving it."""
    form = CampaignForm.read()
    if form.accepted:
        made = campaigns.write(form.command(), current_actor())
        return done(gettext("The draft is kept."), "campaigns.show", campaign_id=made)
    return _form(form, catalogue, None)


@blueprint.get("/<uuid:campaign_id>")
@staff(StaffRole.MANAGER)
def show(campaign_id: UUID, campaigns: Injected[CampaignService]) -> Response:
    """A campaign: whom it reaches, how it looks, and how far it is."""
    return _page(campaign_id, campaigns)


@blueprint.get("/<uuid:campaign_id>/preview")
@staff(StaffRole.MANAGER)
@in_a_frame
def preview(
    campaign_id: UUID, campaigns: Injected[CampaignService], mails: Injected[CampaignMailService]
) -> Response:
    """The mail, for the frame of its page."""
    return framed(mails.preview(campaigns.get(campaign_id, current_actor())).html)


@blueprint.route("/<uuid:campaign_id>/change", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def rewrite(
    campaign_id: UUID, campaigns: Injected[CampaignService], catalogue: Injected[CatalogueService]
) -> AnyResponse:
    """Change a draft."""
    campaign = campaigns.get(campaign_id, current_actor())
    known = {
        "name": campaign.name,
        "subject": campaign.subject,
        "text": campaign.text,
        "location": campaign.location,
        "category": campaign.category,
        "since": campaign.since,
    }
    form = CampaignForm.read(initial={name: value for name, value in known.items() if value is not None})
    if form.accepted:
        try:
            campaigns.rewrite(campaign_id, form.command(), current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            return done(gettext("The draft is changed."), "campaigns.show", campaign_id=campaign_id)
    return _form(form, catalogue, campaign_id)


@blueprint.route("/<uuid:campaign_id>/send", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def send(campaign_id: UUID, campaigns: Injected[CampaignService]) -> AnyResponse:
    """Send it, after a question that says to how many."""
    if request.method == "GET":
        campaign = campaigns.get(campaign_id, current_actor())
        reach = campaigns.reach(campaign_id, current_actor())
        return page("admin/campaigns/send.html", campaign=campaign, reach=reach)
    try:
        sent = campaigns.send(campaign_id, current_actor())
    except ExodriveError as error:
        return _page(campaign_id, campaigns, error)
    told = ngettext("One mail is on its way.", "%(num)d mails are on their way.", sent)
    return done(told, "campaigns.show", campaign_id=campaign_id)


@blueprint.route("/<uuid:campaign_id>/cancel", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def cancel(campaign_id: UUID, campaigns: Injected[CampaignService]) -> AnyResponse:
    """Call off what has not gone out yet, after a question."""
    if request.method == "GET":
        return page("admin/campaigns/cancel.html", campaign=campaigns.get(campaign_id, current_actor()))
    campaigns.cancel(campaign_id, current_actor())
    return done(gettext("What had not gone out is called off."), "campaigns.show", campaign_id=campaign_id)


def _form(form: Any, catalogue: CatalogueService, campaign_id: UUID | None) -> Response:
    return page(
        "admin/campaigns/write.html",
        status=form.status,
        form=form,
        campaign_id=campaign_id,
        locations=[(place.slug, place.name) for place in catalogue.locations()],
    )


def _page(campaign_id: UUID, campaigns: CampaignService, error: ExodriveError | None = None) -> Response:
    actor = current_actor()
    campaign = campaigns.get(campaign_id, actor)
    draft = campaign.state is CampaignState.DRAFT
    return page(
        "admin/campaigns/show.html",
        fragment="live",
        status=STATUS[error.kind] if error else 200,
        campaign=campaign,
        reach=campaigns.reach(campaign_id, actor) if draft else campaign.recipients,
        progress=campaigns.progress(campaign),
        sandbox=FRAME_SANDBOX,
        problem=error.message if error else None,
    )
