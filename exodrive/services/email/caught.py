"""The mail that was caught in development: read from a Maildir that a catcher fills."""

import email
import mailbox
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

from exodrive.core.errors import Missing
from exodrive.services.email.contracts import CaughtAttachment, CaughtMail, CaughtMailView
from exodrive.settings import Settings

_SHOWN = 100
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


class CaughtMailbox:
    """Reads and never writes. Where nothing is caught (production, or no catcher), it is empty."""

    def __init__(self, settings: Settings) -> None:
        self._path: Path | None = settings.maildir

    def newest(self) -> tuple[CaughtMail, ...]:
        """The last hundred mails, newest first."""
        box = self._open()
        if box is None:
            return ()
        keys = sorted(box.keys(), key=_arrival, reverse=True)[:_SHOWN]
        return tuple(_line(key, _parse(box, key)) for key in keys)

    def read(self, key: str) -> CaughtMailView:
        """One mail; `Missing` when there is none of that key."""
        box = self._open()
        # Only keys that the folder itself lists: a key becomes part of a path.
        if box is None or key not in box.keys():  # noqa: SIM118  `in box` builds the path before it looks
            raise Missing("There is no such mail.")
        message = _parse(box, key)
        return CaughtMailView(
            mail=_line(key, message),
            headers=tuple((name, str(value)) for name, value in message.items()),
            text=_body(message, "plain"),
            html=_body(message, "html"),
            attachments=tuple(
                CaughtAttachment(
                    number=number,
                    filename=part.get_filename() or f"part-{number}",
                    content_type=part.get_content_type(),
                    content=_content(part),
                )
                for number, part in enumerate(message.iter_attachments(), start=1)
            ),
        )

    def _open(self) -> mailbox.Maildir | None:
        if self._path is None or not self._path.is_dir():
            return None
        return mailbox.Maildir(self._path, create=False)


def _arrival(key: str) -> tuple[int, str]:
    seconds = key.partition(".")[0]
    return (int(seconds) if seconds.isdecimal() else 0, key)


def _parse(box: mailbox.Maildir, key: str) -> EmailMessage:
    message = email.message_from_bytes(box.get_bytes(key), policy=policy.default)
    if not isinstance(message, EmailMessage):  # what the policy makes; the signature cannot say so
        raise TypeError(type(message).__name__)
    return message


def _line(key: str, message: EmailMessage) -> CaughtMail:
    date = message["Date"]
    return CaughtMail(
        key=key,
        at=(date.datetime.astimezone(UTC) if date is not None and date.datetime else _NO_DATE),
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
    )


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""


def _content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else part.as_bytes()
