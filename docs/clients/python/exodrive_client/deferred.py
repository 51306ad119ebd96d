"""Calls that are sent together: what becomes of each is known when all have been sent."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Self, TypeVar

from exodrive_client.connection import AsyncConnection, Connection, key_of, settled
from exodrive_client.problem import ExoDriveError, Unintelligible
from exodrive_client.wire import Procedure, encode

T = TypeVar("T")


class NotSent(RuntimeError):
    """The batch has not been sent."""


class Deferred(Generic[T]):
    """A call in a batch."""

    def __init__(self, procedure: Procedure[T], *, part: bool = False) -> None:
        self._procedure = procedure
        self._part = part
        self._outcome: T | ExoDriveError | None = None

    def settle(self, result: Mapping[str, Any]) -> None:
        self._outcome = settled(self._procedure, result, part=self._part)

    @property
    def value(self) -> T:
        """The answer. Raises its error, and `NotSent`."""
        outcome = self._known()
        if isinstance(outcome, ExoDriveError):
            raise outcome
        return outcome

    @property
    def error(self) -> ExoDriveError | None:
        """What it was refused with, if it was. Raises `NotSent`."""
        outcome = self._known()
        return outcome if isinstance(outcome, ExoDriveError) else None

    def _known(self) -> T | ExoDriveError:
        if self._outcome is None:
            raise NotSent(f"{self._procedure.name} is in a batch that has not been sent")
        return self._outcome


class Collector:
    """Collects calls."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Deferred[Any], dict[str, Any]]] = []

    def call(
        self,
        procedure: Procedure[T],
        asked: Mapping[str, Any],
        fields: Sequence[str] | None = None,
        idempotency_key: str | None = None,
    ) -> Deferred[T]:
        """Put a call into the batch."""
        deferred = Deferred(procedure, part=fields is not None)
        call = {
            "procedure": procedure.name,
            "input": asked,
            "fields": None if fields is None else ",".join(fields),
            "idempotency_key": key_of(procedure, idempotency_key),
        }
        self._waiting.append((deferred, encode(call)))
        return deferred

    def _next(self, most: int) -> list[dict[str, Any]]:
        """The calls of the next request."""
        return [call for _, call in self._waiting[:most]]

    def _settle(self, told: Any, most: int) -> None:
        part = self._waiting[:most]
        results = told.get("results") if isinstance(told, dict) else None
        if not isinstance(results, list) or len(results) != len(part):
            raise Unintelligible(200, "the batch was answered with something else")
        for (deferred, _), result in zip(part, results, strict=True):
            deferred.settle(result)
        del self._waiting[:most]


class SyncBatch(Collector):
    """Sent when the `with` ends; not when it ends with an exception."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def send(self) -> None:
        """Send what has been collected, in as many requests as it takes. Raises `ExoDriveError` where a whole request
        is refused: sent again, the batch goes on with that one."""
        most = self._connection.batch_size
        while calls := self._next(most):
            self._settle(self._connection.send(self._connection.batched(calls)).value, most)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is None:
            self.send()


class AsyncioBatch(Collector):
    """Sent when the `async with` ends; not when it ends with an exception."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__()
        self._connection = connection

    async def send(self) -> None:
        """Send what has been collected, in as many requests as it takes. Raises `ExoDriveError` where a whole request
        is refused: sent again, the batch goes on with that one."""
        most = self._connection.batch_size
        while calls := self._next(most):
            self._settle((await self._connection.send(self._connection.batched(calls))).value, most)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is None:
            await self.send()
