"""The application with routes that do one thing each, so that the hall is seen at work."""

from collections.abc import Callable, Iterator

import pytest
import wireup
from flask import Blueprint, Flask, Response, g, request
from flask.testing import FlaskClient

import exodrive.app
from exodrive.app import create_app
from exodrive.core.contract import contract, field, validate
from exodrive.core.errors import ExodriveError, Forbidden, Invalid, Kind, Limited, Missing, Unavailable
from exodrive.http.context import current_actor
from exodrive.http.forms import form_of
from exodrive.http.guards import by_signature, by_token, development_only, public
from exodrive.http.limits import limited
from exodrive.settings import Settings


class CarTakenHere(ExodriveError):
    kind = Kind.CONFLICT
    code = "car_taken"


class QuoteGone(ExodriveError):
    kind = Kind.GONE
    code = "quote_expired"


class NotSignedIn(ExodriveError):
    kind = Kind.UNAUTHENTICATED
    code = "unauthenticated"


@contract
class Rename:
    name: str = field(validate.Length(min=2, max=10), label="New name")


ERRORS: dict[str, Exception] = {
    "invalid": Invalid.at("name", "Too <b>short</b>."),
    "unauthenticated": NotSignedIn("Who are you?"),
    "forbidden": Forbidden("Not yours."),
    "missing": Missing("There is no <i>such</i> car."),
    "conflict": CarTakenHere("The car was taken just now."),
    "gone": QuoteGone("This price has expired."),
    "limited": Limited("Too often.", retry_after=7),
    "unavailable": Unavailable("The bank does not answer."),
    "bug": ZeroDivisionError("secret of anna@example.com"),
}


def probe() -> Blueprint:
    """Routes that do one thing each."""
    blueprint = Blueprint("probe", __name__, url_prefix="/probe")

    @blueprint.route("/raise/<name>", methods=["GET", "POST"])
    @public
    def fail(name: str) -> Response:
        raise ERRORS[name]

    @blueprint.get("/token/<token>")
    @by_token
    def private(token: str) -> str:
        if token != "good":
            raise Missing("No such booking.")
        return "<p>yours</p>"

    @blueprint.post("/hook")
    @by_signature
    def hook() -> str:
        return "heard"

    @blueprint.get("/mailbox")
    @development_only
    def mailbox() -> str:
        return "mail"

    @blueprint.route("/often", methods=["GET", "POST"])
    @public
    @limited("3/minute")
    def often() -> str:
        return "ok"

    @blueprint.post("/rename")
    @public
    def rename() -> Response:
        form = form_of(Rename).read()
        return Response(form.command().name) if form.accepted else Response(str(form.errors), form.status)

    @blueprint.get("/who")
    @public
    def who() -> dict[str, str | None]:
        return {
            "request_id": current_actor().request_id,
            "address": request.remote_addr,
            "scheme": request.scheme,
        }

    @blueprint.get("/long")
    @public
    def long() -> str:
        return "<p>word</p>" * 500

    return blueprint


@pytest.fixture
def make_app(container: wireup.SyncContainer, monkeypatch: pytest.MonkeyPatch) -> Callable[[Settings], Flask]:
    """The product's application with the probing routes, under the settings given."""

    def make(settings: Settings) -> Flask:
        with monkeypatch.context() as patch:
            patch.setattr(exodrive.app, "BLUEPRINTS", (*exodrive.app.BLUEPRINTS, probe()))
            return create_app(settings, container=container)

    return make


@pytest.fixture
def app(make_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
    return make_app(settings)


@pytest.fixture
def csrf(client: FlaskClient) -> str:
    """A CSRF token of the client's session."""
    return csrf_token(client)


def csrf_token(client: FlaskClient) -> str:
    page = client.get("/privacy").get_data(as_text=True)
    return page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """A request to anywhere, for what needs one."""
    with app.test_request_context("/"):
        g.request_id = "test-request"
        yield
