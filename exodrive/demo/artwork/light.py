"""Colours and the light of a place: what a panel facing some way reflects there."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, atan2, cos, degrees, exp, radians, sin

from exodrive.demo.artwork.curve import clamp

Colour = tuple[float, float, float]
"""Linear light, red, green, blue; may be above 1."""


def linear(text: str) -> Colour:
    """ "#rrggbb" as linear light."""
    r, g, b = (int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (r**2.2, g**2.2, b**2.2)


def css(colour: Colour) -> str:
    """Linear light as "#rrggbb", highlights rolled off instead of clipped."""
    parts = []
    for value in colour:
        rolled = value if value < 0.6 else 0.6 + 0.4 * (1 - exp(-(value - 0.6) / 0.4))
        parts.append(round(255 * clamp(rolled) ** (1 / 2.2)))
    return "#" + "".join(f"{part:02x}" for part in parts)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def blend(a: str, b: str, t: float) -> str:
    """A colour between two of "#rrggbb"."""
    return css(mix(linear(a), linear(b), t))


@dataclass(frozen=True)
class Light:
    """The light of a place. `sky` are (elevation in degrees, colour, strength) from straight down (-90) over the
    horizon (0) and the zenith (90) to the sky behind the viewer's back (180)."""

    sky: Sequence[tuple[float, str, float]]
    ambient: str
    level: float = 1.0
    side: float = 0.0
    """Where the low sun or the brighter end is: -1 the nose's side, 1 the tail's."""
    lamps: float = 0.6
    """How bright the car's own lamps look."""

    def seen(self, elevation: float) -> Colour:
        stops = self.sky
        i = bisect_right([stop[0] for stop in stops], elevation)
        if i == 0 or i == len(stops):
            _, text, power = stops[min(i, len(stops) - 1)]
            base = linear(text)
            return (base[0] * power, base[1] * power, base[2] * power)
        (e0, c0, p0), (e1, c1, p1) = stops[i - 1], stops[i]
        t = (elevation - e0) / (e1 - e0)
        a, b = linear(c0), linear(c1)
        left = (a[0] * p0, a[1] * p0, a[2] * p0)
        right = (b[0] * p1, b[1] * p1, b[2] * p1)
        return mix(left, right, t)


@dataclass(frozen=True)
class Paint:
    """A car's finish: `metal` 0 solid to 1 liquid metal, `coat` how strongly the clear coat mirrors."""

    colour: str
    metal: float = 0.45
    coat: float = 0.1
    flip: str | None = None
    """The colour that steep angles turn to."""


def _reflected(tilt: float, turn: float) -> tuple[float, float]:
    """Elevation and azimuth, in degrees, of what a viewer in front sees in a panel whose normal is raised by `tilt`
    and turned by `turn`."""
    e, a = radians(tilt), radians(turn)
    nx, ny, nz = sin(a) * cos(e), sin(e), cos(a) * cos(e)
    rx, ry, rz = 2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1
    up = degrees(asin(clamp(ry, -1, 1)))
    if rz < 0 and tilt > 0 and abs(turn) < 30:
        up = 180 - up
    return up, degrees(atan2(rx, max(rz, 0.05)))


def shade(paint: Paint, light: Light, tilt: float, turn: float, dim: float = 1.0) -> Colour:
    """The colour of a painted panel. `dim` darkens for occlusion."""
    e, a = radians(tilt), radians(turn)
    facing = cos(e) * cos(a)
    base = linear(paint.colour)
    if paint.flip:
        base = mix(base, linear(paint.flip), (1 - facing) ** 1.5)
    up, azimuth = _reflected(tilt, turn)
    mirror = light.seen(up)
    soft = mix(light.seen(clamp(tilt * 1.2 + 14, -80, 100)), mirror, 0.4)
    around = 1 + 0.55 * light.side * sin(radians(azimuth))
    ambient = linear(light.ambient)
    lit = 0.35 + 0.65 * clamp(0.5 + 0.5 * sin(e) + 0.25 * light.side * sin(a))
    fresnel = paint.coat + (1 - paint.coat) * (1 - facing) ** 4 * 0.75
    out = []
    for i in range(3):
        flat = base[i] * ambient[i] * lit * (1 - 0.55 * paint.metal)
        flake = base[i] * soft[i] * (0.35 + 1.1 * paint.metal)
        out.append((flat + flake + fresnel * mirror[i] * around) * light.level * dim)
    return (out[0], out[1], out[2])
