"""Sending calls, again where that is safe, and reading what is answered."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx

from exodrive_client.errors import BY_CODE
from exodrive_client.problem import ExoDriveError, NotModified, Unintelligible, Unreachable
from exodrive_client.retries import Retries
from exodrive_client.shape import Shape, etag_of
from exodrive_client.wire import Procedure, decode, encode

T = TypeVar("T")
VERSION = "v1"
_IN_PATH = re.compile(r"{(\w+)}")


class Told(NamedTuple):
    """The JSON of an answer, and its ETag."""

    value: Any
    etag: str | None


class _Exchange:
    """One call, from its first attempt to its last."""

    def __init__(
        self,
        connection: "_Settings",
        path: str,
        body: object = None,
        *,
        query: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        if_none_match: str | None = None,
    ) -> None:
        headers = {"Accept": "application/json"}
        if connection.key is not None:
            headers["Authorization"] = f"Bearer {connection.key}"
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        if if_none_match is not None:
            headers["If-None-Match"] = if_none_match
        self.request: Mapping[str, Any] = {
            "method": "GET" if body is None else "POST",
            "url": f"{connection.base_url}/api/{VERSION}/{path}",
            "params": query,
            "json": body,
            "headers": headers,
            "timeout": connection.timeout,
        }
        self._retries = connection.retries
        self._key = idempotency_key

    def unreachable(self, reason: httpx.TransportError) -> Unreachable:
        return Unreachable(reason, self._key)

    def wait(self, attempt: int, told: ExoDriveError) -> float:
        """Seconds until the next attempt. Raises `told` where there is none."""
        seconds = self._retries.wait(attempt, told)
        if seconds is None:
            raise told
        return seconds


class _Settings:
    """What both kinds of clients know."""

    def __init__(
        self, base_url: str, key: str | None, *, timeout: float, retries: Retries | None, batch_size: int
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.key = key
        self.timeout = timeout
        self.retries = retries or Retries()
        self.batch_size = batch_size

    def exchange(
        self,
        procedure: Procedure[T],
        asked: Mapping[str, Any],
        fields: Sequence[str] | None,
        key: str | None,
        unless: Shape | None,
    ) -> _Exchange:
        given = encode(asked)
        query = {} if fields is None else {"fields": ",".join(fields)}
        if not procedure.path:
            path, own = f"rpc/{procedure.name}", key_of(procedure, key)
            return _Exchange(self, path, given, query=query, idempotency_key=own)
        path = _IN_PATH.sub(lambda name: quote(str(given.pop(name[1])), safe=""), procedure.path[1:])
        return _Exchange(self, path, query=given | query, if_none_match=etag_of(unless))

    def _same(self) -> dict[str, Any]:
        """What goes over to a client with another key."""
        return {"timeout": self.timeout, "retries": self.retries, "batch_size": self.batch_size}

    def batched(self, calls: Sequence[Mapping[str, Any]]) -> _Exchange:
        return _Exchange(self, "batch", {"calls": calls})


class Connection(_Settings):
    """`key` is that of a partner or a member of staff, or the token of a booking; `timeout` counts each attempt, in
    seconds; `batch_size` is how many calls the installation takes in one request. `http` may be a client of your own,
    which stays open."""

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        timeout: float = 30.0,
        retries: Retries | None = None,
        batch_size: int = 10,
        http: httpx.Client | None = None,
    ) -> None:
        super().__init__(base_url, key, timeout=timeout, retries=retries, batch_size=batch_size)
        self._owned = http is None
        self._http = http or httpx.Client()

    def with_key(self, key: str | None) -> Self:
        """The same client with another key, over the same connections."""
        return type(self)(self.base_url, key, **self._same(), http=self._http)

    def call(
        self,
        procedure: Procedure[T],
        asked: Mapping[str, Any],
        fields: Sequence[str] | None = None,
        idempotency_key: str | None = None,
        *,
        unless: Shape | None = None,
    ) -> T:
        """The answer of a procedure. Raises `ExoDriveError`."""
        told = self.send(self.exchange(procedure, asked, fields, idempotency_key, unless))
        return _answer(procedure, told.value, part=fields is not None, etag=told.etag)

    def send(self, exchange: _Exchange) -> Told:
        """What is answered in the end."""
        for attempt in count(1):
            try:
                return read(self._http.request(**exchange.request))
            except httpx.TransportError as reason:
                wait = exchange.wait(attempt, exchange.unreachable(reason))
            except ExoDriveError as told:
                wait = exchange.wait(attempt, told)
            time.sleep(wait)
        raise AssertionError  # count() does not end

    def close(self) -> None:
        if self._owned:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncConnection(_Settings):
    """As `Connection`, for asyncio."""

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        timeout: float = 30.0,
        retries: Retries | None = None,
        batch_size: int = 10,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        super().__init__(base_url, key, timeout=timeout, retries=retries, batch_size=batch_size)
        self._owned = http is None
        self._http = http or httpx.AsyncClient()

    def with_key(self, key: str | None) -> Self:
        """The same client with another key, over the same connections."""
        return type(self)(self.base_url, key, **self._same(), http=self._http)

    async def call(
        self,
        procedure: Procedure[T],
        asked: Mapping[str, Any],
        fields: Sequence[str] | None = None,
        idempotency_key: str | None = None,
        *,
        unless: Shape | None = None,
    ) -> T:
        """The answer of a procedure. Raises `ExoDriveError`."""
        told = await self.send(self.exchange(procedure, asked, fields, idempotency_key, unless))
        return _answer(procedure, told.value, part=fields is not None, etag=told.etag)

    async def send(self, exchange: _Exchange) -> Told:
        """What is answered in the end."""
        for attempt in count(1):
            try:
                return read(await self._http.request(**exchange.request))
            except httpx.TransportError as reason:
                wait = exchange.wait(attempt, exchange.unreachable(reason))
            except ExoDriveError as told:
                wait = exchange.wait(attempt, told)
            await asyncio.sleep(wait)
        raise AssertionError  # count() does not end

    async def close(self) -> None:
        if self._owned:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def key_of(procedure: Procedure[Any], given: str | None) -> str | None:
    """The idempotency key of a call: every write has one."""
    return (given or str(uuid4())) if procedure.writes else None


def read(response: httpx.Response) -> Told:
    """What a success tells. Raises `ExoDriveError`."""
    if response.status_code == httpx.codes.NOT_MODIFIED:
        raise NotModified
    try:
        told = response.json()
    except ValueError:
        raise _unintelligible(response) from None
    if response.is_success:
        return Told(told, response.headers.get("ETag"))
    if not isinstance(told, dict) or "code" not in told:
        raise _unintelligible(response)
    raise error_of(told, response.headers)


def _unintelligible(response: httpx.Response) -> Unintelligible:
    after = _seconds(response.headers.get("Retry-After"))
    return Unintelligible(response.status_code, response.text[:200], retry_after=after)


def error_of(problem: Mapping[str, Any], headers: Mapping[str, str]) -> ExoDriveError:
    """The error of a problem; of a code that is newer than this client, `ExoDriveError` itself."""
    kind = BY_CODE.get(str(problem.get("code")), ExoDriveError)
    return kind(problem, retry_after=_seconds(headers.get("Retry-After")))


def _seconds(told: str | None) -> float | None:
    if told is None:
        return None
    if told.isdigit():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _answer(procedure: Procedure[T], value: Any, *, part: bool, etag: str | None = None) -> T:
    try:
        answer = decode(procedure.output, value, part=part)
    except (LookupError, TypeError, ValueError) as error:
        raise Unintelligible(200, f"{procedure.name} answered something else: {error}") from error
    if isinstance(answer, Shape):
        answer.seen_as(etag)
    return answer


def settled(procedure: Procedure[T], result: Mapping[str, Any], *, part: bool) -> T | ExoDriveError:
    """The answer of a call in a batch, or its error."""
    if "problem" in result:
        return error_of(result["problem"], result.get("headers", {}))
    try:
        return _answer(procedure, result.get("value"), part=part)
    except ExoDriveError as error:
        return error
