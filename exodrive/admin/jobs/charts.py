"""Charts as geometry that a template draws in SVG. Pure functions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exodrive.services.job.contracts import Point

WIDTH, HEIGHT = 600.0, 100.0
"""Of the drawing; it is stretched to the width of its place."""

_MARKS = 4  # parts of the time axis
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `y` is its upper edge."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """Steps through the parts that have a value, as an SVG path."""

    path: str
    tone: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`top` is the value at the upper edge, `marks` what stands below the time axis at even distances."""

    top: float
    marks: tuple[str, ...]
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()


def ended(points: Sequence[Point], since: datetime, window: timedelta, parts: int) -> Chart:
    """What completed with what failed on top, a bar for each part of the window."""
    top = nice(max((point.completed + point.failed for point in points), default=0))
    width = WIDTH / parts
    bars: list[Bar] = []
    for point in points:
        x = width * _part(point, since, window, parts)
        below = HEIGHT * point.completed / top
        above = HEIGHT * point.failed / top
        if below:
            bars.append(Bar(_r(x), _r(HEIGHT - below), _r(width * 0.82), _r(below), "done"))
        if above:
            bars.append(Bar(_r(x), _r(HEIGHT - below - above), _r(width * 0.82), _r(above), "failed"))
    return Chart(top=top, marks=_marks(since, window), bars=tuple(bars))


def times(points: Sequence[Point], since: datetime, window: timedelta, parts: int) -> Chart:
    """How long jobs waited and ran: the 95th percentile of each part that has one."""
    values = [value for point in points for value in (point.wait_p95, point.run_p95) if value is not None]
    top = nice(max(values, default=0))
    lines = []
    for tone, name in (("wait", "wait_p95"), ("run", "run_p95")):
        heights = {_part(point, since, window, parts): getattr(point, name) for point in points}
        lines.append(
            Line(_steps({part: v for part, v in heights.items() if v is not None}, top, parts), tone)
        )
    return Chart(top=top, marks=_marks(since, window), lines=tuple(lines))


def nice(value: float) -> float:
    """The next value that reads well at the edge of a chart; 1 for nothing."""
    if value <= 0:
        return 1
    scale = 10.0 ** math.floor(math.log10(value))
    found = next(step * scale for step in (1, 2, 3, 4, 6, 8, 10) if step * scale >= value * (1 - 1e-9))
    return float(f"{found:.6g}")


def _part(point: Point, since: datetime, window: timedelta, parts: int) -> int:
    return min(parts - 1, max(0, int((point.at - since) / window * parts + 0.5)))


def _steps(heights: dict[int, float], top: float, parts: int) -> str:
    """Each part a level line; neighbours are joined."""
    width = WIDTH / parts
    moves: list[str] = []
    for part in sorted(heights):
        y = _r(HEIGHT - HEIGHT * heights[part] / top)
        moves.append(f"{'L' if part - 1 in heights else 'M'}{_r(part * width)} {y}H{_r((part + 1) * width)}")
    return "".join(moves)


def _marks(since: datetime, window: timedelta) -> tuple[str, ...]:
    style = "%H:%M" if window <= _DAY else "%a %d"
    return tuple((since + window * step / _MARKS).strftime(style) for step in range(_MARKS + 1))


def _r(number: float) -> float:
    return round(number, 2)
