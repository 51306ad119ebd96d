"""A visitor's message reaches the business once, by the job that the contact page promises."""

from typing import Any

import wireup

from exodrive.queue.registry import handled
from exodrive.queue.workers import email as email_queue
from exodrive.services.content.contracts import SendContactMessage
from exodrive.services.email.contact import ContactMailService
from tests.services.email import samples
from tests.smtp import Inbox


def test_a_message_is_delivered_once(get: Any, smtp: Inbox) -> None:
    service: ContactMailService = get(ContactMailService)
    service.send(samples.CONTACT)
    service.send(samples.CONTACT)
    [message] = smtp.messages
    assert message["To"].addresses[0].addr_spec == "hello@exodrive.example"
    assert message["Reply-To"].addresses[0].addr_spec == "rafael@example.com"
    assert message["Subject"] == "Events, film and business: Rafael Ortiz"


def test_the_email_queue_does_it(container: wireup.SyncContainer, smtp: Inbox) -> None:
    assert "email.contact" in handled()
    message = SendContactMessage(
        id="another",
        name="Ada Long",
        email="ada@example.com",
        topic="Something else",
        message="Hello, good people.",
    )
    email_queue.send_contact_message(message, container)
    assert [mail["Reply-To"] for mail in smtp.messages] == ["Ada Long <ada@example.com>"]
