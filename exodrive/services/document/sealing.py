"""Files at rest: sealed piece by piece, so that a file of any size takes the memory of one piece.

A sealed file is `_MAGIC`, 16 random bytes that name the file, then pieces: four bytes of length, and a token of the
cipher. Each token holds the file's name, the piece's number and whether it is the last, before its part of the
contents: pieces that are swapped, repeated, left out or taken from another file do not open."""

import secrets
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from exodrive.core.crypto import Undecipherable
from exodrive.core.types import key_ring
from exodrive.services.document.errors import FileDamaged

PIECE = 256 * 1024  # bytes of clear contents
_MAGIC = b"exodrive-file-1\n"
_NAME = 16
_LONGEST_TOKEN = 2 * PIECE
_MORE, _LAST = b"\0", b"\1"


class Sealer:
    """Writes a sealed file to `target`."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._name = secrets.token_bytes(_NAME)
        self._number = 0
        self._rest = bytearray()
        target.write(_MAGIC + self._name)

    def write(self, contents: bytes) -> None:
        self._rest += contents
        while len(self._rest) > PIECE:
            self._piece(bytes(self._rest[:PIECE]), _MORE)
            del self._rest[:PIECE]

    def finish(self) -> None:
        """Write what is left, marked as the last."""
        self._piece(bytes(self._rest), _LAST)
        self._rest.clear()

    def _piece(self, contents: bytes, mark: bytes) -> None:
        token = key_ring.cipher.encrypt(self._name + self._number.to_bytes(8, "big") + mark + contents)
        self._target.write(len(token).to_bytes(4, "big") + token)
        self._number += 1


def unseal(sealed: Iterable[bytes]) -> Iterator[bytes]:
    """The contents, in pieces. Raises `FileDamaged`, at the latest in place of the last piece."""
    reader = _Reader(sealed)
    if reader.take(len(_MAGIC)) != _MAGIC:
        raise FileDamaged("This is not a file of ours.")
    name, number, mark = reader.take(_NAME), 0, _MORE
    while mark == _MORE:
        length = int.from_bytes(reader.take(4), "big")
        if length > _LONGEST_TOKEN:
            raise FileDamaged("The file was altered.")
        head = name + number.to_bytes(8, "big")
        opened = _opened(reader.take(length))
        mark = opened[len(head) : len(head) + 1]
        if opened[: len(head)] != head or mark not in (_MORE, _LAST):
            raise FileDamaged("The file was altered.")
        if mark == _LAST and reader.take_up_to(1):
            raise FileDamaged("The file goes on after its end.")
        yield opened[len(head) + 1 :]
        number += 1


def _opened(token: bytes) -> bytes:
    try:
        return key_ring.cipher.decrypt(token)
    except Undecipherable as error:
        raise FileDamaged("The file was altered, or its key is gone.") from error


class _Reader:
    """Exact lengths out of pieces of any length."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = bytearray()

    def take(self, length: int) -> bytes:
        found = self.take_up_to(length)
        if len(found) < length:
            raise FileDamaged("The file was cut short.")
        return found

    def take_up_to(self, length: int) -> bytes:
        while len(self._rest) < length:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        found = bytes(self._rest[:length])
        del self._rest[:length]
        return found
