"""The queue of documents."""

import wireup

from exodrive.queue.context import current_actor
from exodrive.queue.registry import handles
from exodrive.services.booking.papers import BookingPapers
from exodrive.services.document.contracts import MakeDocument


@handles(MakeDocument)
def make_document(payload: MakeDocument, container: wireup.SyncContainer) -> None:
    container.get(BookingPapers).make(payload.kind, payload.booking_id, current_actor())
