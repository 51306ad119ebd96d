"""How to call a procedure, in three languages: made from its first example, with what everybody has."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from exodrive.api.procedure import Procedure

_KEY = "exo_…"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A request in a language."""

    language: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str
    url: str
    body: Mapping[str, Any] | None
    needs_key: bool
    writes: bool


def snippets(one: Procedure, base_url: str, *, has_body: bool) -> list[Snippet]:
    """The first example of a procedure as requests; none where it has no example."""
    if not one.examples:
        return []
    given: dict[str, Any] = dict(next(iter(one.examples.values())))
    path = one.path
    for name in one.rest.in_path:
        path = path.replace(f"{{{name}}}", str(given.pop(name, f"{{{name}}}")))
    if one.guards_version:
        given.pop("version", None)
    query = f"?{urlencode(given, doseq=True)}" if given and not has_body else ""
    asked = _Request(
        method=one.rest.method,
        url=f"{base_url}{path}{query}",
        body=given if has_body else None,
        needs_key=not one.access.public,
        writes=one.writes,
    )
    return [
        Snippet("curl", "\n".join(_curl(asked))),
        Snippet("Python", "\n".join(_python(asked))),
        Snippet("TypeScript", "\n".join(_typescript(asked))),
    ]


def in_curl(method: str, url: str, body: Mapping[str, Any]) -> str:
    """A request without a key, for a shell."""
    return "\n".join(_curl(_Request(method=method, url=url, body=body, needs_key=False, writes=False)))


def _curl(asked: _Request) -> Iterator[str]:
    lines = [f'curl "{asked.url}"' if asked.method == "GET" else f'curl -X {asked.method} "{asked.url}"']
    if asked.needs_key:
        lines.append(f'  -H "Authorization: Bearer {_KEY}"')
    if asked.writes:
        lines.append('  -H "Idempotency-Key: $(uuidgen)"')
    if asked.body is not None:
        lines.append(
            "  --json '" + json.dumps(asked.body, indent=2).replace("\n", "\n  ").replace("'", "'\\''") + "'"
        )
    yield from (f"{line} \\" for line in lines[:-1])
    yield lines[-1]


def _python(asked: _Request) -> Iterator[str]:
    headers = [
        *(['"Authorization": f"Bearer {key}"'] if asked.needs_key else []),
        *(['"Idempotency-Key": str(uuid.uuid4())'] if asked.writes else []),
    ]
    yield from (["import uuid", ""] if asked.writes else [])
    yield "import httpx"
    yield ""
    yield from ([f'key = "{_KEY}"', ""] if asked.needs_key else [])
    yield f"answer = httpx.{asked.method.lower()}("
    yield f'    "{asked.url}",'
    if headers:
        yield f"    headers={{{', '.join(headers)}}},"
    if asked.body is not None:
        told = json.dumps(asked.body, indent=4).replace("\n", "\n    ")
        yield f"    json={_as_python(told)},"
    yield ")"
    yield "answer.raise_for_status()"
    yield "print(answer.json())"


def _as_python(text: str) -> str:
    """JSON as Python writes it; names stand in quotes, so the three words can only be values."""
    for word, own in (("true", "True"), ("false", "False"), ("null", "None")):
        text = text.replace(f": {word}", f": {own}")
    return text


def _typescript(asked: _Request) -> Iterator[str]:
    headers = [
        *(["Authorization: `Bearer ${key}`"] if asked.needs_key else []),
        *(['"Idempotency-Key": crypto.randomUUID()'] if asked.writes else []),
        *(['"Content-Type": "application/json"'] if asked.body is not None else []),
    ]
    options = [
        *([f'method: "{asked.method}"'] if asked.method != "GET" else []),
        *([f"headers: {{ {', '.join(headers)} }}"] if headers else []),
    ]
    if asked.body is not None:
        options.append(f"body: JSON.stringify({json.dumps(asked.body, indent=2)})".replace("\n", "\n  "))
    yield from ([f'const key = "{_KEY}";', ""] if asked.needs_key else [])
    if options:
        yield f'const answer = await fetch("{asked.url}", {{'
        yield from (f"  {option}," for option in options)
        yield "});"
    else:
        yield f'const answer = await fetch("{asked.url}");'
    yield "if (!answer.ok) throw await answer.json(); // a problem, RFC 9457"
    yield "console.log(await answer.json());"
