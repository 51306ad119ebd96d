"""Answers that are the same for everybody are given again for as long as what they tell of stays as it is."""

from collections.abc import Callable

import orjson

from exodrive.api.call import Answer, Call
from exodrive.core.cache import AnswerCache
from exodrive.core.contract import load

HEADER = "Cache-Status"
_SAID = {True: "exodrive; hit", False: "exodrive; fwd=miss"}


def kept(call: Call, carry: Callable[[Call], Answer]) -> Answer:
    """Where an answer is kept, what was asked is not looked at again: it was understood before. Says in the words of
    RFC 9211 where it came from."""
    tells_of = call.procedure.cached
    if tells_of is None:
        return carry(call)
    cache = call.get(AnswerCache)
    body, again = cache.answer(_key(call), lambda: tells_of(_asked(call)), lambda: carry(call).body)
    cache.count(call.procedure.name, again=again)
    call.headers[HEADER] = _SAID[again]
    return Answer(status=call.procedure.rest.status, body=body, headers=call.headers)


def _asked(call: Call) -> object:
    """The input as a contract, which it stays if the answer must be found."""
    call.asked = load(call.procedure.input, call.given, typed=call.typed)
    return call.asked


def _key(call: Call) -> bytes:
    procedure = call.procedure
    return orjson.dumps(
        [procedure.name, procedure.version, call.typed, dict(call.given), call.selected],
        option=orjson.OPT_SORT_KEYS,
    )
