"""What makes a car itself besides its shape: finish, lamps, vents, wings."""

from collections.abc import Sequence
from dataclasses import dataclass

from exodrive.demo.artwork.curve import Knot, Point
from exodrive.demo.artwork.light import Paint
from exodrive.demo.artwork.shape import Shape
from exodrive.demo.artwork.wheel import Wheel


@dataclass(frozen=True)
class Lamp:
    """A lamp's glass, and the lit line in it."""

    glass: Sequence[Knot]
    lit: Sequence[Knot]
    width: float = 14
    round: float = 0
    """Radius of a round main lamp at the middle of the glass, 0 for none."""


@dataclass(frozen=True)
class Look:
    """One car of the fleet as it is drawn."""

    shape: Shape
    paint: Paint
    wheel: Wheel
    front: Lamp
    rear: Lamp
    roof: Paint | None = None
    vents: Sequence[Sequence[Knot]] = ()
    blades: Sequence[Sequence[Knot]] = ()
    """Slim gloss parts: splitters, sills, diffusers."""
    wing: Sequence[Knot] = ()
    pylon: tuple[Point, Point] | None = None
    chrome: bool = False
    exhaust: Sequence[Point] = ()
    trim: str = "#0b0c0e"
    cabin: str = "#2a1c15"
    stripe: str | None = None
    rails: bool = False
    cladding: bool = False
    grille: Sequence[Knot] = ()
    badge: Point | None = None
    scene: str = "studio"
    mood: str = ""
