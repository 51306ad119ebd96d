"""What a call is refused with: RFC 9457 problems as exceptions."""

from collections.abc import Mapping, Sequence
from typing import Any


class ExoDriveError(Exception):
    """A call was refused. `code` is stable; `fields` says what is wrong with which field; tell us `request_id` when you
    ask. `status` is 0 where there was no answer; `retry_after` are seconds. `members` is the whole problem."""

    def __init__(self, members: Mapping[str, Any], *, retry_after: float | None = None) -> None:
        self.members = members
        self.code: str = str(members.get("code", "unknown"))
        self.status: int = int(members.get("status", 0))
        self.title: str = str(members.get("title", ""))
        self.detail: str = str(members.get("detail", ""))
        self.request_id: str | None = members.get("request_id")
        self.fields: Mapping[str, Sequence[str]] = members.get("fields", {})
        self.retry_after = retry_after
        super().__init__(f"{self.code}: {self.detail or self.title}")


class NotModified(ExoDriveError):
    """What was read is as it was seen."""

    def __init__(self) -> None:
        super().__init__({"code": "not_modified", "status": 304, "title": "This has not changed"})


class Unreachable(ExoDriveError):
    """There was no answer, however often we asked. A write may have had its effect: send it again with the same
    `idempotency_key`."""

    def __init__(self, reason: Exception, idempotency_key: str | None) -> None:
        self.idempotency_key = idempotency_key
        super().__init__({"code": "unreachable", "detail": str(reason) or type(reason).__name__})


class Unintelligible(ExoDriveError):
    """The answer is not one of this API; `status` is that of the answer."""

    def __init__(self, status: int, detail: str, *, retry_after: float | None = None) -> None:
        members = {"code": f"http_{status}", "status": status, "detail": detail}
        super().__init__(members, retry_after=retry_after)
