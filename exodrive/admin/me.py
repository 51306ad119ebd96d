"""A member of staff's own account: devices that are signed in, keys of the API, and the password."""

from uuid import UUID

from flask import Blueprint, Response, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, let_in, page, see_off
from exodrive.admin.device import this_device
from exodrive.core.clock import Clock
from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor
from exodrive.http.forms import ContractForm, form_of
from exodrive.http.guards import signed_in, staff
from exodrive.services.account.contracts import ChangePassword, StaffRole
from exodrive.services.account.entry import EntryService
from exodrive.services.account.sessions import SessionService
from exodrive.services.partner.tokens import TokenService

blueprint = Blueprint("me", __name__, url_prefix="/admin/me")

PasswordForm = form_of(ChangePassword)


@blueprint.get("")
@staff(StaffRole.AGENT)
def show(
    sessions: Injected[SessionService], tokens: Injected[TokenService], clock: Injected[Clock]
) -> Response:
    return _page(PasswordForm.read(), sessions, tokens, clock)


@blueprint.post("/password")
@staff(StaffRole.AGENT)
def password(
    entry: Injected[EntryService],
    sessions: Injected[SessionService],
    tokens: Injected[TokenService],
    clock: Injected[Clock],
) -> AnyResponse:
    """A new password signs all other devices out, and this one in anew."""
    form = PasswordForm.read()
    if form.accepted:
        try:
            entrance = entry.change_password(form.command(), this_device(), current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            response = let_in(entrance, url_for("me.show"))
            done(gettext("Your password is changed. All other devices are signed out."), "me.show")
            return response
    return _page(form, sessions, tokens, clock)


@blueprint.post("/sessions/<uuid:session_id>/revoke")
@staff(StaffRole.AGENT)
def revoke(session_id: UUID, sessions: Injected[SessionService]) -> AnyResponse:
    """Sign one device out."""
    sessions.revoke(session_id, current_actor())
    return done(gettext("That device is signed out."), "me.show")


@blueprint.post("/sessions/revoke-others")
@staff(StaffRole.AGENT)
def revoke_others(sessions: Injected[SessionService]) -> AnyResponse:
    """Sign all devices out but this one."""
    ended = sessions.revoke_others(signed_in().session_id, current_actor())
    return done(
        ngettext("%(num)d device is signed out.", "%(num)d devices are signed out.", ended), "me.show"
    )


@blueprint.post("/sign-out")
@staff(StaffRole.AGENT)
def sign_out(sessions: Injected[SessionService]) -> AnyResponse:
    """Leave, on this device."""
    sessions.leave(signed_in().session_id, current_actor())
    return see_off(url_for("entrance.sign_in"))


def _page(
    form: ContractForm[ChangePassword], sessions: SessionService, tokens: TokenService, clock: Clock
) -> Response:
    return page(
        "admin/me/show.html",
        status=form.status,
        form=form,
        sessions=sessions.mine(current_actor(), signed_in().session_id),
        keys=tokens.mine(current_actor()),
        now=clock.now(),
    )
