"""Painted panels: strips that run along the body, each coloured by what it reflects."""

from collections.abc import Callable
from math import cos, exp, hypot, pi, sin

from exodrive.demo.artwork.curve import Point, clamp, lerp, path, smooth
from exodrive.demo.artwork.light import Light, Paint, css, mix, shade
from exodrive.demo.artwork.shape import Shape

FLANK_STRIPS = 140
TOP_STRIPS = 30


def arc(x: float, radius: float, axle: float, floor: float) -> list[Point]:
    """The part of a wheel arch above `floor`, from its tail end to its nose end."""
    low = max(-0.6, min(0.6, (floor - axle) / radius))
    start = low
    return [
        (x + radius * cos(a), axle + radius * sin(a))
        for a in (lerp(start, pi - start, k / 40) for k in range(41))
    ]


def contour(shape: Shape) -> list[Point]:
    """The body's outline with the wheel arches cut out."""
    (fx, fy, fr), (rx, ry, rr) = shape.arches
    sill = shape.sill
    rear = arc(rx, rr, ry, sill)
    front = arc(fx, fr, fy, sill)
    return [*shape.line, *rear, *front]


def flare(shape: Shape, x: float, y: float) -> tuple[float, float]:
    """How the lips of the wheel arches tilt and turn the panel at a point, in degrees."""
    tilt = turn = 0.0
    for axle_x, axle_y, radius in shape.arches:
        dx, dy = x - axle_x, y - axle_y
        distance = hypot(dx, dy)
        if distance < 1 or dy < -radius * 0.4:
            continue
        off = distance - radius
        lip = exp(-((max(off, 0) / 46) ** 2))
        dip = 0.62 * exp(-(((off - 120) / 60) ** 2))
        strength = (30 * lip - 13 * dip) * smooth(-radius * 0.4, radius * 0.2, dy)
        tilt += strength * dy / distance
        turn += strength * 0.7 * dx / distance
    return tilt, turn


def _columns(shape: Shape) -> list[float]:
    """Where along the car a strip's colour is worked out: closer at the ends and around the arches."""
    step, columns, x = 0.0, [], -30.0
    while x < shape.length + 30:
        columns.append(x)
        near = min(abs(abs(x - axle_x) - radius) for axle_x, _, radius in shape.arches)
        end = min(x, shape.length - x)
        near = min(near, *(abs(shape.top(x - back) - shape.waist(x - back) - 145) for back in (0, 130, 260)))
        step = 13 if near < 150 else 24 if end < 260 else 60
        x += step
    return [*columns, shape.length + 30]


def _thinned(stops: list[tuple[float, str]], slack: int = 2) -> list[tuple[float, str]]:
    """The stops without those that lie, within `slack` of 255, on the way between their neighbours: renderers look
    through all stops for every pixel."""
    if len(stops) < 3:
        return stops
    (x0, first), (x1, last) = stops[0], stops[-1]
    a, b = bytes.fromhex(first[1:]), bytes.fromhex(last[1:])
    worst, at = 0.0, 0
    for i, (x, text) in enumerate(stops[1:-1], 1):
        share = (x - x0) / (x1 - x0)
        off = max(abs(c - lerp(p, q, share)) for c, p, q in zip(bytes.fromhex(text[1:]), a, b, strict=True))
        if off > worst:
            worst, at = off, i
    if worst <= slack:
        return [stops[0], stops[-1]]
    return [*_thinned(stops[: at + 1], slack)[:-1], *_thinned(stops[at:], slack)]


def _strip(
    name: str,
    shape: Shape,
    heights: tuple[Callable[[float], float], Callable[[float], float]],
    colour: Callable[[float], str],
) -> str:
    """A strip from the first height down to the second, coloured along its length."""
    columns = _columns(shape)
    span = columns[-1] - columns[0]
    stops = "".join(
        f'<stop offset="{(x - columns[0]) / span:.4f}" stop-color="{text}"/>'
        for x, text in _thinned([(x, colour(x)) for x in columns])
    )
    upper, lower = heights
    edges = columns[::2]
    outline = [*((x, upper(x)) for x in edges), *((x, lower(x)) for x in reversed(edges))]
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{columns[0]}" x2="{columns[-1]}" '
        f'y1="0" y2="0">'
        f'{stops}</linearGradient><path fill="url(#{name})" d="{path(outline)}"/>'
    )


def _flank(shape: Shape, paint: Paint, light: Light, t: float, name: str) -> str:
    def height(x: float) -> float:
        return lerp(shape.sill - 20, shape.waist(x), t)

    def below(x: float) -> float:
        return lerp(shape.sill - 20, shape.waist(x), t - 2.5 / FLANK_STRIPS) if t > 0 else -80

    def colour(x: float) -> str:
        lift, swing = flare(shape, x, height(x))
        tilt = clamp(shape.tilt(t, x) + lift, -60, 89)
        turn = clamp(shape.turn(x) + swing, -86, 86)
        dim = lerp(0.5, 1.0, smooth(0.0, 0.3, t))
        return css(shade(paint, light, tilt, turn, dim))

    return _strip(name, shape, (height, below), colour)


def _top(shape: Shape, paints: tuple[Paint, Paint], light: Light, u: float, name: str) -> str:
    def height(x: float) -> float:
        return lerp(shape.waist(x), shape.top(x) + 6, u)

    def below(x: float) -> float:
        return lerp(shape.waist(x), shape.top(x) + 6, u - 2.5 / TOP_STRIPS) - 3

    def colour(x: float) -> str:
        tilt, turn = clamp(shape.roof_tilt(u, x), -60, 89), shape.turn(x) * 0.8
        at = x - 260 * (1 - u) if x > shape.length / 2 else x
        cabin = smooth(138, 152, shape.top(at) - shape.waist(at))
        return css(mix(shade(paints[0], light, tilt, turn), shade(paints[1], light, tilt, turn), cabin))

    return _strip(name, shape, (height, below), colour)


def panels(shape: Shape, paint: Paint, roof: Paint, light: Light) -> str:
    """All painted metal, clipped to the contour (`#contour` must be defined)."""
    tops = [_top(shape, (paint, roof), light, 1 - k / TOP_STRIPS, f"t{k}") for k in range(TOP_STRIPS)]
    flanks = [_flank(shape, paint, light, 1 - k / FLANK_STRIPS, f"f{k}") for k in range(FLANK_STRIPS + 1)]
    return f'<g clip-path="url(#contour)">{"".join(tops)}{"".join(flanks)}</g>'


def rim_light(shape: Shape, light: Light) -> str:
    """The thin bright edge the sky draws along the roof and bonnet."""
    bright = css(light.seen(86))
    edge = path(shape.line, closed=False)
    strokes = "".join(
        f'<path d="{edge}" fill="none" stroke="{bright}" stroke-width="{width}" opacity="{opacity}"/>'
        for width, opacity in ((26, 0.1), (18, 0.14), (11, 0.22), (5, 0.65))
    )
    return f'<g clip-path="url(#contour)">{strokes}</g>'
