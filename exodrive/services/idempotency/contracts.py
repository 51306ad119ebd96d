"""What is kept of a write, and the job that forgets it."""

from dataclasses import dataclass

from exodrive.core.contract import contract
from exodrive.core.ledger import Policy, job


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """The answer to a write. `body` is JSON; `replayed`: the effect was there already, this only tells of it again."""

    status: int
    body: str
    replayed: bool = False


@job("idempotency.forget", Policy(queue="upkeep", priority=8, max_attempts=3, time_limit=300))
@contract
class ForgetAnswers:
    """Delete answers to writes that nobody will send again."""
