"""A member of staff's own keys of the API; owners revoke those of others here, too."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor
from exodrive.http.forms import form_of
from exodrive.http.guards import signed_in, staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import IssueToken
from exodrive.services.partner.tokens import TokenService

blueprint = Blueprint("tokens", __name__, url_prefix="/admin/me/keys")

TokenForm = form_of(IssueToken)


@blueprint.route("/new", methods=["GET", "POST"])
@staff(StaffRole.AGENT)
def make(tokens: Injected[TokenService]) -> Response:
    """A key of one's own; it is shown on this one page."""
    form = TokenForm.read()
    if form.accepted:
        try:
            made = tokens.make(form.command(), current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            return page("admin/me/key.html", made=made)
    return page("admin/me/new_key.html", status=form.status, form=form)


@blueprint.route("/<uuid:key_id>/revoke", methods=["GET", "POST"])
@staff(StaffRole.AGENT)
def revoke(key_id: UUID, tokens: Injected[TokenService]) -> AnyResponse:
    """Let it open nothing any more, after a question."""
    if request.method == "POST":
        staff_id = tokens.revoke(key_id, current_actor())
        told = gettext("The key opens nothing any more.")
        if staff_id == signed_in().staff_id:
            return done(told, "me.show")
        return done(told, "people.keys", staff_id=staff_id)
    return page("admin/me/revoke_key.html", key=tokens.get(key_id, current_actor()))
