"""Links to files of reports: signed, and good for a quarter of an hour."""

from datetime import UTC, datetime
from hmac import compare_digest
from uuid import UUID

from exodrive.core.clock import Clock
from exodrive.core.crypto import Signer, from_url, to_url
from exodrive.core.errors import Missing
from exodrive.services.report.contracts import LINK_LIVES
from exodrive.services.report.errors import LinkRunOut

_PURPOSE = "report-file"
_SIGNED, _LENGTH = 24, 24 + 16


class ExportLinks:
    """Makes and reads the token of a link: an export's id, the instant it ends, and the signature of both."""

    def __init__(self, signer: Signer, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock

    def make(self, export_id: UUID, expires_at: datetime) -> str:
        """A token from now on, never longer than the file itself."""
        until = min(expires_at, self._clock.now() + LINK_LIVES)
        told = export_id.bytes + int(until.timestamp()).to_bytes(8, "big")
        return to_url(told + self._signature(told))

    def read(self, token: str) -> UUID:
        """Raises `Missing` for what is no token of ours, `LinkRunOut` for an old one."""
        try:
            raw = from_url(token)
        except ValueError as error:
            raise Missing("There is no such file.") from error
        told = raw[:_SIGNED]
        if len(raw) != _LENGTH or not compare_digest(raw[_SIGNED:], self._signature(told)):
            raise Missing("There is no such file.")
        if datetime.fromtimestamp(int.from_bytes(told[16:], "big"), UTC) <= self._clock.now():
            raise LinkRunOut("This link has run out. The page of the export has a new one.")
        return UUID(bytes=told[:16])

    def _signature(self, told: bytes) -> bytes:
        return self._signer.sign(_PURPOSE, told, size=_LENGTH - _SIGNED)
