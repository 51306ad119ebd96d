"""Paying with a test card, and the page of the bank that asks back."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response
from wireup import Injected

from exodrive.core.errors import ExodriveError
from exodrive.http.forms import form_of
from exodrive.http.guards import by_token
from exodrive.http.limits import limited
from exodrive.http.render import page
from exodrive.services.payment.contracts import ChargeState
from exodrive.services.payment.sandbox.cards import CARDS, titled
from exodrive.services.payment.sandbox.contracts import ChargeView, Landing, PayByCard
from exodrive.services.payment.sandbox.page import SandboxPageService

blueprint = Blueprint("sandbox", __name__, url_prefix="/sandbox")

CardForm = form_of(PayByCard)


@blueprint.route("/pay/<token>", methods=["GET", "POST"])
@by_token
@limited("30/minute", methods=["POST"])
def pay(token: str, sandbox: Injected[SandboxPageService]) -> Response:
    charge = sandbox.view(token)
    form = CardForm.read(initial=_example(charge))
    if form.accepted:
        try:
            return _go(sandbox.pay(token, form.command()), charge)
        except ExodriveError as error:
            form.add_errors(error)
    if charge.state is ChargeState.CHALLENGE:
        return redirect(url_for("sandbox.challenge", token=token), 303)
    if charge.state is not ChargeState.CREATED:
        return page("sandbox/finished.html", charge=charge)
    return page("sandbox/pay.html", status=form.status, charge=charge, form=form, cards=CARDS)


@blueprint.get("/challenge/<token>")
@by_token
def challenge(token: str, sandbox: Injected[SandboxPageService]) -> Response:
    charge = sandbox.view(token)
    if charge.state is not ChargeState.CHALLENGE:
        return redirect(url_for("sandbox.pay", token=token), 303)
    return page("sandbox/challenge.html", charge=charge)


@blueprint.post("/challenge/<token>")
@by_token
@limited("30/minute")
def answer(token: str, sandbox: Injected[SandboxPageService]) -> Response:
    charge = sandbox.view(token)
    return _go(sandbox.answer(token, approve=request.form.get("answer") == "approve"), charge)


@blueprint.post("/cancel/<token>")
@by_token
@limited("30/minute")
def cancel(token: str, sandbox: Injected[SandboxPageService]) -> Response:
    charge = sandbox.view(token)
    return _go(sandbox.cancel(token), charge)


@blueprint.get("/closed/<token>")
@by_token
def closed(token: str, sandbox: Injected[SandboxPageService]) -> Response:
    """Where the customer of the "closed tab" card is left: no way back, as if the tab were gone."""
    return page("sandbox/closed.html", charge=sandbox.view(token))


def _example(charge: ChargeView) -> dict[str, Any]:
    """A test card that was picked from the list, ready to be sent."""
    card = titled(request.args.get("card", ""))
    return {"number": card.shown, "expiry": charge.good_until, "cvc": "123"} if card else {}


def _go(landing: Landing, charge: ChargeView) -> Response:
    """Onwards. The return address was checked to be the merchant's own when the charge was made."""
    match landing:
        case Landing.CHALLENGE:
            return redirect(url_for("sandbox.challenge", token=charge.reference), 303)
        case Landing.STAY:
            return redirect(url_for("sandbox.closed", token=charge.reference), 303)
        case Landing.RETURN:
            return redirect(charge.return_url, 303)
