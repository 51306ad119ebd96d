"""What goes out by HTTP: headers, the tag by which a client asks again, and compression."""

import gzip
import hashlib
import sys
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

import brotli
from werkzeug.http import parse_accept_header, parse_etags
from werkzeug.wrappers import Request

from exodrive.api.call import Answer
from exodrive.api.middleware.kept import HEADER as KEPT
from exodrive.http.headers import WORTH_COMPRESSING
from exodrive.settings import Settings

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STATUS = {one.value: f"{one.value} {one.phrase}" for one in HTTPStatus}
Headers = list[tuple[str, str]]

_MIME = {False: "application/json", True: "application/problem+json"}
_KEEPING = {False: "private, no-cache", True: "no-store"}
_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstd.compress(body, 3),
    "br": lambda body: brotli.compress(body, quality=4),
    "gzip": lambda body: gzip.compress(body, 6),
}
"""Those liked best first, at the levels of the pages."""


def always(settings: Settings) -> Headers:
    """What every answer tells a browser that has come here: to show nothing, run nothing and pass nothing on."""
    headers = {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }
    if settings.production:
        headers["Strict-Transport-Security"] = "max-age=31556926; includeSubDomains"
    return list(headers.items())


def prepared(answer: Answer, request: Request) -> tuple[Headers, bytes | None]:
    """The headers and the body of an answer; no body where the client has it already."""
    headers = {
        "Content-Type": _MIME[answer.failed],
        "Cache-Control": _KEEPING[answer.failed],
        "Vary": "Accept-Encoding",
        **answer.headers,
    }
    body, reads, kept = answer.body, request.method in {"GET", "HEAD"}, KEPT in answer.headers
    if not answer.failed:
        if reads and "ETag" not in headers:
            headers["ETag"] = (_kept_tag if kept else _tag)(body)
        tag, coding = headers.get("ETag"), _coding(request.headers.get("Accept-Encoding", ""))
        if coding and len(body) >= WORTH_COMPRESSING:
            headers["Content-Encoding"] = coding
            if tag:
                headers["ETag"] = f'{tag[:-1]}:{coding}"'
        if reads and tag and _known(request, {tag, headers["ETag"]}):
            return [one for one in headers.items() if not one[0].startswith("Content-")], None
        if coding and "Content-Encoding" in headers:
            body = (_kept_packed if kept else _packed)(body, coding)
    headers["Content-Length"] = str(len(body))
    return list(headers.items()), body


def _known(request: Request, tags: set[str]) -> bool:
    named = request.headers.get("If-None-Match")
    return named is not None and any(parse_etags(named).contains_weak(tag.strip('"')) for tag in tags)


@lru_cache(maxsize=256)
def _coding(accepted: str) -> str | None:
    """How to compress for a client that sends this `Accept-Encoding`, if at all."""
    rated = parse_accept_header(accepted)
    best = max(_CODINGS, key=rated.quality)
    return best if rated.quality(best) > 0 and rated.quality(best) >= rated.quality("identity") else None


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'


def _packed(body: bytes, coding: str) -> bytes:
    return _CODINGS[coding](body)


# Of answers from memory both are made once; the bytes are the same object each time, and know their own hash.
_kept_tag = lru_cache(maxsize=256)(_tag)
_kept_packed = lru_cache(maxsize=256)(_packed)
