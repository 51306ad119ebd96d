"""A real SMTP server for tests, which remembers what it was given."""

import asyncio
import email
from email.message import EmailMessage
from email.policy import SMTP

import aiosmtpd.smtp
from aiosmtpd.controller import Controller


class Inbox:
    """`messages` in the order of arrival; `fail_next` makes the server refuse the next one."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.host = "127.0.0.1"
        self.port = 0
        self._answers: list[str] = []

    def fail_next(self, code: int, times: int = 1) -> None:
        """Answer the next `times` messages with `code`: 4xx is transient, 5xx permanent."""
        self._answers += [f"{code} {'Try later' if code < 500 else 'Not accepted'}"] * times

    def clear(self) -> None:
        self.messages.clear()
        self._answers.clear()

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it by this name
        self, server: aiosmtpd.smtp.SMTP, session: aiosmtpd.smtp.Session, envelope: aiosmtpd.smtp.Envelope
    ) -> str:
        if self._answers:
            return self._answers.pop(0)
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        message = email.message_from_bytes(raw, policy=SMTP)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


class FreePortController(Controller):
    """Listens on a port that the system chooses, and then knows it."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
