"""Photographs as others see them, and the job that prepares one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ledger import Policy, job
from exodrive.services.car.contracts import ImageView

WIDTHS = (480, 960, 1600)
SMALLEST = 960
"""A photograph is at least so many pixels wide, once it is cut to 16:10."""
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
MOST_PHOTOS = 24


class PhotoState(StrEnum):
    """Where a photograph stands."""

    UNDERWAY = "underway"
    SHOWN = "shown"
    REFUSED = "refused"
    REMOVED = "removed"


class Direction(StrEnum):
    """Which way a photograph moves in the order."""

    EARLIER = "earlier"
    LATER = "later"


@contract
class AddPhoto:
    """What is said of a photograph that comes with it."""

    alt_text: str = field(
        validate.Length(min=8, max=200),
        label="What it shows",
        autocomplete="off",
        help="For those who cannot see it: “Front three-quarter view, in the evening sun”.",
    )


@contract
class MovePhoto:
    """Change the order by one place."""

    direction: Direction = field(label="Direction")


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetLine:
    """A car in the staff's list."""

    id: UUID
    slug: str
    name: str
    year: int
    plate: str
    location: str
    active: bool
    image: ImageView | None
    photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPhoto:
    """A photograph of the car's page, in its place."""

    id: UUID
    position: int
    image: ImageView


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """A photograph that is not on the page yet, or was refused; `failure` says why."""

    id: UUID
    alt_text: str
    state: PhotoState
    failure: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CarPhotos:
    """A car's photographs, and the newest uploads that are none."""

    car: FleetLine
    shown: tuple[ShownPhoto, ...]
    uploads: tuple[UploadView, ...]

    @property
    def underway(self) -> bool:
        """Whether a job is at work."""
        return any(one.state is PhotoState.UNDERWAY for one in self.uploads)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPhoto:
    """A file of a photograph to be sent, `size` bytes."""

    content_type: str
    size: int
    pieces: Iterator[bytes]


@job("image.prune", Policy(queue="upkeep", priority=9, max_attempts=3, time_limit=900))
@contract
class PrunePhotos:
    """Delete the files of photographs that were taken off long ago."""


@job(
    "image.prepare",
    Policy(queue="image", priority=4, max_attempts=4, first_retry=10, time_limit=120),
    subject="photo_id",
)
@contract
class PreparePhoto:
    """Check a photograph that was taken in, encode it, and put it last on its car's page."""

    photo_id: UUID
