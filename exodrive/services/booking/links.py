"""Links without an account: a signed, revocable token opens one booking; only its hash is stored."""

from uuid import UUID

from exodrive.core.crypto import Signer, digest, from_url, to_url

_PURPOSE = "booking.link"
_SIZE = 24


class BookingLinks:
    """Tokens of bookings. The same booking and version always have the same token, so that a mail can be written
    long after the booking; a higher `link_version`, stored with the hash of its token, revokes what was sent before."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def token(self, booking_id: UUID, version: int) -> str:
        """The token of a booking: 32 URL-safe characters that say nothing about it."""
        message = booking_id.bytes + version.to_bytes(2, "big")
        return to_url(self._signer.sign(_PURPOSE, message, size=_SIZE))

    def hash(self, token: str) -> bytes:
        """What is stored and looked up in place of a token."""
        return digest(token)

    def in_link(self, words: str) -> dict[str, str]:
        """A reference or an address as a link may carry it: of an address, its keyed hash only."""
        asked = words.strip()
        if "@" in asked:
            return {"customer": to_url(self.customer(asked))}
        return {"booking": asked.upper()}

    def customer_in(self, link: str) -> bytes:
        """The hash that a link carries; an empty one for whatever else it may carry."""
        try:
            return from_url(link)
        except ValueError:
            return b""

    def customer(self, email: str) -> bytes:
        """A keyed hash of an e-mail address: the same customer, without telling who."""
        return self._signer.sign("customer.email", email.strip().casefold().encode())
