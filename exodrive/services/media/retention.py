"""The files of photographs that were taken off: kept while something may still show them, then deleted."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from exodrive.core.actor import SYSTEM
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.document.storage import FileStore
from exodrive.services.media import repository

KEPT = timedelta(days=30)
"""After a photograph was taken off: for pages that are open, and for the mails of a month, which show it from here."""

_BATCH = 100


class PhotoRetention:
    """Files first, then the note that there are none: what a crash leaves between is deleted by the next run."""

    def __init__(self, uow: UnitOfWorkFactory, database: Database, clock: Clock, files: FileStore) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._files = files

    def prune(self) -> int:
        """Delete what was taken off long ago; of how many photographs. The photographs themselves stay known. Raises
        `StorageUnavailable`."""
        before = self._clock.now() - KEPT
        number = 0
        while True:
            with self._database.read() as connection:
                due = repository.removed_before(connection, before, _BATCH)
            for row in due:
                self._delete(row["id"], row["files"])
            number += len(due)
            if len(due) < _BATCH:
                return number

    def _delete(self, photo_id: UUID, files: Mapping[str, Any]) -> None:
        own = repository.folder(photo_id)
        elsewhere = {file["key"] for file in files.values() if not file["key"].startswith(f"{own}/")}
        with self._database.read() as connection:
            elsewhere -= repository.shared(connection, photo_id, elsewhere)
        self._files.clear(own)
        self._files.delete(sorted(elsewhere))
        with self._uow(SYSTEM) as uow:
            repository.change(uow.session, photo_id, files={})
            uow.commit()
