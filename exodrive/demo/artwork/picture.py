"""A picture: a car in its place, seen whole or close."""

from dataclasses import dataclass

from exodrive.demo.artwork import car
from exodrive.demo.artwork.look import Look
from exodrive.demo.artwork.scenes import indoors, town, wild
from exodrive.demo.artwork.scenes.canvas import GROUND, HEIGHT, WIDTH, Scene, soften

PLACES = {
    "studio": indoors.studio, "gallery": indoors.gallery, "tunnel": indoors.tunnel, "coast": wild.coast,
    "desert": wild.desert, "mountains": wild.mountains, "night": town.night, "palms": town.palms,
    "deco": town.deco, "mews": town.mews,
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """How near the car is seen. `scale` is pixels per millimetre; `x` where the nose is; `ground` where the tyres
    stand; the place is magnified by `zoom`, moved by `shift` and put out of focus by `blur`."""

    scale: float
    x: float
    ground: float
    zoom: float = 1.0
    shift: float = 0.0
    blur: float = 0.0


def frames(look: Look) -> tuple[Frame, Frame, Frame, Frame]:
    """Whole, front half, rear half, front wheel."""
    length, axle = look.shape.length, look.shape.front_axle
    tall = look.shape.top(length * 0.55)
    whole = min(0.29, 1400 / length) if tall < 1600 else 0.268
    near = 0.53 if tall < 1600 else 0.43
    macro = 1.08 * 350 / look.shape.wheel
    return (
        Frame(whole, 800 - length * whole / 2, GROUND),
        Frame(near, 130, 890, 1.7, -150, 5),
        Frame(near, 1470 - length * near, 890, 1.7, -970, 5),
        Frame(macro, 700 - axle * macro, 930, 2.3, -500, 12),
    )


def _mirror(frame: Frame, scene: Scene) -> str:
    """The car upside down in the floor, fading with depth; left out where the floor is hardly seen."""
    full = 620 if scene.wet > 0.3 else 430
    fade = min(full, (HEIGHT - frame.ground) / frame.scale + 60)
    if fade < 150:
        return ""
    left, wide = -frame.x / frame.scale - 60, WIDTH / frame.scale + 120
    box = f'x="{left:.0f}" y="{-fade:.0f}" width="{wide:.0f}" height="{fade:.0f}"'
    return (
        f'<linearGradient id="fade" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="0" y2="{-full}"><stop offset="0" '
        f'stop-color="#fff" stop-opacity="{scene.wet}"/><stop offset="1" stop-color="#fff" stop-opacity="0"/>'
        f'</linearGradient><mask id="mirror" maskUnits="userSpaceOnUse" {box}><rect {box} fill="url(#fade)"/></mask>'
        f'<filter id="ripple" filterUnits="userSpaceOnUse" {box}><feGaussianBlur stdDeviation="9 3"/></filter>'
        '<g transform="translate(0 10) scale(1 -1)"><g mask="url(#mirror)"><g filter="url(#ripple)">'
        '<use href="#car"/></g></g></g>'
    )


def _ground(look: Look, frame: Frame, scene: Scene) -> str:
    """The shadow under the car and its mirror image in the floor."""
    shape = look.shape
    middle, half = shape.length / 2, shape.length / 2
    contact = "".join(
        f'<ellipse cx="{x}" cy="6" rx="{r * 0.9}" ry="42" fill="url(#shade)" opacity=".95"/>'
        for x, r in ((shape.front_axle, shape.wheel), (shape.rear_axle, shape.back_wheel))
    )
    dark = scene.shadow
    return (
        f"{_mirror(frame, scene)}"
        f'<ellipse cx="{middle}" cy="26" rx="{half * 1.12}" ry="150" fill="url(#shade)" opacity="{dark * 0.72}"/>'
        f'<ellipse cx="{middle}" cy="2" rx="{half * 0.98}" ry="72" fill="url(#shade)" opacity="{dark}"/>{contact}'
    )


def _beam(look: Look, strength: float) -> str:
    """Light the lamps throw on ground and air."""
    nose = sum(k[0] for k in look.front.lit) / len(look.front.lit)
    high = sum(k[1] for k in look.front.lit) / len(look.front.lit)
    back = sum(k[0] for k in look.rear.lit) / len(look.rear.lit)
    low = sum(k[1] for k in look.rear.lit) / len(look.rear.lit)
    return (
        '<radialGradient id="white"><stop offset="0" stop-color="#e6f0ff" stop-opacity=".75"/><stop '
        'offset=".3" stop-color="#cfe2ff" '
        'stop-opacity=".2"/><stop offset="1" stop-color="#cfe2ff" '
        'stop-opacity="0"/></radialGradient><radialGradient id="red">'
        '<stop offset="0" stop-color="#ff4030" stop-opacity=".6"/><stop offset=".3" stop-color="#ff2418" '
        'stop-opacity=".16"/>'
        '<stop offset="1" stop-color="#ff2418" stop-opacity="0"/></radialGradient>'
        f'<g style="mix-blend-mode:screen" opacity="{min(1, strength * 0.7)}"><ellipse cx="{nose}" '
        f'cy="{-high}" rx="430" ry="240" fill="url(#white)"/>'
        f'<ellipse cx="{nose - 520}" cy="20" rx="760" ry="70" fill="url(#white)" opacity=".55"/>'
        f'<ellipse cx="{back}" cy="{-low}" rx="330" ry="200" fill="url(#red)"/>'
        f'<ellipse cx="{back + 260}" cy="24" rx="520" ry="56" fill="url(#red)" opacity=".6"/></g>'
    )


def compose(look: Look, frame: Frame, size: tuple[int, int] = (WIDTH, HEIGHT)) -> str:
    """The SVG of a picture of `size` pixels."""
    width, height = size
    scene = PLACES[look.scene](look.mood)
    blur = soften("focus", frame.blur) if frame.blur else ""
    focus = 'filter="url(#focus)"' if frame.blur else ""
    up = frame.ground - GROUND * frame.zoom
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<defs>{car.definitions(look)}{blur}"
        '<radialGradient id="vignette" cx=".5" cy=".52" r=".75"><stop offset=".55" stop-color="#000" stop-opacity="0"/>'
        '<stop offset="1" stop-color="#000" stop-opacity=".55"/></radialGradient></defs>'
        f'<g {focus}><g transform="translate({frame.shift} {up}) scale({frame.zoom})">{scene.back}</g></g>'
        f'<g transform="translate({frame.x} {frame.ground}) scale({frame.scale})">{_ground(look, frame, scene)}'
        f"{car.group(look, scene.light)}{_beam(look, scene.light.lamps)}</g>"
        f'{scene.front}<rect width="{width}" height="{height}" fill="url(#vignette)"/></svg>'
    )
