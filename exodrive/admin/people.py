"""Who works here: for owners."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.core.clock import Clock
from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor
from exodrive.http.errors import STATUS
from exodrive.http.forms import form_of
from exodrive.http.guards import staff
from exodrive.services.account.contracts import ROLE_WORDS, ChangeRole, InviteStaff, StaffRole
from exodrive.services.account.errors import LastOwner
from exodrive.services.account.service import StaffService
from exodrive.services.partner.tokens import TokenService

blueprint = Blueprint("people", __name__, url_prefix="/admin/staff")

Invitation = form_of(InviteStaff)
RoleForm = form_of(ChangeRole)


@blueprint.get("")
@staff(StaffRole.OWNER)
def everybody(people: Injected[StaffService]) -> Response:
    return page("admin/staff/list.html", people=people.everybody(current_actor()))


@blueprint.route("/invite", methods=["GET", "POST"])
@staff(StaffRole.OWNER)
def invite(people: Injected[StaffService]) -> AnyResponse:
    """Make an account and mail its link."""
    form = Invitation.read()
    if form.accepted:
        command = form.command()
        try:
            staff_id = people.invite(command, current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            told = gettext("An invitation is on its way to %(name)s.", name=command.name)
            return done(told, "people.show", staff_id=staff_id)
    return page("admin/staff/invite.html", status=form.status, form=form)


@blueprint.get("/<uuid:staff_id>")
@staff(StaffRole.OWNER)
def show(staff_id: UUID, people: Injected[StaffService]) -> Response:
    return _page(staff_id, people)


@blueprint.get("/<uuid:staff_id>/keys")
@staff(StaffRole.OWNER)
def keys(
    staff_id: UUID, people: Injected[StaffService], tokens: Injected[TokenService], clock: Injected[Clock]
) -> Response:
    """The keys of the API that somebody made for themselves."""
    actor = current_actor()
    return page(
        "admin/staff/keys.html",
        person=people.get(staff_id, actor),
        keys=tokens.of_member(staff_id, actor),
        now=clock.now(),
    )


@blueprint.post("/<uuid:staff_id>/role")
@staff(StaffRole.OWNER)
def role(staff_id: UUID, people: Injected[StaffService]) -> AnyResponse:
    """What somebody may do, from the next request on."""
    form = RoleForm.read()
    try:
        people.change_role(staff_id, form.command(), current_actor())
    except LastOwner as error:
        return _page(staff_id, people, error)
    return done(gettext("The role is changed."), "people.show", staff_id=staff_id)


@blueprint.post("/<uuid:staff_id>/invite-again")
@staff(StaffRole.OWNER)
def invite_again(staff_id: UUID, people: Injected[StaffService]) -> AnyResponse:
    """A new link; the old one opens nothing any more."""
    people.invite_again(staff_id, current_actor())
    return done(gettext("A new invitation is on its way."), "people.show", staff_id=staff_id)


@blueprint.route("/<uuid:staff_id>/deactivate", methods=["GET", "POST"])
@staff(StaffRole.OWNER)
def deactivate(staff_id: UUID, people: Injected[StaffService]) -> AnyResponse:
    """Shut somebody out, after a question."""
    if request.method == "POST":
        try:
            people.deactivate(staff_id, current_actor())
        except LastOwner as error:
            return _page(staff_id, people, error)
        return done(
            gettext("The account is shut and signed out everywhere."), "people.show", staff_id=staff_id
        )
    return page("admin/staff/deactivate.html", person=people.get(staff_id, current_actor()))


@blueprint.post("/<uuid:staff_id>/reactivate")
@staff(StaffRole.OWNER)
def reactivate(staff_id: UUID, people: Injected[StaffService]) -> AnyResponse:
    """Let somebody in again."""
    people.reactivate(staff_id, current_actor())
    return done(gettext("The account is open again."), "people.show", staff_id=staff_id)


@blueprint.post("/<uuid:staff_id>/sign-out")
@staff(StaffRole.OWNER)
def sign_out(staff_id: UUID, people: Injected[StaffService]) -> AnyResponse:
    """End every session of somebody."""
    ended = people.sign_out_everywhere(staff_id, current_actor())
    told = ngettext("%(num)d device is signed out.", "%(num)d devices are signed out.", ended)
    return done(told, "people.show", staff_id=staff_id)


def _page(staff_id: UUID, people: StaffService, error: ExodriveError | None = None) -> Response:
    person = people.get(staff_id, current_actor())
    return page(
        "admin/staff/show.html",
        status=STATUS[error.kind] if error else 200,
        person=person,
        problem=error.message if error else None,
        roles=[(one.value, words) for one, words in ROLE_WORDS.items()],
        story=people.story(staff_id, current_actor()),
    )
