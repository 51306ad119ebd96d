"""What stands for a secret or an address in the tables."""

from uuid import UUID

from exodrive.core.crypto import Signer, digest, to_url

_SIZE = 32


class StaffKeys:
    """Tokens of one-time links, and the hashes that are stored in place of tokens and addresses."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def link_token(self, link_id: UUID) -> str:
        """The signed token of a link: always the same, so that the job that mails it needs no secret in its payload."""
        return to_url(self._signer.sign("staff.link", link_id.bytes, size=_SIZE))

    def hash(self, token: str) -> bytes:
        """What is stored and looked up in place of a token."""
        return digest(token)

    def email(self, address: str) -> bytes:
        """A keyed hash of an e-mail address, to look an account up by."""
        return self._signer.sign("staff.email", address.strip().casefold().encode())
