"""What all models are: what was not asked for of them is not there, and says so."""

import dataclasses
from typing import TYPE_CHECKING, Any


class NotChosen(AttributeError):
    """This was not among the `fields` that were asked for."""


class Shape:
    """A model, or the part of it that `fields` chose."""

    __slots__ = ("_etag",)

    if not TYPE_CHECKING:  # for a type checker, what no model has is an error

        def __getattr__(self, name: str) -> Any:
            told = f"{type(self).__name__}.{name}"
            if name in {one.name for one in dataclasses.fields(self)}:
                raise NotChosen(f"{told} is not among the fields that were asked for")
            raise AttributeError(f"there is no {told}")

    def seen_as(self, etag: str | None) -> None:
        """Keep the ETag that it came with."""
        object.__setattr__(self, "_etag", etag)

    def __repr__(self) -> str:
        names = [one.name for one in dataclasses.fields(self) if hasattr(self, one.name)]  # type: ignore[arg-type]  # all are
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


def etag_of(answer: Shape | None) -> str | None:
    """The ETag that an answer came with."""
    return getattr(answer, "_etag", None)
