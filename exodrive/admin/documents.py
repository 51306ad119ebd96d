"""Documents of bookings, for staff."""

from uuid import UUID

from flask import Blueprint, Response
from wireup import Injected

from exodrive.http.context import current_actor
from exodrive.http.guards import staff
from exodrive.http.limits import limited
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.papers import BookingPapers

blueprint = Blueprint("papers", __name__, url_prefix="/admin/documents")


@blueprint.get("/<uuid:document_id>.pdf")
@staff(StaffRole.AGENT)
@limited("60/minute")
def show(document_id: UUID, papers: Injected[BookingPapers]) -> Response:
    """One version, as it was made."""
    found = papers.open(document_id, current_actor())
    view = found.document.view
    answer = Response(found.document.pieces, content_type="application/pdf")
    answer.headers["Content-Length"] = str(view.size)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{view.kind.value}-{found.reference}-{view.version}.pdf"'
    )
    return answer
