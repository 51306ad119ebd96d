"""One call of a procedure, as the layers of the pipeline fill it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

import orjson
import wireup

from exodrive.api.access import Client
from exodrive.api.procedure import Procedure
from exodrive.core.actor import Actor
from exodrive.core.errors import Unavailable
from exodrive.http.errors import Problem, body_of
from exodrive.http.limits import Counter

S = TypeVar("S")


class DeadlinePassed(Unavailable):
    """The call took too long, or its turn in the batch came too late."""

    code = "deadline_passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call comes to. `body` is JSON, of a problem from 400 on."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return self.status >= 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who came with a request, and what their calls are answered with; `base_url` is our public address."""

    container: wireup.SyncContainer
    counter: Counter
    base_url: str
    request_id: str
    client: Client

    def problem(self, told: Problem) -> bytes:
        """The body of a problem."""
        return orjson.dumps(body_of(told, self.base_url, self.request_id))


@dataclass(slots=True, kw_only=True)
class Call:
    """`given` is the input as it came, `typed` whether from JSON; `asked` is the contract made of it. `headers` go out
    with the answer, whatever it is. `deadline` is monotonic."""

    procedure: Procedure
    visit: Visit
    given: Mapping[str, Any]
    typed: bool = True
    selected: str | None = None
    idempotency_key: str | None = None
    asked: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    deadline: float = 0.0

    def __post_init__(self) -> None:
        self.deadline = monotonic() + self.procedure.seconds

    def get(self, service: type[S]) -> S:
        """A service of the house."""
        return self.visit.container.get(service)

    @property
    def client(self) -> Client:
        return self.visit.client

    @property
    def actor(self) -> Actor:
        return self.client.actor

    def left(self) -> float:
        """Seconds until the deadline. Raises `DeadlinePassed`."""
        left = self.deadline - monotonic()
        if left <= 0:
            raise DeadlinePassed("This took too long and was given up. Please try again.")
        return left
