"""Every code that a call can be refused with, and what it means: the procedure's own errors, and those of the door."""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from exodrive.api.call import DeadlinePassed
from exodrive.api.contracts.facts import facts_of
from exodrive.api.errors import CredentialMissing, CredentialRefused, Malformed, NotOpen, ScopeMissing
from exodrive.api.procedure import Procedure, procedures
from exodrive.core.errors import ExodriveError, Forbidden, Invalid, Limited, Missing, Unavailable
from exodrive.http.errors import status_of
from exodrive.services.document.errors import StorageUnavailable
from exodrive.services.idempotency.errors import KeyInFlight, KeyReused
from exodrive.services.report.errors import LinkRunOut


class CodeTaken(RuntimeError):
    """Two errors of different statuses have one code."""


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """A stable code of a problem, always of the same status. `facts` is the contract of what such problems tell beside
    the members that all have."""

    status: int
    code: str
    meaning: str
    facts: type | None = field(default=None, compare=False)


def code_of(error: type[ExodriveError]) -> Code:
    """The code of an error, explained by the class that gave it."""
    owner = next(one for one in error.__mro__ if "code" in vars(one))
    meaning = " ".join((inspect.getdoc(owner) or "").split())
    return Code(status_of(error), error.code, meaning, facts_of(error))


_OF_BODIES = (
    code_of(Malformed),
    Code(413, "http_413", "The body is larger than 64 KB."),
    Code(415, "http_415", "The body is not application/json."),
)
_OF_ROUTES = (
    Code(404, "not_found", code_of(Missing).meaning),
    Code(
        405, "http_405", "There is something at this address, but not for this method; `Allow` names which."
    ),
)
INTERNAL = Code(500, "internal", "The fault is ours and has been recorded. The same call may be sent again.")
_ALWAYS = (
    *(code_of(each) for each in (CredentialRefused, NotOpen, Invalid, Limited, Unavailable, DeadlinePassed)),
    INTERNAL,
)
OF_BATCHES = (
    *(code_of(each) for each in (CredentialRefused, Invalid, Unavailable)),
    INTERNAL,
    *_OF_BODIES,
)

OF_FILES = (
    *(code_of(each) for each in (CredentialMissing, CredentialRefused, Forbidden, Missing, LinkRunOut)),
    *(code_of(each) for each in (Limited, StorageUnavailable, Unavailable)),
    INTERNAL,
)


def codes_of(one: Procedure, *, has_body: bool) -> list[Code]:
    """What a call of a procedure can be refused with, by status and code."""
    found = {*_ALWAYS, *(code_of(error) for error in one.errors)}
    if has_body:
        found |= set(_OF_BODIES)
    if one.writes:
        found |= {code_of(KeyInFlight), code_of(KeyReused)}
    if not one.access.public:
        found |= {code_of(CredentialMissing), code_of(Forbidden)}
    if one.access.scope:
        found.add(code_of(ScopeMissing))
    return sorted(_each_once(found))


def every_code(version: int) -> list[Code]:
    """The codes of all procedures of a version, and of what is found before one, by status and code."""
    found = {*_OF_ROUTES, *OF_BATCHES, *OF_FILES}
    for one in procedures():
        if one.version <= version:
            found |= set(codes_of(one, has_body=True))
    return sorted(_each_once(found))


def _each_once(codes: Iterable[Code]) -> Iterator[Code]:
    """One entry a code. Raises `CodeTaken`."""
    known: dict[str, Code] = {}
    for one in sorted(codes):
        if known.setdefault(one.code, one).status != one.status:
            raise CodeTaken(f"{one.code} has the statuses {known[one.code].status} and {one.status}")
    yield from known.values()
