"""What scenes are made of: gradients, ridges, scattered lights. All on a 1600 × 1000 canvas."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from exodrive.demo.artwork.curve import Scatter
from exodrive.demo.artwork.light import Light

WIDTH, HEIGHT, GROUND = 1600, 1000, 790
LEFT, RIGHT = -400, 2000
"""Scenes are drawn wider than the canvas, so that they can be moved and cropped."""


@dataclass(frozen=True)
class Scene:
    """A place: its light, what lies behind the car, what lies before it, and how much the ground mirrors."""

    light: Light
    back: str
    front: str = ""
    wet: float = 0.3
    shadow: float = 0.85
    horizon: float = 640


def gradient(
    name: str,
    stops: Sequence[tuple[float, str, float]],
    *,
    box: tuple[float, float, float, float] = (0, 0, 0, 1),
) -> str:
    """A linear gradient; stops are offset, colour, opacity."""
    x1, y1, x2, y2 = box
    inner = "".join(f'<stop offset="{o}" stop-color="{c}" stop-opacity="{a}"/>' for o, c, a in stops)
    return f'<linearGradient id="{name}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}">{inner}</linearGradient>'


def halo(name: str, colour: str, strength: float = 1.0) -> str:
    """A radial gradient from the colour to nothing."""
    return (
        f'<radialGradient id="{name}"><stop offset="0" stop-color="{colour}" stop-opacity="{strength}"/>'
        f'<stop offset=".35" stop-color="{colour}" stop-opacity="{strength * 0.45:.3f}"/>'
        f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
    )


def band(fill: str, top: float, bottom: float, extra: str = "") -> str:
    return (
        f'<rect x="{LEFT}" y="{top}" width="{RIGHT - LEFT}" height="{bottom - top}" fill="{fill}" {extra}/>'
    )


def glow(name: str, x: float, y: float, rx: float, ry: float | None = None, *, opacity: float = 1.0) -> str:
    return (
        f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{rx:.0f}" ry="{ry or rx:.0f}" fill="url(#{name})" '
        f'opacity="{opacity:.2f}"/>'
    )


def soften(name: str, across: float, down: float | None = None) -> str:
    spread = across if down is None else f"{across} {down}"
    return (
        f'<filter id="{name}" filterUnits="userSpaceOnUse" x="-40" y="-40" width="{WIDTH + 80}" height="{HEIGHT + 80}">'
        f'<feGaussianBlur stdDeviation="{spread}"/></filter>'
    )


def _broken(
    scatter: Scatter, points: list[tuple[float, float]], rough: float, depth: int
) -> list[tuple[float, float]]:
    """The line with every stretch broken at its middle, again and again, each time by less."""
    if not depth:
        return points
    out = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        out.append((x0 + (x1 - x0) * scatter(0.35, 0.65), (y0 + y1) / 2 + scatter(-rough, rough)))
        out.append((x1, y1))
    return _broken(scatter, out, rough * 0.5, depth - 1)


def ridge(
    seed: str, base: float, rise: float, step: float, *, fill: str, sharp: float = 0.5, floor: float = 760
) -> str:
    """A mountain range: `sharp` 0 gives dunes, 1 gives peaks."""
    scatter = Scatter(seed)
    points: list[tuple[float, float]] = []
    x, up = float(LEFT), True
    while x < RIGHT + step:
        points.append((x, base - rise * (scatter(0.55, 1.0) if up else scatter(0.0, 0.4))))
        x += step * scatter(0.7, 1.3)
        up = not up
    if sharp > 0.5:
        points = _broken(scatter, points, rise * 0.13, 4)
    d = f"M{LEFT} {floor}L{points[0][0]:.0f} {points[0][1]:.0f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        pull = (x1 - x0) * 0.5 * (1 - sharp)
        d += f"C{x0 + pull:.0f} {y0:.0f} {x1 - pull:.0f} {y1:.0f} {x1:.0f} {y1:.0f}"
    return f'<path d="{d}V{floor}Z" fill="{fill}"/>'


def bokeh(
    seed: str,
    count: int,
    colours: Sequence[str],
    area: tuple[float, float, float, float],
    size: tuple[float, float],
) -> str:
    """Lights out of focus: discs with a slightly brighter rim."""
    scatter = Scatter(seed)
    x0, y0, x1, y1 = area
    parts = []
    for _ in range(count):
        x, y, r = scatter(x0, x1), scatter(y0, y1), scatter(*size)
        colour = colours[int(scatter(0, len(colours)))]
        alpha = scatter(0.12, 0.5)
        parts.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}" fill="{colour}" fill-opacity="{alpha:.2f}" '
            f'stroke="{colour}" '
            f'stroke-opacity="{min(1, alpha * 1.5):.2f}" stroke-width="{r * 0.09:.1f}"/>'
        )
    return "".join(parts)


def streaks(seed: str, count: int, colours: Sequence[str], top: float, bottom: float) -> str:
    """Lights mirrored in wet ground, drawn long."""
    scatter = Scatter(seed)
    parts = []
    for _ in range(count):
        x, w = scatter(LEFT + 200, RIGHT - 200), scatter(8, 46)
        colour = colours[int(scatter(0, len(colours)))]
        long = scatter(0.35, 1.0) * (bottom - top)
        parts.append(
            f'<rect x="{x:.0f}" y="{top:.0f}" width="{w:.0f}" height="{long:.0f}" rx="{w / 2:.0f}" fill="{colour}" '
            f'opacity="{scatter(0.1, 0.4):.2f}"/>'
        )
    return "".join(parts)


def road(name: str, far: str, near: str, horizon: float, *, line: str = "#e8e2d0") -> str:
    """Tarmac from the horizon to the viewer, with a kerb line far and a broken line near."""
    return (
        gradient(name, [(0, far, 1), (0.35, near, 1), (1, near, 1)])
        + band(f"url(#{name})", horizon, 1060)
        + band(line, horizon + 34, horizon + 37, 'opacity=".5"')
        + "".join(
            f'<rect x="{x}" y="938" width="230" height="11" fill="{line}" opacity=".38"/>'
            for x in range(-300, 2000, 430)
        )
    )
