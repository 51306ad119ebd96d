"""The pages in front of the staff's door: sign-in, one-time links, and the way back to a password."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import door, let_in, on_not_signed_in, page, safe_onward
from exodrive.admin.device import this_device
from exodrive.admin.words import FILTERS
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.errors import ExodriveError
from exodrive.http.context import current_actor, request_id
from exodrive.http.errors import STATUS
from exodrive.http.forms import form_of
from exodrive.http.guards import by_token, staff_entrance
from exodrive.services.account.contracts import AskForReset, SetPassword, SignIn
from exodrive.services.account.entry import EntryService
from exodrive.services.account.errors import LinkSpent, NotSignedIn

blueprint = Blueprint("entrance", __name__, url_prefix="/admin")
blueprint.app_context_processor(door)
blueprint.app_errorhandler(NotSignedIn)(on_not_signed_in)
for name, words in FILTERS.items():
    blueprint.add_app_template_filter(words, name)

SignInForm = form_of(SignIn, also=("next",))
ResetForm = form_of(AskForReset)
PasswordForm = form_of(SetPassword)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@staff_entrance
def sign_in(entry: Injected[EntryService]) -> AnyResponse:
    """E-mail and password; then on to the page that was asked for."""
    form = SignInForm.read()
    onward = request.values.get("next", "")
    if form.accepted:
        try:
            return let_in(entry.sign_in(form.command(), this_device(), current_actor()), safe_onward(onward))
        except ExodriveError as error:
            form.add_errors(error)
    return page("admin/entrance/sign_in.html", status=form.status, form=form, onward=onward)


@blueprint.route("/forgotten", methods=["GET", "POST"])
@staff_entrance
def forgotten(entry: Injected[EntryService]) -> Response:
    """Ask for a link to a new password. The answer is the same for every address."""
    form = ResetForm.read()
    asked = False
    if form.accepted:
        try:
            entry.ask_for_reset(form.command(), this_device(), current_actor())
            asked = True
        except ExodriveError as error:
            form.add_errors(error)
    return page("admin/entrance/forgotten.html", status=form.status, form=form, asked=asked)


@blueprint.route("/welcome/<token>", methods=["GET", "POST"])
@by_token
def welcome(token: str, entry: Injected[EntryService]) -> AnyResponse:
    """What a one-time link opens: choose a password, and be inside."""
    try:
        link = entry.look(token)
        form = PasswordForm.read()
        if form.accepted:
            try:
                actor = Actor(kind=ActorKind.STAFF, request_id=request_id())
                entrance = entry.choose_password(token, form.command(), this_device(), actor)
                return let_in(entrance, safe_onward(None))
            except LinkSpent:
                raise
            except ExodriveError as error:
                form.add_errors(error)
    except LinkSpent as error:
        return page("admin/entrance/spent.html", status=STATUS[error.kind])
    return page("admin/entrance/welcome.html", status=form.status, form=form, link=link, token=token)
