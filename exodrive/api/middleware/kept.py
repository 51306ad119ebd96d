"""Answers that are the same for everybody are given again for as long as the fleet stays as it is."""

from collections.abc import Callable

import orjson

from exodrive.api.call import Answer, Call
from exodrive.core.cache import AnswerCache

HEADER = "Cache-Status"
_SAID = {True: "exodrive; hit", False: "exodrive; fwd=miss"}


def kept(call: Call, carry: Callable[[Call], Answer]) -> Answer:
    """Where an answer is kept, what was asked is not looked at again: it was understood before. Says in the words of
    RFC 9211 where it came from."""
    if not call.procedure.cached:
        return carry(call)
    body, again = call.get(AnswerCache).answer(_key(call), lambda: carry(call).body)
    call.headers[HEADER] = _SAID[again]
    return Answer(status=call.procedure.rest.status, body=body, headers=call.headers)


def _key(call: Call) -> bytes:
    procedure = call.procedure
    return orjson.dumps(
        [procedure.name, procedure.version, call.typed, dict(call.given), call.selected],
        option=orjson.OPT_SORT_KEYS,
    )
