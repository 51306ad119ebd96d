"""What stands for an e-mail address wherever it is looked up or counted."""

from exodrive.core.crypto import Signer


class MailAddresses:
    """Keyed hashes of addresses, the same for one address throughout the house: in bookings, the mail log, consent."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def hash(self, address: str) -> bytes:
        """The same customer, without telling who."""
        return self._signer.sign("customer.email", address.strip().casefold().encode())
