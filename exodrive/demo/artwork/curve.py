"""Points, splines and the text of SVG paths. Units are millimetres, y grows upwards, the ground is y = 0."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from math import exp, hypot

Point = tuple[float, float]
Knot = tuple[float, float] | tuple[float, float, str]
"""A point a spline passes through; a third member "c" makes it a corner."""


class Scatter:
    """A repeatable stream of numbers in [0, 1): pictures must come out the same on every run."""

    def __init__(self, seed: str) -> None:
        self._state = 2166136261
        for letter in seed:
            self._state = ((self._state ^ ord(letter)) * 16777619) % 2**32

    def __call__(self, low: float = 0.0, high: float = 1.0) -> float:
        self._state = (self._state * 1664525 + 1013904223) % 2**32
        mixed = (self._state ^ (self._state >> 15)) * 2246822519 % 2**32
        return low + (high - low) * ((mixed ^ (mixed >> 13)) / 2**32)


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    return max(low, min(high, value))


def smooth(low: float, high: float, value: float) -> float:
    """Smoothstep: 0 below `low`, 1 above `high`, with flat ends."""
    t = clamp((value - low) / (high - low))
    return t * t * (3 - 2 * t)


def bump(middle: float, width: float, value: float) -> float:
    """1 at `middle`, falling to nothing over about twice `width`."""
    return exp(-(((value - middle) / width) ** 2))


def lerp(a: float, b: float, t: float) -> float:
    return a + (b - a) * t


def between(a: Point, b: Point, t: float) -> Point:
    return (lerp(a[0], b[0], t), lerp(a[1], b[1], t))


def _span(p: Sequence[Point], i: int, steps: int) -> list[Point]:
    """A centripetal Catmull-Rom span from p[i] to p[i + 1], end tangents mirrored."""
    p1, p2 = p[i], p[i + 1]
    p0 = p[i - 1] if i else (2 * p1[0] - p2[0], 2 * p1[1] - p2[1])
    p3 = p[i + 2] if i + 2 < len(p) else (2 * p2[0] - p1[0], 2 * p2[1] - p1[1])
    d1, d2, d3 = (
        max(hypot(b[0] - a[0], b[1] - a[1]), 1e-6) ** 0.5 for a, b in ((p0, p1), (p1, p2), (p2, p3))
    )
    tangents = []
    for axis in (0, 1):
        a = (p1[axis] - p0[axis]) / d1 - (p2[axis] - p0[axis]) / (d1 + d2) + (p2[axis] - p1[axis]) / d2
        b = (p2[axis] - p1[axis]) / d2 - (p3[axis] - p1[axis]) / (d2 + d3) + (p3[axis] - p2[axis]) / d3
        tangents.append((a * d2, b * d2))
    out = []
    for k in range(1, steps + 1):
        t = k / steps
        h1, h2 = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t
        h3, h4 = -2 * t**3 + 3 * t**2, t**3 - t**2
        out.append(
            (
                h1 * p1[0] + h2 * tangents[0][0] + h3 * p2[0] + h4 * tangents[0][1],
                h1 * p1[1] + h2 * tangents[1][0] + h3 * p2[1] + h4 * tangents[1][1],
            )
        )
    return out


def spline(knots: Sequence[Knot], steps: int = 14) -> list[Point]:
    """The knots joined by smooth spans, broken at corners."""
    groups: list[list[Point]] = [[]]
    for index, knot in enumerate(knots):
        point = (float(knot[0]), float(knot[1]))
        groups[-1].append(point)
        if len(knot) == 3 and 0 < index < len(knots) - 1:
            groups.append([point])
    line = [groups[0][0]]
    for group in groups:
        for i in range(len(group) - 1):
            line += _span(group, i, steps)
    return line


class Profile:
    """y as a function of x along a line that runs from left to right; the topmost where it doubles back."""

    def __init__(self, line: Iterable[Point]) -> None:
        self.points: list[Point] = []
        for x, y in line:
            if not self.points or x > self.points[-1][0] + 0.01:
                self.points.append((x, y))
            elif y > self.points[-1][1]:
                self.points[-1] = (self.points[-1][0], y)
        self._xs = [x for x, _ in self.points]

    def __call__(self, x: float) -> float:
        i = bisect_right(self._xs, x)
        if i == 0:
            return self.points[0][1]
        if i == len(self.points):
            return self.points[-1][1]
        (x0, y0), (x1, y1) = self.points[i - 1], self.points[i]
        return lerp(y0, y1, (x - x0) / (x1 - x0))

    def cut(self, left: float, right: float, steps: int = 60) -> list[Point]:
        return [(x, self(x)) for x in (lerp(left, right, k / steps) for k in range(steps + 1))]


def path(points: Iterable[Point], *, closed: bool = True) -> str:
    """The `d` of a path through the points, with y turned down as SVG has it."""
    text = "L".join(f"{x:.1f} {-y:.1f}" for x, y in points)
    return f"M{text}{'Z' if closed else ''}"


def smooth_path(knots: Sequence[Knot], *, closed: bool = True, steps: int = 10) -> str:
    return path(spline(knots, steps), closed=closed)
