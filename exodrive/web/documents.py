"""Files for those who hold a link: the receipt of a booking."""

from flask import Blueprint, Response
from wireup import Injected

from exodrive.http.guards import by_token
from exodrive.http.limits import limited
from exodrive.http.render import page
from exodrive.services.booking.papers import BookingPapers

blueprint = Blueprint("documents", __name__)

_LOOK_AGAIN = 5  # seconds


@blueprint.get("/booking/<token>/receipt.pdf")
@by_token
@limited("60/minute")
def receipt(token: str, papers: Injected[BookingPapers]) -> Response:
    """The newest receipt; while the first one is being made, a page that says so."""
    found = papers.receipt(token)
    if found.document is None:
        answer = page("web/booking/receipt.html", status=202, token=token, booking=found.booking)
        answer.headers["Retry-After"] = str(_LOOK_AGAIN)
        return answer
    reference, version = found.booking.reference, found.document.view.version
    answer = Response(found.document.pieces, content_type="application/pdf")
    answer.headers["Content-Length"] = str(found.document.view.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{reference}-{version}.pdf"'
    return answer
