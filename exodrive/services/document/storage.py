"""The port of the file store: a folder, by its address in the settings. What is kept there is sealed."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore

from exodrive.core.errors import Missing
from exodrive.services.document.contracts import StoredFile
from exodrive.services.document.errors import StorageUnavailable
from exodrive.services.document.sealing import Sealer, unseal
from exodrive.settings import Settings

if TYPE_CHECKING:
    from obstore import GetResult

_READ = 1024 * 1024  # bytes fetched at once


class FileDraft:
    """A file that is being written. `stored` says where it went, once the `with` that gave it has ended."""

    def __init__(self, target: BinaryIO) -> None:
        self._sealer = Sealer(target)
        self._hash = hashlib.sha256()
        self._size = 0
        self._stored: StoredFile | None = None

    def write(self, contents: bytes) -> int:
        self._sealer.write(contents)
        self._hash.update(contents)
        self._size += len(contents)
        return len(contents)

    def flush(self) -> None:
        """Nothing: writers of files call it."""

    def end(self, folder: str) -> StoredFile:
        """Seal what is left; the key follows from the contents."""
        self._sealer.finish()
        name = self._hash.hexdigest()
        self._stored = StoredFile(
            key=f"{folder}/{name[:2]}/{name}", sha256=self._hash.digest(), size=self._size
        )
        return self._stored

    @property
    def stored(self) -> StoredFile:
        if self._stored is None:
            raise RuntimeError("the file is not written yet")
        return self._stored


class FileStore:
    """Keeps files under keys that follow from their contents: `<folder>/<two digits>/<SHA-256>`. Storing the same
    contents twice is the same file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _store(self) -> LocalStore:
        try:
            return LocalStore(self._settings.storage_folder, mkdir=True)
        except BaseError as error:
            raise StorageUnavailable("The file store cannot be opened.") from error

    def put(self, folder: str, contents: bytes) -> StoredFile:
        """Raises `StorageUnavailable`."""
        with self.draft(folder) as draft:
            draft.write(contents)
        return draft.stored

    @contextmanager
    def draft(self, folder: str) -> Iterator[FileDraft]:
        """A file to be written piece by piece; it appears whole at the end, or not at all. Raises
        `StorageUnavailable`."""
        try:
            with TemporaryFile() as sealed:
                draft = FileDraft(sealed)
                yield draft
                stored = draft.end(folder)
                sealed.seek(0)
                obstore.put(self._store, stored.key, sealed, max_concurrency=2)
        except (BaseError, OSError) as error:
            raise StorageUnavailable("The file could not be stored.") from error

    def open(self, key: str) -> Iterator[bytes]:
        """The clear contents, in pieces. Raises `Missing` at once; later `FileDamaged`, `StorageUnavailable`."""
        try:
            found = obstore.get(self._store, key)
        except (
            NotFoundError,
            FileNotFoundError,
        ) as error:  # it raises the latter for a folder of this machine
            raise Missing("This file is not there any more.") from error
        except BaseError as error:
            raise StorageUnavailable("The file store does not answer.") from error
        return unseal(_fetched(found))

    def delete(self, keys: Sequence[str]) -> None:
        """Delete files; nothing for those that are not there. Raises `StorageUnavailable`."""
        for key in keys:
            try:
                obstore.delete(self._store, key)
            except (NotFoundError, FileNotFoundError):
                continue
            except BaseError as error:
                raise StorageUnavailable("The file could not be deleted.") from error

    def clear(self, folder: str) -> None:
        """Delete everything in a folder; nothing where there is none. Raises `StorageUnavailable`."""
        try:
            for found in obstore.list(self._store, folder):
                obstore.delete(self._store, [meta["path"] for meta in found])
        except (BaseError, FileNotFoundError) as error:
            if not isinstance(error, NotFoundError | FileNotFoundError):
                raise StorageUnavailable("The file could not be deleted.") from error


def _fetched(found: "GetResult") -> Iterator[bytes]:
    try:
        for piece in found.stream(min_chunk_size=_READ):
            yield bytes(piece)
    except (BaseError, OSError) as error:
        raise StorageUnavailable("The file store stopped answering.") from error
