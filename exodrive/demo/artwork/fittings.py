"""Everything that is fixed to the panels: glass, gaps, lamps, mirrors, vents, wings."""

from exodrive.demo.artwork.curve import Point, lerp, path, smooth_path, spline
from exodrive.demo.artwork.light import Light, css, linear, mix, shade
from exodrive.demo.artwork.look import Lamp, Look
from exodrive.demo.artwork.shape import Shape

SOFT8 = 'filter="url(#soft8)"'


def _stroke(d: str, colour: str, width: float, opacity: float = 1.0, extra: str = "") -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" opacity="{opacity}" '
        f'stroke-linecap="round" stroke-linejoin="round" {extra}/>'
    )


def glass_fill(light: Light, name: str, y_low: float, y_high: float, sheen: float = 1.0) -> str:
    """A vertical gradient of what tilted glass reflects, over a dark cabin."""
    stops = []
    for k in range(9):
        t = k / 8
        seen = light.seen(lerp(22, 74, t))
        dark = linear("#07090c")
        share = (0.1 + 0.26 * t) * sheen
        stops.append(f'<stop offset="{t:.3f}" stop-color="{css(mix(dark, seen, share))}"/>')
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="{-y_low}" y2="{-y_high}">'
        f"{''.join(stops)}</linearGradient>"
    )


def _seat(x: float, base: float, top: float, colour: str) -> str:
    tall = top - base
    back = [
        (x + 30, base), (x + 95, base + tall * 0.45), (x + 128, base + tall * 0.62), (x + 205, base + tall * 0.6),
        (x + 200, base + tall * 0.2), (x + 150, base),
    ]  # fmt: skip
    head = [
        (x + 128, base + tall * 0.66), (x + 140, base + tall * 0.9), (x + 185, base + tall * 0.94),
        (x + 222, base + tall * 0.84), (x + 208, base + tall * 0.64),
    ]  # fmt: skip
    return (
        f'<path d="{smooth_path(back)}" fill="{colour}"/><path d="{smooth_path([*head, head[0]])}" fill="{colour}"/>'
        + _stroke(smooth_path(back[:4], closed=False), "#fff", 4, 0.12)
    )


def interior(look: Look, *, bright: float) -> str:
    """Seats and steering wheel, as seen through the windows."""
    shape = look.shape
    xs = [x for x, *_ in shape.glass] or [shape.screen[0][0], shape.length * 0.7]
    middle = lerp(min(xs), max(xs), 0.4)
    base = shape.waist(middle) - 30
    top = shape.screen[1][1] - 20
    colour = css(mix(linear("#050607"), linear(look.cabin), bright))
    parts = [_seat(middle + 20, base, top, colour)]
    if shape.length > 4950 and not shape.open_top:
        parts.append(_seat(middle + 920, base, top - 10, colour))
    x, y = middle - 190, -(base + 45)
    parts.append(
        f'<ellipse cx="{x}" cy="{y}" rx="26" ry="105" transform="rotate(-24 {x} {y})" fill="none" stroke="{colour}" '
        'stroke-width="17"/>'
    )
    return "".join(parts)


def windows(look: Look, light: Light) -> str:
    """Side glass with its frame, pillars and sheen, and the sliver of windscreen."""
    shape = look.shape
    if not shape.glass:
        return ""
    line = spline(shape.glass, 12)
    low, high = min(y for _, y in line), max(y for _, y in line)
    d = path(line)
    left, right = min(x for x, _ in line), max(x for x, _ in line)
    foot, head = low - 60, high + 30
    bars = "".join(
        f'<path d="{path([(a - w / 2, foot), (a + w / 2, foot), (b + v / 2, head), (b - v / 2, head)])}" '
        f'fill="{shape.frame}"/>'
        for a, b, w, v in shape.pillars
    )
    sheen = []
    for start, width, alpha in ((0.16, 0.2, 0.13), (0.42, 0.06, 0.09), (0.74, 0.14, 0.08)):
        x = lerp(left, right, start)
        w = (right - left) * width
        band = [(x, low - 40), (x + w, low - 40), (x + w + 260, high + 40), (x + 260, high + 40)]
        sheen.append(f'<path d="{path(band)}" fill="#fff" opacity="{alpha}"/>')
    edge = "#c9ced4" if look.chrome else shape.frame
    return (
        f'{glass_fill(light, "glass", low, high)}<clipPath id="pane"><path d="{d}"/></clipPath>'
        f'{_stroke(d, shape.frame, 26)}<path d="{d}" fill="url(#glass)"/>'
        f'<g clip-path="url(#pane)"><g opacity=".7">{interior(look, bright=0.35)}</g>{"".join(sheen)}{bars}'
        f"{_stroke(d, '#000', 20, 0.5, SOFT8)}</g>{_stroke(d, edge, 7 if look.chrome else 5, 0.9)}"
    )


def _sliver(shape: Shape, foot: Point, head: Point, depth: tuple[float, float], name: str) -> str:
    """A pane seen almost edge-on: the windscreen or the rear window."""
    a, b = min(foot[0], head[0]), max(foot[0], head[0])
    top = shape.top.cut(a, b, 30)
    low = []
    for k, (x, y) in enumerate(reversed(top)):
        t = 1 - k / 30
        drop = lerp(depth[0], depth[1], t)
        low.append((x + (24 if foot[0] < head[0] else -24), y - drop))
    return f'<path d="{path([*top, *low])}" fill="url(#{name})" clip-path="url(#contour)"/>'


def screens(look: Look, light: Light) -> str:
    shape = look.shape
    if shape.open_top:
        return ""
    foot, head = shape.screen
    parts = [glass_fill(light, "screen", foot[1], head[1], 0.9)]
    parts.append(_sliver(shape, foot, head, (14, 34), "screen"))
    if shape.rear_glass:
        parts.append(_sliver(shape, shape.rear_glass[0], shape.rear_glass[1], (34, 14), "screen"))
    return "".join(parts)


def gaps(look: Look) -> str:
    """Door cuts, each a dark gap with a lit edge."""
    parts = []
    for door in look.shape.doors:
        d = smooth_path(door, closed=False)
        parts.append(
            f'<g transform="translate(5 4)">{_stroke(d, "#fff", 4, 0.16)}</g>{_stroke(d, "#050506", 6.5, 0.8)}'
        )
    return f'<g clip-path="url(#contour)">{"".join(parts)}</g>'


def handles(look: Look, light: Light) -> str:
    parts = []
    for x, y in look.shape.handles:
        low = css(shade(look.paint, light, -20, 0))
        top = "#dfe3e8" if look.chrome else css(shade(look.paint, light, 34, 0))
        parts.append(
            f'<rect x="{x - 96}" y="{-y - 15}" width="192" height="34" rx="17" fill="#000" opacity=".42"/>'
            f'<rect x="{x - 90}" y="{-y - 13}" width="180" height="22" rx="11" fill="{low}"/>'
            f'<rect x="{x - 90}" y="{-y - 13}" width="180" height="9" rx="4.5" fill="{top}"/>'
        )
    return "".join(parts)


def mirror(look: Look, light: Light) -> str:
    x, y = look.shape.mirror
    top, low = css(shade(look.paint, light, 58, -10)), css(shade(look.paint, light, -16, -10, 0.8))
    middle = css(shade(look.paint, light, 12, -10))
    case = [
        (x - 92, y + 20), (x - 60, y + 72), (x + 30, y + 92), (x + 82, y + 78), (x + 86, y + 22), (x + 20, y + 2),
        (x - 60, y + 4), (x - 92, y + 20),
    ]  # fmt: skip
    arm = [(x - 20, y + 12), (x + 36, y + 10), (x + 70, y - 46), (x + 10, y - 46)]
    return (
        f'<linearGradient id="case" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="{top}"/>'
        f'<stop offset=".45" stop-color="{middle}"/><stop offset="1" stop-color="{low}"/></linearGradient>'
        f'<path d="{path(arm)}" fill="#0c0d0f"/><path d="{smooth_path(case)}" fill="url(#case)" stroke="#000" '
        'stroke-opacity=".45" stroke-width="4"/>'
    )


def vents(look: Look) -> str:
    parts = []
    for number, vent in enumerate(look.vents):
        d = smooth_path([*vent, vent[0]])
        parts.append(
            f'<clipPath id="vent{number}"><path d="{d}"/></clipPath><g transform="translate(4 '
            f'6)">{_stroke(d, "#fff", 5, 0.22)}</g>'
            f'<path d="{d}" fill="url(#hole)"/><g clip-path="url(#vent{number})">'
            f"{_stroke(d, '#000', 26, 0.8, SOFT8)}</g>{_stroke(d, '#000', 4, 0.6)}"
        )
    return "".join(parts)


def _halo(d: str, colour: str, width: float, opacity: float) -> str:
    """A soft shine round a line: strokes laid over each other, wide ones last to be seen."""
    return "".join(_stroke(d, colour, width * (0.6 + 0.2 * k), opacity * 0.42) for k in range(15))


def lamp(lamp: Lamp, light: Light, name: str, *, tail: bool) -> str:
    """A lamp unit; the lit line glows more the darker the place."""
    glow, core = ("#ff2418", "#ff8f78") if tail else ("#cfe4ff", "#ffffff")
    d = smooth_path([*lamp.glass, lamp.glass[0]])
    lit = smooth_path(lamp.lit, closed=False)
    cx = sum(k[0] for k in lamp.glass) / len(lamp.glass)
    cy = sum(k[1] for k in lamp.glass) / len(lamp.glass)
    shell = "url(#ruby)" if tail else "url(#hole)"
    bowl = ""
    if lamp.round:
        bowl = (
            f'<circle cx="{cx}" cy="{-cy}" r="{lamp.round}" fill="#16181c" stroke="#c9d0d8" stroke-width="6"/>'
            f'<circle cx="{cx}" cy="{-cy}" r="{lamp.round * 0.62}" fill="{core}" opacity=".9"/>'
        )
    return (
        f'<clipPath id="{name}"><path d="{d}"/></clipPath><g clip-path="url(#contour)"><path d="{d}" fill="{shell}"/>'
        f'<g clip-path="url(#{name})">{bowl}{_halo(lit, glow, lamp.width * 1.6, 0.12 * light.lamps)}'
        f"{_stroke(lit, glow, lamp.width)}{_stroke(lit, core, lamp.width * 0.5)}</g>{_stroke(d, '#000', 4, 0.5)}</g>"
        f"{_halo(lit, glow, lamp.width * 2.2, 0.05 * light.lamps)}"
    )
