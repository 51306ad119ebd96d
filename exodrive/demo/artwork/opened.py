"""What an open car shows: windscreen frame, seats, the edge of the cockpit."""

from exodrive.demo.artwork import fittings
from exodrive.demo.artwork.curve import lerp, path, smooth_path
from exodrive.demo.artwork.light import Light, css
from exodrive.demo.artwork.look import Look


def _windscreen(look: Look, light: Light) -> str:
    (fx, fy), (hx, hy) = look.shape.screen
    bow = [(fx, fy), (lerp(fx, hx, 0.45), lerp(fy, hy, 0.56)), (hx, hy)]
    pane = [*bow, (hx + 60, hy - 8), (lerp(fx, hx, 0.6) + 190, lerp(fy, hy, 0.42)), (fx + 470, fy - 30)]
    bright = css(light.seen(84))
    d = smooth_path(bow, closed=False)
    quarter = [(fx + 210, fy + 10), (hx + 40, hy - 20), (hx + 250, fy + 40)]
    return (
        f"{fittings.glass_fill(light, 'shield', fy, hy, 1.3)}"
        f'<path d="{path(pane)}" fill="url(#shield)" opacity=".42"/><path d="{path(quarter)}" '
        f'fill="url(#shield)" opacity=".35"/>'
        f'<path d="{d}" fill="none" stroke="{look.trim}" stroke-width="46" stroke-linecap="round"/>'
        f'<path d="{d}" fill="none" stroke="{bright}" stroke-width="7" opacity=".75" stroke-linecap="round" '
        'transform="translate(-10 -12)"/>'
    )


def _bucket(x: float, base: float, top: float, colour: str, light: Light) -> str:
    back = [
        (x - 70, base), (x + 10, base + (top - base) * 0.55), (x + 60, top - 40), (x + 120, top), (x + 190, top - 18),
        (x + 205, top - 110), (x + 190, base),
    ]  # fmt: skip
    bright = css(light.seen(70))
    return (
        f'<path d="{smooth_path(back)}" fill="{colour}"/>'
        f'<path d="{smooth_path(back[1:5], closed=False)}" fill="none" stroke="{bright}" stroke-width="8" '
        f'opacity=".45"/>'
        f'<path d="{smooth_path([(x + 40, base), (x + 90, base + 90), (x + 130, top - 60)], closed=False)}" '
        f'fill="none" '
        'stroke="#000" stroke-width="6" opacity=".4"/>'
    )


def cockpit(look: Look, light: Light) -> str:
    """Drawn behind the flank, so that the doors hide what is below the belt."""
    shape = look.shape
    if not shape.open_top:
        return ""
    (fx, fy), (hx, hy) = shape.screen
    base = fy - 60
    seat = hx + 470
    far = _bucket(seat + 60, base, hy - 150, "#0b0b0c", light)
    near = _bucket(seat, base, hy - 130, look.cabin, light)
    rim = (
        f'<ellipse cx="{hx + 120}" cy="{-(fy + 75)}" rx="30" ry="120" transform="rotate(-24 {hx + 120} {-(fy + 75)})" '
        'fill="none" stroke="#131416" stroke-width="22"/>'
    )
    dash = [(fx + 260, fy - 40), (fx + 420, fy + 66), (hx + 30, fy + 40), (hx + 60, fy - 40)]
    return f'<path d="{smooth_path([*dash, dash[0]])}" fill="#0c0d0f"/>{far}{near}{rim}{_windscreen(look, light)}'
