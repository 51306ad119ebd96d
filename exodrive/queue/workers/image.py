"""The queue of photographs."""

import wireup

from exodrive.queue.context import current_actor
from exodrive.queue.registry import handles
from exodrive.services.job.context import JobContext
from exodrive.services.media.contracts import PreparePhoto
from exodrive.services.media.service import PhotoService


@handles(PreparePhoto)
def prepare(payload: PreparePhoto, container: wireup.SyncContainer, own: JobContext) -> None:
    state = container.get(PhotoService).prepare(payload.photo_id, own.progress, current_actor())
    own.result({"state": state.value})
