"""Mailgun as it posts events: its own shapes, signed with the test's key."""

import hmac
import json
from pathlib import Path
from typing import Any

KEY = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0"
_FOLDER = Path(__file__).with_name("mailgun")


def event(name: str, *, message_id: str = "", key: str = KEY, **over: Any) -> bytes:
    """The recorded event `name` about a mail, signed; `over` changes its event data, `token` and `timestamp` the
    signature's."""
    sent = json.loads((_FOLDER / f"{name}.json").read_text())
    signature, data = sent["signature"], sent["event-data"]
    signature |= {part: over.pop(part) for part in ("token", "timestamp") if part in over}
    data |= over
    if message_id:
        data["message"]["headers"]["message-id"] = message_id.strip("<>")
    signed = f"{signature['timestamp']}{signature['token']}".encode()
    signature["signature"] = hmac.digest(key.encode(), signed, "sha256").hex()
    return json.dumps(sent).encode()
