"""Places under a roof: the studio, the gallery, the tunnel."""

from exodrive.demo.artwork.light import Light
from exodrive.demo.artwork.scenes.canvas import GROUND, Scene, band, glow, gradient, halo, soften

STUDIO = {
    "": ("#8f96a3", "#23262c", "#0b0c0f", "#ffffff"),
    "ember": ("#c4512d", "#3a140d", "#0c0605", "#ffd9c2"),
    "sea": ("#2f7f8c", "#0d2a31", "#05090b", "#d8fbff"),
    "bone": ("#e9e2d6", "#b7ad9d", "#6b6459", "#fffaf0"),
    "violet": ("#6a55b5", "#1c1638", "#07060d", "#e9e0ff"),
}


def _room(glowing: str, wall: str, floor: str, lamp: str, *, pale: bool) -> Light:
    return Light(
        sky=[(-90, floor, 0.5), (-40, floor, 0.9), (-16, wall, 1.1), (-5, glowing, 0.55), (-1, glowing, 0.5),
             (3, floor, 0.9), (24, wall, 0.8), (44, wall, 1.0), (52, glowing, 0.7), (57, lamp, 1.7), (80, lamp, 1.9),
             (88, glowing, 0.9), (125, wall, 0.8), (180, floor, 0.8)],
        ambient="#e8e2da" if pale else "#b9bcc8", level=0.92 if pale else 1.0, side=-0.15, lamps=0.55 if pale else 0.9,
    )  # fmt: skip


def studio(mood: str) -> Scene:
    """A cyclorama: no corner between wall and floor, one great softbox, one round light on the wall."""
    glowing, wall, floor, lamp = STUDIO[mood]
    pale = mood == "bone"
    back = (
        gradient("wall", [(0, floor, 1), (0.3, wall, 1), (0.62, glowing, 1), (0.68, wall, 1), (1, floor, 1)])
        + band("url(#wall)", -20, 1060)
        + halo("aura", glowing, 0.95) + halo("lampglow", lamp, 0.9)
        + glow("aura", 800, 470, 1000, 560)
        + f'<circle cx="800" cy="396" r="300" fill="{lamp}" opacity="{0.32 if pale else 0.1}"/>'
        + f'<circle cx="800" cy="396" r="300" fill="none" stroke="{lamp}" stroke-width="3" opacity=".35"/>'
        + soften("lampsoft", 16)
        + f'<g filter="url(#lampsoft)"><rect x="330" y="26" width="940" height="34" rx="17" fill="{lamp}"/></g>'
        + f'<rect x="350" y="34" width="900" height="18" rx="9" fill="{lamp}"/>'
        + glow("lampglow", 800, 50, 900, 190, opacity=0.55)
        + gradient("pool", [(0, glowing, 0), (0.3, glowing, 0.5), (1, floor, 0)])
        + f'<ellipse cx="800" cy="{GROUND + 20}" rx="980" ry="150" fill="url(#pool)" opacity=".8"/>'
    )  # fmt: skip
    return Scene(
        light=_room(glowing, wall, floor, lamp, pale=pale),
        back=back,
        wet=0.34 if not pale else 0.26,
        shadow=0.8,
    )


def gallery(mood: str) -> Scene:
    """A hall of tall arches with daylight falling in from the left."""
    warm = mood == "warm"
    wall, deep, sky = ("#a0815c", "#33261a", "#ffe2b0") if warm else ("#aab1b8", "#4a525b", "#f2f8ff")
    arches, beams = [], []
    for k in range(-1, 6):
        x = 40 + k * 330
        arches.append(
            f'<path d="M{x} 640V300a105 105 0 0 1 210 0V640Z" fill="url(#recess)"/>'
            f'<path d="M{x + 26} 640V310a84 84 0 0 1 168 0V640Z" fill="url(#daylight)"/>'
            f'<path d="M{x + 110} 226V640M{x + 26} 430H{x + 194}" stroke="{deep}" stroke-width="7" opacity=".75"/>'
        )
        beams.append(
            f'<path d="M{x + 30} 320L{x + 190} 320L{x + 520} 1010L{x + 190} 1010Z" fill="{sky}" opacity=".07"/>'
        )
        beams.append(
            f'<path d="M{x + 90} 690H{x + 260}L{x + 420} 900H{x + 170}Z" fill="{sky}" opacity=".17"/>'
        )
    back = (
        gradient("hall", [(0, deep, 1), (0.6, wall, 1), (1, deep, 1)])
        + band("url(#hall)", -20, 650)
        + gradient("recess", [(0, deep, 1), (1, wall, 1)])
        + gradient("daylight", [(0, sky, 1), (0.6, sky, 0.9), (1, wall, 1)])
        + soften("arch", 2.4)
        + f'<g filter="url(#arch)">{"".join(arches)}</g>'
        + band(deep, 632, 644, 'opacity=".8"')
        + gradient("stone", [(0, wall, 1), (0.3, deep, 1), (1, "#191510" if warm else "#14181c", 1)])
        + band("url(#stone)", 642, 1060)
        + soften("beam", 14) + f'<g filter="url(#beam)">{"".join(beams)}</g>'
    )  # fmt: skip
    light = Light(
        sky=[(-90, "#15120e", 0.6), (-30, deep, 0.8), (-6, wall, 0.8), (0, wall, 0.6), (8, deep, 0.8), (22, sky, 0.75),
             (40, sky, 0.9), (48, wall, 0.7), (60, deep, 0.9), (74, sky, 1.3), (96, sky, 1.1), (130, wall,
             0.7), (180, deep, 0.6)],
        ambient="#8a7a66" if warm else "#c8d0da", side=-0.5, lamps=0.9 if warm else 0.5,
    )  # fmt: skip
    return Scene(light=light, back=back, wet=0.4, shadow=0.8)


def tunnel(mood: str) -> Scene:
    """A tunnel of light rings at speed."""
    hot, cold = ("#ff7a2f", "#3a1206") if mood == "amber" else ("#4fd2ff", "#06202e")
    rings = []
    for k in range(9):
        f = 1.42**k * 0.12
        w, h = 900 * f, 420 * f
        rings.append(
            f'<rect x="{800 - w:.0f}" y="{560 - h:.0f}" width="{2 * w:.0f}" height="{1.9 * h:.0f}" '
            f'rx="{h * 0.5:.0f}" fill="none" '
            f'stroke="{hot}" stroke-width="{3 + 16 * f:.1f}" opacity="{0.75 - k * 0.06:.2f}"/>'
        )
    sides = "".join(
        f'<path d="M800 560L{x} {y}" stroke="{c}" stroke-width="{w}" opacity="{o}"/>'
        for x, y, c, w, o in (
            (-500, 300,
            "#fff", 7, 0.7), (2100, 300, "#fff", 7, 0.7), (-500, 120, hot, 12, 0.5), (2100, 120, hot, 12, 0.5),
            (-500, 620, hot, 5, 0.5), (2100, 620, hot, 5, 0.5),
        )
    )  # fmt: skip
    back = (
        gradient("bore", [(0, "#020304", 1), (0.55, cold, 1), (0.66, "#0b0d10", 1), (1, "#030405", 1)])
        + band("url(#bore)", -20, 1060)
        + soften("ring", 4) + halo("mouth", hot, 0.9)
        + f'<g filter="url(#ring)">{"".join(rings)}{sides}</g>'
        + glow("mouth", 800, 560, 560, 250)
        + gradient("deck", [(0, "#0c0e11", 0), (0.12, "#0c0e11", 0.92), (1, "#050607", 1)])
        + band("url(#deck)", 610, 1060)
        + glow("mouth", 800, 640, 900, 70, opacity=0.7)
    )  # fmt: skip
    light = Light(
        sky=[(-90, "#020203", 0.5), (-20, cold, 0.9), (-5, hot, 0.5), (0, hot, 0.8), (5, cold, 0.9),
             (26, "#05070a", 0.9),
             (38, hot, 1.0), (44,
             "#ffffff", 1.3), (50, cold, 0.8), (64, "#0a0d12", 1), (74, "#ffffff", 1.5), (86, "#ffffff", 1.3),
             (96, hot, 0.8), (130, cold, 0.8), (180, "#05070a", 0.5)],
        ambient="#a8b4c4", side=0.2, lamps=1.1,
    )  # fmt: skip
    return Scene(light=light, back=back, wet=0.42, shadow=0.9)
