"""A plain mail to send."""

from dataclasses import replace
from typing import Any

from exodrive.services.email.contracts import Attachment, Mail

MAIL = Mail(
    kind="sample",
    once="sample:1",
    booking_id=None,
    recipient="maya@example.com",
    subject="Ready for you",
    html="<p>Grüße &amp; more</p>",
    text="Grüße & more\n",
    attachments=(
        Attachment(
            filename="booking.ics",
            content_type="text/calendar; charset=utf-8; method=PUBLISH",
            content=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        ),
    ),
)


def mail(**over: Any) -> Mail:
    """The sample with some fields changed."""
    return replace(MAIL, **over)
