"""Keeping documents, and handing them out."""

from datetime import datetime
from uuid import UUID

from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.document.contracts import DocumentKind, DocumentView, OpenDocument, StoredFile
from exodrive.services.document.models import Document
from exodrive.services.document.repository import DocumentRepository
from exodrive.services.document.storage import FileStore

_FOLDER = "document"


class DocumentService:
    """Versions of documents: once kept, never altered."""

    def __init__(
        self, *, uow: UnitOfWorkFactory, database: Database, audit: AuditService, files: FileStore
    ) -> None:
        self._uow = uow
        self._database = database
        self._audit = audit
        self._files = files
        self._documents = DocumentRepository()

    def keep(
        self,
        kind: DocumentKind,
        booking_id: UUID,
        contents: bytes,
        *,
        as_of: datetime,
        actor: Actor = SYSTEM,
    ) -> DocumentView:
        """Store a new version, unless the last one has the same contents or tells of a later instant. Gives the
        version that counts. Raises `StorageUnavailable`."""
        stored = self._files.put(_FOLDER, contents)
        with self._uow(actor) as uow:
            self._documents.lock(uow.session, kind, booking_id)
            last = self._documents.latest(uow.session, kind, booking_id)
            if last and (last.sha256 == stored.sha256 or last.as_of > as_of):
                return last
            row = _version(kind, booking_id, stored, last, as_of=as_of, made_at=uow.now)
            self._documents.add(uow.session, row)
            self._audit.record(
                uow,
                "document.made",
                "booking",
                booking_id,
                document_id=str(row.id),
                document=kind.value,
                version=row.version,
                sha256=stored.sha256.hex(),
            )
            uow.commit()
        return self._view(row.id)

    def latest(self, kind: DocumentKind, booking_id: UUID) -> DocumentView | None:
        """The version that counts; None while there is none."""
        with self._database.read() as connection:
            return self._documents.latest(connection, kind, booking_id)

    def of_booking(self, booking_id: UUID) -> tuple[DocumentView, ...]:
        """All versions of all documents of a booking, newest first."""
        with self._database.read() as connection:
            return self._documents.of_booking(connection, booking_id)

    def open(self, document_id: UUID) -> OpenDocument:
        """Raises `Missing`, `StorageUnavailable`; `FileDamaged` while it is read."""
        view = self._view(document_id)
        with self._database.read() as connection:
            key = self._documents.file_key(connection, document_id)
        return OpenDocument(view=view, pieces=self._files.open(key))

    def _view(self, document_id: UUID) -> DocumentView:
        with self._database.read() as connection:
            found = self._documents.get(connection, document_id)
        if found is None:
            raise Missing("There is no such document.")
        return found


def _version(
    kind: DocumentKind,
    booking_id: UUID,
    stored: StoredFile,
    last: DocumentView | None,
    *,
    as_of: datetime,
    made_at: datetime,
) -> Document:
    return Document(
        id=new_id(),
        kind=kind,
        booking_id=booking_id,
        version=last.version + 1 if last else 1,
        as_of=as_of,
        made_at=made_at,
        file_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
    )
