"""Bringing a visitor's message to the business."""

from exodrive.services.content.contracts import SendContactMessage
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.service import MailService


class ContactMailService:
    """What the contact page promised."""

    def __init__(self, composer: MailComposer, mail: MailService) -> None:
        self._composer = composer
        self._mail = mail

    def send(self, message: SendContactMessage) -> None:
        """Deliver the message to the support address, once. Raises as `MailService.deliver`."""
        self._mail.deliver(self._composer.contact_message(message))
