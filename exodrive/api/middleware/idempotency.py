"""`Idempotency-Key`: a write that is sent again has its effect once and is answered as before."""

import hashlib
from collections.abc import Callable

import orjson

from exodrive.api.call import Answer, Call
from exodrive.api.procedure import Effect
from exodrive.core.errors import Invalid
from exodrive.services.idempotency.contracts import KeptAnswer
from exodrive.services.idempotency.service import IdempotencyService

REPLAYED = "Idempotency-Replayed"
_LONGEST = 255


def once(call: Call, carry: Callable[[Call], Answer]) -> Answer:
    """Raises `KeyInFlight`, `KeyReused`, `Invalid` for a key that is none."""
    key = call.idempotency_key
    if key is None or not call.procedure.writes:
        return carry(call)
    if not (1 <= len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        raise Invalid.at("Idempotency-Key", f"1 to {_LONGEST} printable ASCII characters.")

    def effect() -> KeptAnswer:
        fresh = carry(call)
        return KeptAnswer(status=fresh.status, body=fresh.body.decode())

    kept = call.get(IdempotencyService).once(
        effect,
        client=call.client.name,
        key=key,
        fingerprint=_fingerprint(call),
        together=call.procedure.effect is Effect.WRITE,
    )
    if kept.replayed:
        call.headers[REPLAYED] = "true"
    return Answer(status=kept.status, body=kept.body.encode(), headers=call.headers)


def _fingerprint(call: Call) -> bytes:
    asked = orjson.dumps([call.procedure.name, dict(call.given), call.selected], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(asked).digest()
