"""Opening procedures of the API step by step: for owners."""

from typing import Any

from flask import Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.partners.blueprint import blueprint, views
from exodrive.core.errors import Missing
from exodrive.http.context import current_actor
from exodrive.http.forms import form_of
from exodrive.http.guards import staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.service import StaffService
from exodrive.services.partner.contracts import RolloutView, SetRollout
from exodrive.services.partner.rollout import RolloutService
from exodrive.services.partner.service import PartnerService

NewForm = form_of(SetRollout)
ChangeForm = form_of(SetRollout, fixed=("procedure",))


@blueprint.get("/rollout")
@staff(StaffRole.OWNER)
def rollouts(
    rollout: Injected[RolloutService], partners: Injected[PartnerService], people: Injected[StaffService]
) -> Response:
    """Every procedure that is not simply open."""
    actor = current_actor()
    said = rollout.everything(actor)
    return page(
        "admin/partners/rollouts.html",
        said=said,
        partners=partners.names(actor),
        people=people.names({one.changed_by for one in said}),
        tabs=views("partners.rollouts"),
    )


@blueprint.route("/rollout/new", methods=["GET", "POST"])
@staff(StaffRole.OWNER)
def allow(rollout: Injected[RolloutService], partners: Injected[PartnerService]) -> AnyResponse:
    """Say of a procedure for whom it is open."""
    form = NewForm.read(initial={"enabled": True, "percent": 0})
    if form.accepted:
        rollout.set(form.command(), current_actor())
        return done(gettext("It holds within five seconds."), "partners.rollouts")
    return _form(form, partners, None)


@blueprint.route("/rollout/<procedure>", methods=["GET", "POST"])
@staff(StaffRole.OWNER)
def edit(
    procedure: str, rollout: Injected[RolloutService], partners: Injected[PartnerService]
) -> AnyResponse:
    """Say it anew."""
    said = _said(rollout, procedure)
    known = {
        "enabled": said.enabled,
        "percent": said.percent,
        "partners": [str(one) for one in said.partners],
    }
    form = ChangeForm.read(initial=known, fixed={"procedure": procedure})
    if form.accepted:
        rollout.set(form.command(), current_actor())
        return done(gettext("It holds within five seconds."), "partners.rollouts")
    return _form(form, partners, said)


@blueprint.route("/rollout/<procedure>/clear", methods=["GET", "POST"])
@staff(StaffRole.OWNER)
def clear(procedure: str, rollout: Injected[RolloutService]) -> AnyResponse:
    """Open a procedure for everybody, after a question."""
    if request.method == "POST":
        rollout.clear(procedure, current_actor())
        return done(gettext("It is open for everybody."), "partners.rollouts")
    return page("admin/partners/clear.html", said=_said(rollout, procedure))


def _said(rollout: RolloutService, procedure: str) -> RolloutView:
    found = next((one for one in rollout.everything(current_actor()) if one.procedure == procedure), None)
    if found is None:
        raise Missing("Nothing is said of this procedure.")
    return found


def _form(form: Any, partners: PartnerService, said: RolloutView | None) -> Response:
    return page(
        "admin/partners/rollout.html",
        status=form.status,
        form=form,
        said=said,
        partners=partners.names(current_actor()),
    )
