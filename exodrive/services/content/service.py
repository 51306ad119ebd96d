"""Taking a visitor's message."""

from exodrive.core.actor import Actor
from exodrive.core.contract import dump
from exodrive.core.crypto import Signer, to_url
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.content.contracts import TOPICS, SendContactMessage, WriteMessage


class ContactService:
    """Promises that a message reaches our mailbox."""

    def __init__(self, uow: UnitOfWorkFactory, signer: Signer) -> None:
        self._uow = uow
        self._signer = signer

    def send(self, command: WriteMessage, actor: Actor) -> None:
        """Promise the mail. The same words sent twice on one day (UTC) are one mail."""
        with self._uow(actor) as uow:
            words = f"{uow.now.date()}\n{sorted(dump(command).items())}"
            key = to_url(self._signer.sign("contact", words.encode(), size=16))
            reference = command.booking_reference
            uow.enqueue(
                SendContactMessage(
                    id=key,
                    name=command.name,
                    email=command.email,
                    topic=TOPICS[command.topic],
                    booking_reference=reference.upper() if reference else None,
                    message=command.message,
                ),
                unique_key=f"contact:{key}",
            )
            uow.commit()
