"""A whole car as one SVG group, its tyres on y = 0 and its nose at x = 0."""

from exodrive.demo.artwork import body, fittings, wheel
from exodrive.demo.artwork.curve import Point, path, smooth_path
from exodrive.demo.artwork.light import Light, css, shade
from exodrive.demo.artwork.look import Look
from exodrive.demo.artwork.opened import cockpit
from exodrive.demo.artwork.shape import Shape


def definitions(look: Look) -> str:
    filters = (
        '<filter id="soft8" x="-5%" y="-20%" width="110%" height="140%"><feGaussianBlur stdDeviation="8"/></filter>'
        '<radialGradient id="shade"><stop offset="0" stop-color="#000"/><stop offset=".6" stop-color="#000" '
        'stop-opacity=".72"/><stop offset=".85" stop-color="#000" stop-opacity=".2"/>'
        '<stop offset="1" stop-color="#000" stop-opacity="0"/></radialGradient>'
    )
    return (
        f'{filters}{wheel.definitions(look.wheel)}<clipPath id="contour"><path '
        f'd="{path(body.contour(look.shape))}"/></clipPath>'
        '<linearGradient id="hole" x1="0" y1="0" x2="0.3" y2="1"><stop offset="0" stop-color="#030304"/>'
        '<stop offset=".7" stop-color="#15171a"/><stop offset="1" stop-color="#2a2d32"/></linearGradient>'
        '<linearGradient id="ruby" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#7a0a10"/>'
        '<stop offset=".5" stop-color="#3d0509"/><stop offset="1" stop-color="#17030a"/></linearGradient>'
        '<linearGradient id="carbon" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#4d5157"/>'
        '<stop offset=".18" stop-color="#1b1d20"/><stop offset="1" stop-color="#060708"/></linearGradient>'
    )


def _underbody(look: Look) -> str:
    s = look.shape
    low = s.sill - 44
    front, rear = s.front_axle - s.wheel - 120, s.rear_axle + s.back_wheel + 110
    floor = [
        (front, s.sill + 30),
        (front + 130, low),
        (rear - 130, low),
        (rear, s.sill + 40),
        (rear - 200, 420),
        (front + 200, 420),
    ]
    wells = "".join(
        f'<circle cx="{x}" cy="{-r}" r="{r + s.arch_gap + 6}" fill="#030304"/>'
        for x, r in ((s.front_axle, s.wheel), (s.rear_axle, s.back_wheel))
    )
    return f'<path d="{path(floor)}" fill="#050506"/>{wells}'


def _arch_shade(shape: Shape, x: float, r: float) -> str:
    """The body's shadow on the top of a tyre."""
    d = path(body.arc(x, r + shape.arch_gap - 8, r, r * 0.6), closed=False)
    return "".join(f'<path d="{d}" stroke-width="{width}" opacity=".2"/>' for width in (150, 112, 80, 50))


def _wheels(look: Look) -> str:
    s = look.shape
    parts = []
    for x, r, spin in ((s.front_axle, s.wheel, 9), (s.rear_axle, s.back_wheel, 40)):
        parts.append(
            f'<g transform="translate({x} {-r})">{wheel.draw(look.wheel, r, spin)}</g>'
            f'<g clip-path="url(#arches)" fill="none" stroke="#000">{_arch_shade(s, x, r)}</g>'
        )
    holes = "".join(
        f'<circle cx="{x}" cy="{-r}" r="{r + s.arch_gap}"/>'
        for x, r in ((s.front_axle, s.wheel), (s.rear_axle, s.back_wheel))
    )
    return f'<clipPath id="arches">{holes}</clipPath>{"".join(parts)}'


def _lips(look: Look, light: Light) -> str:
    """The rolled edges of the arches, or the cladding round them."""
    s = look.shape
    bright = css(shade(look.paint, light, 40, -10))
    parts = []
    for x, r in ((s.front_axle, s.wheel), (s.rear_axle, s.back_wheel)):
        if look.cladding:
            band = path(body.arc(x, r + s.arch_gap + 22, r, s.sill), closed=False)
            parts.append(f'<path d="{band}" fill="none" stroke="#131518" stroke-width="52"/>')
            edge = path(body.arc(x, r + s.arch_gap + 46, r, s.sill), closed=False)
            parts.append(f'<path d="{edge}" fill="none" stroke="#5d636b" stroke-width="4" opacity=".6"/>')
        edge = path(body.arc(x, r + s.arch_gap + 3, r, s.sill), closed=False)
        parts.append(f'<path d="{edge}" fill="none" stroke="{bright}" stroke-width="6" opacity=".55"/>')
    return f'<g clip-path="url(#contour)">{"".join(parts)}</g>'


def _blades(look: Look) -> str:
    parts = [
        f'<path d="{smooth_path([*b, b[0]])}" fill="url(#carbon)" stroke="#000" stroke-opacity=".5" stroke-width="3"/>'
        for b in look.blades
    ]
    for x, y in look.exhaust:
        parts.append(
            f'<ellipse cx="{x}" cy="{-y}" rx="30" ry="40" fill="#070708" stroke="#aab0b8" stroke-width="9"/>'
            f'<ellipse cx="{x + 26}" cy="{-y}" rx="16" ry="38" fill="#8f959d"/>'
        )
    return "".join(parts)


def _wing(look: Look, light: Light) -> str:
    if not look.wing:
        return ""
    post = ""
    if look.pylon:
        (ax, ay), (bx, by) = look.pylon
        plate: list[Point] = [(ax - 70, ay), (ax + 30, ay), (bx + 40, by), (bx - 50, by)]
        post = f'<path d="{path(plate)}" fill="url(#carbon)"/>'
    bright = css(light.seen(80))
    d = smooth_path([*look.wing, look.wing[0]])
    return (
        f'{post}<path d="{d}" fill="url(#carbon)"/><path d="{d}" fill="none" stroke="{bright}" '
        'stroke-width="5" opacity=".5"/>'
    )


def _stripes(look: Look) -> str:
    s = look.shape
    parts = []
    if look.stripe:
        low = s.sill + 46
        d = path([(s.front_axle + 440, low), (s.rear_axle - 460, low)], closed=False)
        parts.append(f'<path d="{d}" stroke="{look.stripe}" stroke-width="16" fill="none"/>')
    if look.cladding:
        foot = [
            (s.front_axle, s.sill - 10),
            (s.front_axle, s.sill + 80),
            (s.rear_axle, s.sill + 80),
            (s.rear_axle, s.sill - 10),
        ]
        parts.append(f'<path d="{path(foot)}" fill="#131518"/>')
    if look.grille:
        d = smooth_path([*look.grille, look.grille[0]])
        edge = "#d6dbe1" if look.chrome else "#3a3e44"
        parts.append(f'<path d="{d}" fill="url(#hole)" stroke="{edge}" stroke-width="9"/>')
    if look.badge:
        x, y = look.badge
        parts.append(
            f'<rect x="{x - 34}" y="{-y - 9}" width="68" height="15" rx="5" fill="#e9edf2" opacity=".85"/>'
        )
    return f'<g clip-path="url(#contour)">{"".join(parts)}</g>'


def _rails(look: Look, light: Light) -> str:
    if not look.rails:
        return ""
    s = look.shape
    bar = [(x, y + 22) for x, y in s.top.cut(s.screen[1][0] + 260, s.length * 0.83, 24)]
    bright = css(light.seen(80))
    return (
        f'<path d="{path(bar, closed=False)}" fill="none" stroke="#0d0e10" stroke-width="30" stroke-linecap="round"/>'
        f'<path d="{path([(x, y + 8) for x, y in bar], closed=False)}" fill="none" stroke="{bright}" stroke-width="6" '
        'stroke-linecap="round" opacity=".7"/>'
    )


def group(look: Look, light: Light) -> str:
    """The car's own drawing, without ground, shadow or reflection."""
    shape = look.shape
    roof = look.roof or look.paint
    return (
        f'<g id="car">{_underbody(look)}{_wheels(look)}{cockpit(look, light)}{_rails(look, light)}'
        f"{body.panels(shape, look.paint, roof, light)}{body.rim_light(shape, light)}{_lips(look, light)}"
        f"{fittings.screens(look, light)}{fittings.windows(look, light)}{fittings.vents(look)}{_stripes(look)}"
        f"{fittings.gaps(look)}{fittings.handles(look, light)}{_blades(look)}"
        f"{fittings.lamp(look.front, light, 'headlamp', tail=False)}"
        f"{fittings.lamp(look.rear, light, 'taillamp', tail=True)}"
        f"{_wing(look, light)}{fittings.mirror(look, light)}</g>"
    )
