"""Keys of a partner: made, replaced and revoked. A secret is on one page, once."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.partners.blueprint import blueprint
from exodrive.core.errors import ExodriveError, Missing
from exodrive.http.context import current_actor
from exodrive.http.forms import form_of
from exodrive.http.guards import staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import IssueKey, KeyView, RotateKey
from exodrive.services.partner.keys import KeyService
from exodrive.services.partner.service import PartnerService

KeyForm = form_of(IssueKey)
RotateForm = form_of(RotateKey)


@blueprint.route("/<uuid:partner_id>/keys/new", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def issue(partner_id: UUID, partners: Injected[PartnerService], keys: Injected[KeyService]) -> Response:
    """A new key."""
    partner = partners.get(partner_id, current_actor())
    form = KeyForm.read()
    if form.accepted:
        try:
            made = keys.issue(partner_id, form.command(), current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            return page("admin/partners/secret.html", partner=partner, made=made, old=None)
    return page("admin/partners/issue.html", status=form.status, form=form, partner=partner)


@blueprint.route("/<uuid:partner_id>/keys/<uuid:key_id>/rotate", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def rotate(
    partner_id: UUID, key_id: UUID, partners: Injected[PartnerService], keys: Injected[KeyService]
) -> Response:
    """A new key in the place of this one, which works a while longer."""
    partner, key = partners.get(partner_id, current_actor()), _key(keys, partner_id, key_id)
    form = RotateForm.read()
    if form.accepted:
        try:
            made = keys.rotate(key_id, form.command(), current_actor())
        except ExodriveError as error:
            form.add_errors(error)
        else:
            old = keys.get(key_id, current_actor())
            return page("admin/partners/secret.html", partner=partner, made=made, old=old)
    return page("admin/partners/rotate.html", status=form.status, form=form, partner=partner, key=key)


@blueprint.route("/<uuid:partner_id>/keys/<uuid:key_id>/revoke", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def revoke(
    partner_id: UUID, key_id: UUID, partners: Injected[PartnerService], keys: Injected[KeyService]
) -> AnyResponse:
    """Let a key open nothing any more, after a question."""
    key = _key(keys, partner_id, key_id)
    if request.method == "POST":
        keys.revoke(key_id, current_actor())
        return done(gettext("The key opens nothing any more."), "partners.show", partner_id=partner_id)
    partner = partners.get(partner_id, current_actor())
    return page("admin/partners/revoke.html", partner=partner, key=key)


def _key(keys: KeyService, partner_id: UUID, key_id: UUID) -> KeyView:
    key = keys.get(key_id, current_actor())
    if key.partner_id != partner_id:
        raise Missing("There is no such key.")
    return key
