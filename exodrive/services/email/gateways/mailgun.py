"""Events as Mailgun posts them: signed in the body, over timestamp and token only.

The scheme and the shapes are those of its documentation, "Securing webhooks" and "Event structure".
"""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson

from exodrive.core.errors import Invalid
from exodrive.services.email.events_contracts import (
    MailEventView,
    MailOutcome,
    SignedEvent,
    SuppressionReason,
)

SOURCE = "mailgun"
_OLDEST = timedelta(hours=12)  # it repeats what was not taken for eight hours
_AHEAD = timedelta(minutes=5)
_ENHANCED = re.compile(r"\d\.\d{1,3}\.\d{1,3}")
# What the other side will never take, as opposed to a server that gave up trying or did not like the content.
_NO_SUCH_ADDRESS = frozenset({"bounce", "suppress-bounce"})


class BadEvent(Invalid):
    """This was not signed by the provider, or is none of its events."""

    code = "bad_mail_event"


def verify(body: bytes, key: bytes, now: datetime) -> SignedEvent:
    """The event's identity, when the signature is good. Raises `BadEvent`."""
    sent = _parse(body)
    signature, data = _part(sent, "signature"), _part(sent, "event-data")
    timestamp, token = _text(signature, "timestamp"), _text(signature, "token")
    expected = hmac.digest(key, f"{timestamp}{token}".encode(), "sha256").hex()
    if not hmac.compare_digest(expected.encode(), _text(signature, "signature").encode()):
        raise BadEvent("The signature does not fit.")
    if not now - _OLDEST <= _instant(timestamp) <= now + _AHEAD:
        raise BadEvent("The signature is not of today.")
    return SignedEvent(event_id=_text(data, "id"), token=token)


def read(body: str) -> MailEventView:
    """What a stored event says. Raises `BadEvent`."""
    data = _part(_parse(body.encode()), "event-data")
    message = data.get("message") or {}
    outcome, suppresses = _meaning(data)
    return MailEventView(
        outcome=outcome,
        message_id=f"<{str(message.get('headers', {}).get('message-id', '')).strip('<>')}>",
        recipient=_text(data, "recipient"),
        detail=_detail(data),
        occurred_at=_instant(data.get("timestamp")),
        suppresses=suppresses,
    )


def _meaning(data: Mapping[str, Any]) -> tuple[MailOutcome | None, SuppressionReason | None]:
    event, reason = data.get("event"), str(data.get("reason", ""))
    if event == "complained" or reason == "suppress-complaint":
        return MailOutcome.COMPLAINED, SuppressionReason.COMPLAINT
    if event == "delivered":
        return MailOutcome.DELIVERED, None
    if event == "failed" and data.get("severity") == "temporary":
        return MailOutcome.DELAYED, None
    if event == "failed":
        return MailOutcome.BOUNCED, SuppressionReason.BOUNCE if reason in _NO_SUCH_ADDRESS else None
    return None, None


def _detail(data: Mapping[str, Any]) -> str | None:
    """Codes and the provider's own word only: a server's sentence often repeats the address."""
    status = data.get("delivery-status") or {}
    enhanced = _ENHANCED.search(f"{status.get('enhanced-code') or ''} {status.get('message') or ''}")
    reason = str(data.get("reason") or "")
    parts = (
        str(status.get("code") or ""),
        enhanced.group() if enhanced else "",
        reason if re.fullmatch(r"[a-z-]{1,40}", reason) else "",
    )
    return " ".join(part for part in parts if part) or None


def _parse(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadEvent("This is not JSON.") from error
    if not isinstance(found, dict):
        raise BadEvent("This is no event.")
    return cast(Mapping[str, Any], found)


def _part(sent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = sent.get(name)
    if not isinstance(found, dict):
        raise BadEvent(f"The event has no {name}.")
    return cast(Mapping[str, Any], found)


def _text(part: Mapping[str, Any], name: str) -> str:
    found = part.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= 400 or not found.isprintable():
        raise BadEvent(f"The event has no {name}.")
    return found


def _instant(seconds: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(cast(Any, seconds)), UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise BadEvent("The event has no time.") from error
