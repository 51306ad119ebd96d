"""The mail log: finding a mail, seeing what became of it, sending it again; and the addresses that take no mail."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.frames import FRAME_SANDBOX, framed, in_a_frame
from exodrive.admin.words import deed, subject_of
from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor
from exodrive.http.errors import STATUS
from exodrive.http.forms import ContractForm, QueryForm, form_of, query_of
from exodrive.http.guards import signed_in, staff
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.mail_desk import MailDeskService
from exodrive.services.booking.mail_desk_contracts import (
    MAIL_KINDS,
    FindMails,
    FindSuppressed,
    MailOutdated,
    NameAddress,
    NameMails,
)
from exodrive.services.email.gateway import AddressSuppressed

blueprint = Blueprint("mails", __name__, url_prefix="/admin/mails")

Filters = query_of(FindMails)
AddressFilter = query_of(FindSuppressed)
SubjectForm = form_of(NameMails)
AddressForm = form_of(NameAddress)

_MOMENTS = {
    "promised": lazy_gettext("Promised"),
    "sent": lazy_gettext("Taken by the mail server"),
    "delivered": lazy_gettext("Delivered"),
    "delayed": lazy_gettext("Delayed; its server tries again"),
    "bounced": lazy_gettext("Came back"),
    "complained": lazy_gettext("Reported as spam"),
}


@blueprint.app_template_filter("mail_kind")
def kind_words(kind: str) -> str:
    """A mail's kind, for people."""
    return str(gettext(MAIL_KINDS.get(kind) or subject_of(kind)))


@blueprint.app_template_filter("mail_moment")
def moment_words(what: str) -> str:
    """What happened to a mail, for people."""
    return str(_MOMENTS.get(what) or deed(what))


@blueprint.get("")
@staff(StaffRole.AGENT)
def find(mails: Injected[MailDeskService]) -> Response:
    """The log; htmx asks for it alone when a filter changes."""
    return _log(Filters.read(), SubjectForm(None), mails)


@blueprint.post("")
@staff(StaffRole.AGENT)
def name(mails: Injected[MailDeskService]) -> AnyResponse:
    """To the mails of a booking or to an address. Sent, not asked for: an address does not belong into a link."""
    subject, form = SubjectForm.read(), Filters.read()
    if not subject.accepted:
        return _log(form, subject, mails)
    meant = {"booking": None, "to": None, "after": None} | mails.link(subject.command().subject)
    return redirect(url_for("mails.find", **form.link(**meant)), 303)


@blueprint.get("/<uuid:mail_id>")
@staff(StaffRole.AGENT)
def show(mail_id: UUID, mails: Injected[MailDeskService]) -> Response:
    """One mail, with what would be sent now."""
    return _page(mail_id, mails)


@blueprint.get("/<uuid:mail_id>/preview")
@staff(StaffRole.AGENT)
@in_a_frame
def preview(mail_id: UUID, mails: Injected[MailDeskService]) -> Response:
    """The HTML of a mail, for the frame of its page."""
    return framed(mails.preview(mail_id, current_actor()).html)


@blueprint.route("/<uuid:mail_id>/resend", methods=["GET", "POST"])
@staff(StaffRole.AGENT)
def resend(mail_id: UUID, mails: Injected[MailDeskService]) -> AnyResponse:
    """Ask first; then promise the mail once more."""
    if request.method == "GET":
        return page("admin/mails/resend.html", view=mails.get(mail_id, current_actor()))
    try:
        mails.ask_again(mail_id, current_actor())
    except (MailOutdated, AddressSuppressed) as error:
        return _page(mail_id, mails, error)
    return done(gettext("The mail is on its way once more."), "mails.show", mail_id=mail_id)


@blueprint.get("/suppressed")
@staff(StaffRole.AGENT)
def suppressed(mails: Injected[MailDeskService]) -> Response:
    """The addresses that take no mail."""
    return _addresses(AddressForm(None), mails)


@blueprint.post("/suppressed")
@staff(StaffRole.AGENT)
def name_suppressed(mails: Injected[MailDeskService]) -> AnyResponse:
    """To one of them, if it is there; sent for the same reason."""
    subject = AddressForm.read()
    if not subject.accepted:
        return _addresses(subject, mails)
    meant: dict[str, Any] = mails.link(subject.command().subject)
    return redirect(url_for("mails.suppressed", **meant), 303)


@blueprint.route("/suppressed/<uuid:suppression_id>/lift", methods=["GET", "POST"])
@staff(StaffRole.MANAGER)
def lift(suppression_id: UUID, mails: Injected[MailDeskService]) -> AnyResponse:
    """Ask first; then let the address have mail again."""
    if request.method == "GET":
        address = mails.suppression(suppression_id, current_actor())
        return page("admin/mails/lift.html", address=address)
    mails.lift(suppression_id, current_actor())
    return done(gettext("The address takes mail again."), "mails.suppressed")


def _log(form: QueryForm[FindMails], subject: ContractForm[NameMails], mails: MailDeskService) -> Response:
    wanted = form.command()
    found = mails.find(wanted, current_actor())
    kept = form.link(after=None)
    named = [one for one in ("booking", "to") if kept.get(one)]
    return page(
        "admin/mails/list.html",
        fragment="found",
        status=subject.status,
        form=form,
        subject=subject,
        found=found,
        kept=kept,
        named=named,
        everything=url_for("mails.find", **form.link(booking=None, to=None, after=None)),
        start=url_for("mails.find", **kept) if wanted.after else None,
        next=url_for("mails.find", **form.link(after=found.next)) if found.next else None,
        filtered=bool(kept),
    )


def _addresses(subject: ContractForm[NameAddress], mails: MailDeskService) -> Response:
    form = AddressFilter.read()
    wanted = form.command()
    found = mails.suppressed(wanted, current_actor())
    kept = form.link(after=None)
    return page(
        "admin/mails/suppressed.html",
        fragment="found",
        status=subject.status,
        subject=subject,
        found=found,
        links={one.id: mails.link(one.recipient) for one in found.addresses},
        start=url_for("mails.suppressed", **kept) if wanted.after else None,
        next=url_for("mails.suppressed", **form.link(after=found.next)) if found.next else None,
        filtered=bool(kept),
        may_lift=_may_lift(),
    )


def _page(mail_id: UUID, mails: MailDeskService, problem: ExodriveError | None = None) -> Response:
    actor = current_actor()
    view = mails.get(mail_id, actor)
    return page(
        "admin/mails/show.html",
        status=STATUS[problem.kind] if problem else 200,
        view=view,
        same=mails.link(view.line.recipient),
        shown=mails.preview(mail_id, actor) if view.obstacle is None else None,
        as_text=request.args.get("as") == "text",
        sandbox=FRAME_SANDBOX,
        problem=problem.message if problem else None,
        may_lift=_may_lift(),
    )


def _may_lift() -> bool:
    return signed_in().role.covers(StaffRole.MANAGER)
