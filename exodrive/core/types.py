"""Column types: UTC instants, enums by value, text encrypted at rest."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, Text, TypeDecorator

from exodrive.core.crypto import Cipher


class UtcDateTime(TypeDecorator[datetime]):
    """`timestamptz` that refuses naive values and always answers in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime never enters the database")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


class EnumText(TypeDecorator[Any]):
    """A StrEnum stored by value as text; the CHECK is written beside the column."""

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.enum(value)


def one_of(column: str, enum: type[StrEnum]) -> str:
    """The CHECK of an `EnumText` column."""
    return f"{column} IN ({', '.join(repr(str(member.value)) for member in enum)})"


class KeyRing:
    """Holds the cipher of this process; filled once, by the container."""

    def __init__(self) -> None:
        self._cipher: Cipher | None = None

    def fill(self, cipher: Cipher) -> None:
        self._cipher = cipher

    @property
    def cipher(self) -> Cipher:
        if self._cipher is None:
            raise RuntimeError("the key ring is empty: build the container first")
        return self._cipher


key_ring = KeyRing()


def seal(text: str | None) -> bytes | None:
    """What `EncryptedText` writes, for statements in the driver's words."""
    return None if text is None else key_ring.cipher.encrypt(text.encode())


class EncryptedText(TypeDecorator[str]):
    """Text encrypted at rest (`bytea`) with the keys of the key ring; rotation needs no schema change."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else key_ring.cipher.decrypt(bytes(value)).decode()
