"""Wheels: tyre, rim, spokes, brake disc and calliper, all around (0, 0) and placed by a transform."""

from dataclasses import dataclass
from math import cos, pi, sin

from exodrive.demo.artwork.curve import Point, Scatter, path


@dataclass(frozen=True)
class Wheel:
    """A wheel's design: kind of spokes, their metal, the calliper's colour."""

    kind: str
    metal: str = "silver"
    calliper: str = "#c8102e"
    share: float = 0.82
    """The rim's radius as a share of the tyre's."""


METALS = {
    "silver": ("#f4f6f8", "#a9afb6", "#4b5057"),
    "black": ("#5a5e64", "#1d1f23", "#08090a"),
    "bronze": ("#e9c48f", "#9a6b34", "#3a2410"),
    "graphite": ("#9aa0a8", "#4a4f56", "#1a1c20"),
    "gold": ("#f7e0a0", "#b58d3a", "#4d3812"),
}


def polar(angle: float, radius: float) -> Point:
    return (radius * cos(angle), radius * sin(angle))


def _limb(
    angle: float, inner: float, outer: float, width: tuple[float, float], sweep: float = 0.0
) -> list[Point]:
    """A spoke as a polygon: half-widths at hub and rim in millimetres, bent by `sweep` radians on the way out."""
    left, right = [], []
    for k in range(9):
        t = k / 8
        radius = inner + (outer - inner) * t
        half = width[0] + (width[1] - width[0]) * t
        centre = angle + sweep * t * t
        left.append(polar(centre - half / radius, radius))
        right.append(polar(centre + half / radius, radius))
    return [*left, *reversed(right)]


def _around(count: int) -> list[float]:
    return [pi / 2 + 2 * pi * k / count for k in range(count)]


def _pairs(
    count: int, inner: float, outer: float, width: tuple[float, float], *, apart: float, sweep: float
) -> list[list[Point]]:
    """Two spokes at each of `count` places, mirror images of each other."""
    return [_limb(a + s * apart, inner, outer, width, s * sweep) for a in _around(count) for s in (-1, 1)]


def _spokes(kind: str, r: float) -> list[list[Point]]:
    hub = r * 0.15
    single = {
        "five": (5, (r * 0.13, r * 0.085), 0.0), "ten": (10, (r * 0.05, r * 0.042), 0.0),
        "star": (7, (r * 0.085, r * 0.05), 0.0), "turbine": (18, (r * 0.028, r * 0.05), 0.42),
        "aero": (5, (r * 0.16, r * 0.46), 0.12),
    }  # fmt: skip
    if kind in single:
        count, width, sweep = single[kind]
        return [_limb(a, hub, r, width, sweep) for a in _around(count)]
    if kind == "twin":
        return _pairs(5, hub, r, (r * 0.045, r * 0.05), apart=0.15, sweep=0.07)
    if kind == "mesh":
        return _pairs(12, hub * 1.3, r, (r * 0.026, r * 0.03), apart=0, sweep=0.52)
    if kind == "wire":
        return _pairs(30, hub * 1.5, r, (r * 0.011, r * 0.011), apart=0, sweep=0.3)
    stems = [_limb(a, hub, r * 0.6, (r * 0.06, r * 0.05)) for a in _around(7)]
    return [*stems, *_pairs(7, r * 0.52, r, (r * 0.04, r * 0.035), apart=0.02, sweep=0.27)]


def _disc(r: float, colour: str) -> str:
    holes = "".join(
        f'<circle cx="{polar(a * pi / 18 + ring * 0.09, r * (0.4 + ring * 0.085))[0]:.1f}" '
        f'cy="{polar(a * pi / 18 + ring * 0.09, r * (0.4 + ring * 0.085))[1]:.1f}" r="{r * 0.014:.1f}"/>'
        for ring in range(3)
        for a in range(36)
    )
    grip = _limb(pi * 0.08, r * 0.48, r * 0.74, (r * 0.27, r * 0.33))
    shine = _limb(pi * 0.08, r * 0.66, r * 0.72, (r * 0.2, r * 0.22))
    return (
        f'<circle r="{r * 0.7:.1f}" fill="url(#disc)"/><g fill="#15171a" opacity=".75">{holes}</g>'
        f'<circle r="{r * 0.69:.1f}" fill="none" stroke="#d9dde2" stroke-width="{r * 0.012:.1f}" opacity=".5"/>'
        f'<circle r="{r * 0.33:.1f}" fill="#202328"/>'
        f'<path d="{path(grip)}" fill="{colour}" stroke="{colour}" stroke-width="{r * 0.05:.1f}" '
        f'stroke-linejoin="round"/>'
        f'<path d="{path(shine)}" fill="#fff" opacity=".28"/>'
    )


def definitions(wheel: Wheel) -> str:
    bright, middle, dark = METALS[wheel.metal]
    return (
        f'<linearGradient id="alloy" x1="0.2" y1="0" x2="0.7" y2="1"><stop offset="0" stop-color="{bright}"/>'
        f'<stop offset=".42" stop-color="{middle}"/><stop offset="1" stop-color="{dark}"/></linearGradient>'
        f'<linearGradient id="lip" x1="0.1" y1="0" x2="0.6" y2="1"><stop offset="0" stop-color="{bright}"/>'
        f'<stop offset=".3" stop-color="{middle}"/><stop offset=".62" stop-color="{dark}"/>'
        f'<stop offset="1" stop-color="{middle}"/></linearGradient>'
        '<radialGradient id="disc"><stop offset=".4" stop-color="#5d636b"/><stop offset=".62" stop-color="#b4bac2"/>'
        '<stop offset=".8" stop-color="#7d838b"/><stop offset="1" stop-color="#4b5057"/></radialGradient>'
        '<radialGradient id="tyre"><stop offset=".8" stop-color="#050506"/><stop offset=".85" stop-color="#1c1d20"/>'
        '<stop offset=".9" stop-color="#26282c"/><stop offset=".95" stop-color="#131416"/>'
        '<stop offset="1" stop-color="#060607"/></radialGradient>'
        '<linearGradient id="worn" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#000" stop-opacity=".85"/>'
        '<stop offset=".3" stop-color="#000" stop-opacity=".15"/><stop offset=".6" stop-color="#000" stop-opacity="0"/>'
        '<stop offset="1" stop-color="#000" stop-opacity=".55"/></linearGradient>'
        '<radialGradient id="barrel"><stop offset=".3" stop-color="#0a0b0d"/><stop offset=".86" stop-color="#17191c"/>'
        '<stop offset="1" stop-color="#33373c"/></radialGradient>'
    )


def _tread(r: float, seed: str) -> str:
    """Fine marks on the sidewall: the moulded lettering, as light catches it."""
    scatter = Scatter(seed)
    marks = []
    for start in (0.55, 3.7):
        angle = start
        while angle < start + 0.95:
            step = scatter(0.03, 0.07)
            a, b = polar(angle, r * 0.91), polar(angle + step * 0.7, r * 0.91)
            marks.append(f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}")
            angle += step
    return f'<path d="{"".join(marks)}" stroke="#5b5f66" stroke-width="{r * 0.03:.1f}" opacity=".5" fill="none"/>'


def draw(wheel: Wheel, radius: float, spin: float = 0.0) -> str:
    """A wheel around the origin. `spin` in degrees turns the spokes."""
    rim = radius * wheel.share
    bright = METALS[wheel.metal][0]
    spokes = [path(limb) for limb in _spokes(wheel.kind, rim * 0.955)]
    shadow = "".join(f'<path d="{d}"/>' for d in spokes)
    bolts = "".join(
        f'<circle cx="{polar(a * 2 * pi / 5, rim * 0.1)[0]:.1f}" cy="{polar(a * 2 * pi / 5, rim * 0.1)[1]:.1f}" '
        f'r="{rim * 0.016:.1f}" fill="#000" opacity=".55"/>'
        for a in range(5)
    )
    return (
        f'<circle r="{radius}" fill="url(#tyre)"/>{_tread(radius, wheel.kind)}'
        f'<circle r="{radius * 0.955:.1f}" fill="none" stroke="#3a3d42" stroke-width="2.5" opacity=".6"/>'
        f'<circle r="{rim}" fill="url(#barrel)"/>{_disc(rim, wheel.calliper)}'
        f'<g transform="rotate({spin})"><g fill="#000" opacity=".55" transform="translate(7 9)">{shadow}</g>'
        f'<g fill="url(#alloy)" stroke="{bright}" stroke-width="2.2" stroke-opacity=".65">{shadow}</g></g>'
        f'<circle r="{rim * 0.975:.1f}" fill="none" stroke="url(#lip)" stroke-width="{rim * 0.05:.1f}"/>'
        f'<circle r="{rim * 0.945:.1f}" fill="none" stroke="#000" stroke-opacity=".5" stroke-width="2"/>'
        f'<circle r="{rim * 0.17:.1f}" fill="url(#alloy)"/>{bolts}'
        f'<circle r="{rim * 0.06:.1f}" fill="#111317" stroke="{bright}" stroke-width="2"/>'
        f'<circle r="{radius}" fill="url(#worn)"/>'
    )
