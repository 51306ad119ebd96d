"""A car's proportions, and the lines that follow from them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from exodrive.demo.artwork.curve import Knot, Point, Profile, bump, clamp, lerp, smooth, spline


@dataclass(frozen=True)
class Shape:
    """A body seen from its left, nose to the left, in millimetres.

    `outline` runs from the underside of the nose over the roof to the underside of the tail; `shoulder` is the line
    where the flank turns into the top."""

    length: float
    front_axle: float
    rear_axle: float
    outline: Sequence[Knot]
    shoulder: Sequence[Knot]
    wheel: float = 350
    rear_wheel: float = 0
    """Outer radius of the tyres; the rear as the front when 0."""
    sill: float = 150
    arch_gap: float = 28
    crease: float = 0.8
    """Where the flank's character line runs, as a share of the way from sill to shoulder."""
    sculpt: float = 12
    """How deep the doors are drawn in, in degrees of tilt."""
    screen: tuple[Point, Point] = ((0, 0), (0, 0))
    """The windscreen in profile: its foot and its head."""
    glass: Sequence[Knot] = field(default=())
    """The side windows' outline."""
    pillars: Sequence[tuple[float, float, float, float]] = ()
    """Bars across the windows: x below, x above, width below, width above."""
    doors: Sequence[Sequence[Knot]] = ()
    handles: Sequence[Point] = ()
    mirror: Point = (0, 0)
    open_top: bool = False
    rear_glass: tuple[Point, Point] | None = None
    plan: float = 1.0
    """How much nose and tail are rounded seen from above."""
    frame: str = "#0b0c0e"

    @property
    def back_wheel(self) -> float:
        return self.rear_wheel or self.wheel

    @property
    def arches(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Front and rear: x and height of the axle, radius of the arch."""
        return (
            (self.front_axle, self.wheel, self.wheel + self.arch_gap),
            (self.rear_axle, self.back_wheel, self.back_wheel + self.arch_gap),
        )

    @cached_property
    def line(self) -> list[Point]:
        return spline(self.outline)

    @cached_property
    def top(self) -> Profile:
        nose = min(range(len(self.line)), key=lambda i: self.line[i][0])
        tail = max(range(len(self.line)), key=lambda i: self.line[i][0])
        return Profile(self.line[nose : tail + 1])

    @cached_property
    def belt(self) -> Profile:
        return Profile(spline(self.shoulder))

    def waist(self, x: float) -> float:
        """Height of the shoulder at x, never above the body itself."""
        return min(self.belt(x), self.top(x) - 4)

    def turn(self, x: float) -> float:
        """How far the flank is turned away at x, in degrees: nose negative, tail positive."""
        nose = -78 * (1 - smooth(-40, 620 * self.plan, x)) - 9 * (1 - smooth(500, 1500, x))
        tail = 74 * smooth(self.length - 480 * self.plan, self.length + 30, x)
        return nose + tail + 6 * smooth(self.length - 1500, self.length - 400, x)

    def hollow(self, x: float) -> float:
        """1 in the middle between the wheels, 0 at the arches: where the doors are drawn in."""
        middle = (self.front_axle + self.rear_axle) / 2
        half = (self.rear_axle - self.front_axle) / 2
        return clamp(1 - ((x - middle) / (half * 0.82)) ** 2)

    def tilt(self, t: float, x: float) -> float:
        """How far the flank looks up at height share t (0 sill, 1 shoulder), in degrees."""
        crease = self.crease
        draw = self.sculpt * self.hollow(x)
        if t > crease:
            u = (t - crease) / (1 - crease)
            return lerp(13, 66, u**2.1)
        u = t / crease
        low = -38 * (1 - smooth(0, 0.3, u))
        lean = lerp(-7, 5, smooth(0.25, 0.85, u)) - 5 * smooth(0.9, 1, u)
        drawn_in = draw * (1.9 * bump(0.2, 0.13, u) - 0.8 * bump(0.58, 0.2, u))
        return low + lean + drawn_in

    def roof_tilt(self, u: float, x: float) -> float:
        """The same above the shoulder: u from 0 at the shoulder to 1 at the silhouette."""
        gap = self.top(x) - self.waist(x)
        cabin = smooth(120, 330, gap)
        house = lerp(20, 30, u) + 52 * smooth(0.7, 1.0, u)
        bonnet = lerp(62, 86, u**0.6)
        return lerp(bonnet, house, cabin)
