"""Forms made from contracts. A form asks and shows; what is valid, and in which words not, says the contract.

`HoldForm = form_of(HoldCar, fixed=("quote_id",))`; in the view `form = HoldForm.read(fixed={"quote_id": …})`, then
`if form.accepted: service.hold(form.command(), current_actor())`. For the filters of a GET page: `query_of`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import wtforms
from flask import request
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from exodrive.core.contract import load, schema_of
from exodrive.core.errors import ExodriveError, Invalid, Kind
from exodrive.http.errors import STATUS
from exodrive.http.fields import ABSENT, ContractField, plain_value

T = TypeVar("T")
Sent = MultiDict[str, str]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SHOWN = frozenset({Kind.INVALID, Kind.CONFLICT, Kind.GONE, Kind.LIMITED, Kind.UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Extraction:
    """How a field that is no single input is read: from all inputs whose names start with `prefix`."""

    prefix: str
    read: Callable[[Sent], Any]


def quantities(prefix: str) -> Extraction:
    """Inputs `<prefix><code>` with a number (or a tick, for one) each, as `[{"code": …, "quantity": …}]`; none,
    zero and blank are left out."""

    def read(sent: Sent) -> list[dict[str, Any]]:
        given = ((name.removeprefix(prefix), sent[name].strip()) for name in sent if name.startswith(prefix))
        return [
            {"code": code, "quantity": 1 if amount in {"on", "true"} else amount}
            for code, amount in given
            if amount not in {"", "0"}
        ]

    return Extraction(prefix, read)


class ContractForm(wtforms.Form, Generic[T]):
    """A form of one contract. `status` is what to answer with; `form_errors` belong to no field."""

    contract: ClassVar[type[Any]]
    extractions: ClassVar[Mapping[str, Extraction]] = {}
    fixed: ClassVar[frozenset[str]] = frozenset()
    also: ClassVar[frozenset[str]] = frozenset()
    strict: ClassVar[bool] = True

    def __init__(
        self,
        sent: Sent | None,
        *,
        initial: Mapping[str, Any] | None = None,
        fixed: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(sent, data={name: plain_value(value) for name, value in (initial or {}).items()})
        self.sent = sent
        self.status = 200
        self._fixed = {name: plain_value(value) for name, value in (fixed or {}).items()}
        self._command: T | None = None
        if sent is not None:
            self._check(sent)

    @classmethod
    def read(
        cls, *, initial: Mapping[str, Any] | None = None, fixed: Mapping[str, Any] | None = None
    ) -> Self:
        """The form of this request: as sent, checked; or for a GET as it is first shown, with `initial` values."""
        return cls(None if request.method in _SAFE else request.form, initial=initial, fixed=fixed)

    def __getitem__(self, name: str) -> ContractField:
        return cast(ContractField, super().__getitem__(name))

    @property
    def accepted(self) -> bool:
        """Whether it was sent and the contract takes it."""
        return self._command is not None and self.status == 200

    def command(self) -> T:
        """The contract. Raises `Invalid` when it was not accepted."""
        if self._command is None:
            raise Invalid("Please check the marked fields.", fields=cast(dict[str, list[str]], self.errors))
        return self._command

    def add_errors(self, error: ExodriveError) -> None:
        """Show an error of the business on the form: beside the fields that it names, else above all. What is no
        matter of this form (missing, forbidden) is raised again."""
        if error.kind not in _SHOWN:
            raise error
        self.status = STATUS[error.kind]
        self._show(error)

    def hidden_tag(self) -> Markup:
        """The CSRF token and the hidden fields."""
        token = Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
        return token + Markup("").join(field() for field in self.contract_fields if field.kind == "hidden")

    @property
    def contract_fields(self) -> list[ContractField]:
        """The fields in the contract's order."""
        return [field for field in self if isinstance(field, ContractField)]

    @property
    def faulty(self) -> list[ContractField]:
        """The fields with errors, for a summary."""
        return [field for field in self.contract_fields if field.errors]

    def plain(self) -> dict[str, Any]:
        """What was sent as the contract's plain data."""
        values = {field.short_name: self._plain_of(field) for field in self.contract_fields}
        return {name: value for name, value in values.items() if value is not ABSENT} | self._fixed

    def _plain_of(self, field: ContractField) -> Any:
        if field.short_name in self.extractions and self.sent is not None:
            return self.extractions[field.short_name].read(self.sent) or ABSENT
        return field.plain()

    def _check(self, sent: Sent) -> None:
        try:
            self._refuse_unknown(sent)
            self._command = cast(T, load(self.contract, self.plain()))
        except Invalid as error:
            self.add_errors(error)

    def _refuse_unknown(self, sent: Sent) -> None:
        known = {field.name for field in self.contract_fields} | self.also | {"csrf_token"}
        prefixes = tuple(extraction.prefix for extraction in self.extractions.values())
        if self.strict and any(
            name not in known and not name.startswith(prefixes or ("\0",)) for name in sent
        ):
            raise Invalid("This form was sent with a field that it does not have. Please reload the page.")

    def _show(self, error: ExodriveError) -> None:
        homeless = False
        for path, messages in error.fields.items():
            field = self._fields.get(path.split(".", 1)[0])
            if isinstance(field, ContractField) and field.kind != "hidden":
                field.errors += [word for word in map(gettext, messages) if word not in field.errors]
            else:
                homeless = True
        if homeless or not error.fields:
            self.form_errors.append(gettext(error.message))


class QueryForm(ContractForm[T]):
    """The filters of a page. Never refused: a bad value is told beside its field and its default used instead."""

    strict = False

    @classmethod
    def read(
        cls, *, initial: Mapping[str, Any] | None = None, fixed: Mapping[str, Any] | None = None
    ) -> Self:
        """The filters of this request's address; `initial` stands for what the address does not say."""
        return cls(request.args, initial=initial, fixed=fixed)

    def link(self, **changes: Any) -> dict[str, Any]:
        """The address's parameters with `changes` (None takes one out): for `url_for(…, **query.link(page=2))`."""
        prefixes = tuple(extraction.prefix for extraction in self.extractions.values())
        extracted = {
            name: values
            for name, values in (self.sent or Sent()).lists()
            if prefixes and name.startswith(prefixes)
        }
        own = {
            field.name: field.data
            for field in self.contract_fields
            if field.short_name not in self.extractions and not field.errors
        }
        changed = {name: plain_value(value) for name, value in changes.items()}
        return {
            name: value for name, value in (own | extracted | changed).items() if value not in (None, "", [])
        }

    def _check(self, sent: Sent) -> None:
        for field in self.contract_fields:
            if field.name not in sent:
                field.data = field.object_data
        plain = self.plain()
        try:
            self._command = cast(T, load(self.contract, plain))
        except Invalid as error:
            self._show(error)
            faulty = {path.split(".", 1)[0] for path in error.fields}
            self._command = self._without({name: v for name, v in plain.items() if name not in faulty})

    def _without(self, plain: dict[str, Any]) -> T | None:
        """The contract without its faulty fields; with the fixed and initial ones alone if that is none either."""
        initial = {field.short_name: field.object_data for field in self.contract_fields}
        known = {name: value for name, value in initial.items() if value is not None} | self._fixed
        for attempt in (known | plain, known):
            try:
                return cast(T, load(self.contract, attempt))
            except Invalid:
                continue
        return None


def _class_of(
    base: type[ContractForm[Any]],
    contract: type[Any],
    extract: Mapping[str, Extraction] | None,
    fixed: Collection[str],
    also: Collection[str],
) -> type[Any]:
    specs = {name: spec for name, spec in schema_of(contract).fields.items() if name not in fixed}
    if taken := [name for name in specs if hasattr(base, name)]:
        raise TypeError(f"{contract.__name__}: a form cannot have fields called {', '.join(taken)}")
    return type(
        f"{contract.__name__}{base.__name__}",
        (base,),
        {name: ContractField(spec) for name, spec in specs.items()}
        | {
            "contract": contract,
            "extractions": dict(extract or {}),
            "fixed": frozenset(fixed),
            "also": frozenset(also),
        },
    )


def form_of(
    contract: type[T],
    *,
    extract: Mapping[str, Extraction] | None = None,
    fixed: Collection[str] = (),
    also: Collection[str] = (),
) -> type[ContractForm[T]]:
    """The form class of a contract. `fixed` fields come from us (address, session), never from the form; `extract`
    reads fields that are no single input; `also` names inputs that are no field (a named button, a honeypot)."""
    return cast(type[ContractForm[T]], _class_of(ContractForm, contract, extract, fixed, also))


def query_of(
    contract: type[T], *, extract: Mapping[str, Extraction] | None = None, fixed: Collection[str] = ()
) -> type[QueryForm[T]]:
    """The form class of a page's filters, read from its address; parameters that are not ours are ignored."""
    return cast(type[QueryForm[T]], _class_of(QueryForm, contract, extract, fixed, ()))
