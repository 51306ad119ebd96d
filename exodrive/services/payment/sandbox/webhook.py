"""The sandbox's webhooks: signed `t=<unix seconds>,v1=<HMAC-SHA-256 of "t.body">`, and sent by real HTTP."""

import hmac
import http.client
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import orjson

from exodrive.core.clock import Clock
from exodrive.core.errors import Unavailable
from exodrive.services.payment.contracts import GatewayEvent, SendSandboxWebhook
from exodrive.services.payment.gateway import BadSignature
from exodrive.settings import Settings

HEADER = "Sandbox-Signature"
TOLERANCE = timedelta(minutes=5)
PATH = "/webhooks/sandbox"
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,100}")


def sign(secret: str, body: bytes, at: datetime) -> str:
    """The header's value for a body sent at `at`."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_mac(secret, seconds, body)}"


def _mac(secret: str, seconds: int, body: bytes) -> str:
    return hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex()


def verify(secret: str, header: str, body: bytes, now: datetime) -> None:
    """Raises `BadSignature` unless one of the header's signatures is right and at most 5 minutes old. Without a
    secret nothing is."""
    pairs = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name.strip() == "t"]
    offered = [value.strip() for name, _, value in pairs if name.strip() == "v1"]
    if not secret or len(times) != 1 or not times[0].isascii() or not times[0].isdigit():
        raise BadSignature("The signature is missing or malformed.")
    seconds = int(times[0][:12])
    right = _mac(secret, seconds, body)
    if not any(hmac.compare_digest(right.encode(), one.encode()) for one in offered):
        raise BadSignature("The signature is wrong.")
    if abs(now.timestamp() - seconds) > TOLERANCE.total_seconds():
        raise BadSignature("The signature is too old.")


def compose(event: SendSandboxWebhook, at: datetime) -> bytes:
    """The body of an event."""
    return orjson.dumps(
        {
            "id": event.event_id,
            "type": event.kind,
            "created": int(at.timestamp()),
            "charge": {"reference": event.reference},
        }
    )


def parse(body: bytes) -> GatewayEvent:
    """Read a verified body. Raises `BadSignature` for what the sandbox would never have sent."""
    try:
        data = orjson.loads(body)
        words = str(data["id"]), str(data["type"]), str(data["charge"]["reference"])
    except (orjson.JSONDecodeError, LookupError, TypeError) as error:
        raise BadSignature("The event cannot be read.") from error
    if not all(_WORD.fullmatch(word) for word in words):
        raise BadSignature("The event cannot be read.")
    return GatewayEvent(event_id=words[0], kind=words[1], reference=words[2])


class SandboxWebhookSender:
    """Delivers events to the merchant."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._base = urlsplit(settings.base_url)
        self._secret = settings.sandbox_webhook_secret.get_secret_value()
        self._timeout = settings.service_timeout
        self._clock = clock

    def send(self, event: SendSandboxWebhook) -> None:
        """Deliver an event as often as it says. Raises `Unavailable` when the merchant does not answer 2xx."""
        for _ in range(event.times):
            self._post(compose(event, self._clock.now()))

    def _post(self, body: bytes) -> None:
        kind = http.client.HTTPSConnection if self._base.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._base.netloc, timeout=self._timeout)
        headers = {
            "Content-Type": "application/json",
            HEADER: sign(self._secret, body, self._clock.now()),
        }
        try:
            connection.request("POST", self._base.path.rstrip("/") + PATH, body=body, headers=headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable("The merchant cannot be reached.") from error
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise Unavailable(f"The merchant answered {status}.")
