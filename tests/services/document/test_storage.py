"""Files at rest: unreadable, whole, and gone when they are deleted."""

import io
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from exodrive.core.crypto import Cipher
from exodrive.core.errors import Missing
from exodrive.core.types import key_ring
from exodrive.services.document.errors import FileDamaged, StorageUnavailable
from exodrive.services.document.sealing import PIECE, Sealer, unseal
from exodrive.services.document.storage import FileStore
from exodrive.settings import Settings

OLD = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _keys(settings: Settings) -> Iterator[None]:
    key_ring.fill(Cipher([OLD]))
    yield
    key_ring.fill(Cipher([key.get_secret_value() for key in settings.encryption_keys]))


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> FileStore:
    return FileStore(settings.model_copy(update={"storage_url": tmp_path.as_uri()}))


def sealed(contents: bytes) -> bytes:
    target = io.BytesIO()
    sealer = Sealer(target)
    sealer.write(contents)
    sealer.finish()
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 23 * PIECE + 7])
def test_what_goes_in_comes_out(files: FileStore, tmp_path: Path, size: int) -> None:
    contents = secrets.token_bytes(size)
    stored = files.put("document", contents)
    assert stored.size == size
    assert b"".join(files.open(stored.key)) == contents
    assert files.put("document", contents) == stored
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert kept.relative_to(tmp_path).as_posix() == stored.key
    assert stored.key.endswith(stored.sha256.hex())


def test_nothing_can_be_read_on_the_disk(files: FileStore, tmp_path: Path) -> None:
    stored = files.put("document", b"Ada Lovelace" * 1000)
    assert b"Ada Lovelace" not in (tmp_path / stored.key).read_bytes()


def test_a_key_that_was_rotated_still_opens_and_one_that_is_gone_does_not(files: FileStore) -> None:
    stored = files.put("document", b"contents")
    new = Fernet.generate_key().decode()
    key_ring.fill(Cipher([new, OLD]))
    assert b"".join(files.open(stored.key)) == b"contents"
    key_ring.fill(Cipher([new]))
    with pytest.raises(FileDamaged):
        list(files.open(stored.key))


def pieces(raw: bytes) -> tuple[bytes, list[bytes]]:
    head, rest, found = raw[:32], raw[32:], []
    while rest:
        end = 4 + int.from_bytes(rest[:4], "big")
        found.append(rest[:end])
        rest = rest[end:]
    return head, found


def test_a_file_that_was_tampered_with_does_not_open() -> None:
    head, (first, second, last) = pieces(sealed(secrets.token_bytes(2 * PIECE + 5)))
    other, (foreign, *_) = pieces(sealed(secrets.token_bytes(2 * PIECE + 5)))
    assert len(b"".join(unseal([head, first, second, last]))) == 2 * PIECE + 5
    for altered in (
        [head, second, first, last],
        [head, first, last],
        [head, first, second],
        [head, first, first, second, last],
        [head, foreign, second, last],
        [other, first, second, last],
        [head, first, second, last, last],
        [head, first, second, last[:-1]],
        [head, first, second[:100] + b"x" + second[101:], last],
        [head[:20]],
        [b"%PDF-1.7 and so on, longer than a head"],
        [head, b"\xff\xff\xff\xff"],
        [],
    ):
        with pytest.raises(FileDamaged):
            list(unseal(altered))


def test_a_draft_that_fails_leaves_nothing(files: FileStore, tmp_path: Path) -> None:
    def fail() -> None:
        with files.draft("document") as draft:
            draft.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_cleared_folder_is_empty_and_its_neighbours_are_not(files: FileStore) -> None:
    one, other = files.put("report/1", b"one"), files.put("report/12", b"other")
    files.clear("report/1")
    files.clear("report/1")
    files.clear("report/never")
    with pytest.raises(Missing):
        files.open(one.key)
    assert b"".join(files.open(other.key)) == b"other"


def test_a_store_that_cannot_be_written_to_is_tried_again_later(settings: Settings, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    files = FileStore(settings.model_copy(update={"storage_url": in_the_way.as_uri()}))
    with pytest.raises(StorageUnavailable):
        files.put("document", b"contents")
