"""Files for those who hold a link: the receipt and the confirmation of a booking."""

from flask import Blueprint, Response
from wireup import Injected

from exodrive.http.guards import by_token
from exodrive.http.limits import limited
from exodrive.http.render import page
from exodrive.services.booking.papers import BookingPapers, PaperView

blueprint = Blueprint("documents", __name__)

_LOOK_AGAIN = 5  # seconds


@blueprint.get("/booking/<token>/receipt.pdf")
@by_token
@limited("60/minute")
def receipt(token: str, papers: Injected[BookingPapers]) -> Response:
    """The newest receipt; while the first one is being made, a page that says so."""
    return _answer(papers.receipt(token), token, "receipt")


@blueprint.get("/booking/<token>/confirmation.pdf")
@by_token
@limited("60/minute")
def confirmation(token: str, papers: Injected[BookingPapers]) -> Response:
    """What the driver takes along; while it is being made, a page that says so."""
    return _answer(papers.confirmation(token), token, "confirmation")


def _answer(found: PaperView, token: str, name: str) -> Response:
    if found.document is None:
        answer = page("web/booking/paper.html", status=202, token=token, booking=found.booking, name=name)
        answer.headers["Retry-After"] = str(_LOOK_AGAIN)
        return answer
    view = found.document.view
    answer = Response(found.document.pieces, content_type="application/pdf")
    answer.headers["Content-Length"] = str(view.size)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{name}-{found.booking.reference}-{view.version}.pdf"'
    )
    return answer
