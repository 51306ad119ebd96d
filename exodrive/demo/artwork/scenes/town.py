"""Places in town: the avenue at night, the palm boulevard, the seafront hotels, the mews in the rain."""

from exodrive.demo.artwork.curve import Scatter
from exodrive.demo.artwork.light import Light, blend
from exodrive.demo.artwork.scenes.canvas import (
    Scene,
    band,
    bokeh,
    glow,
    gradient,
    halo,
    road,
    soften,
    streaks,
)

NIGHT = {
    "": ("#060b1a", "#1c2c55", ("#ffb45a", "#ff6a4d", "#6cc4ff", "#ffe2ae", "#ff4f7a")),
    "gold": ("#0c0a12", "#3a2a22", ("#ffc56e", "#ffdf9e", "#ff9a4a", "#fff0cc")),
    "neon": ("#0a0618", "#33165a", ("#ff4fb0", "#8a5cff", "#42e0ff", "#ff8ad0")),
}
PALMS = {
    "": ("#2b2f66", "#d9668a", "#ffb27a"),
    "teal": ("#0f3a52", "#4f9aa0", "#ffd29a"),
    "night": ("#0a1030", "#4a2d6a", "#d8607a"),
}


STONES = ("#ffd890", "#ffe8c0", "#8aa0b8")


def _towers(seed: str, fill: str, lamp: str) -> str:
    scatter = Scatter(seed)
    parts, x = [], -400.0
    while x < 2000:
        w, h = scatter(70, 190), scatter(160, 470)
        parts.append(f'<rect x="{x:.0f}" y="{650 - h:.0f}" width="{w:.0f}" height="{h:.0f}" fill="{fill}"/>')
        parts.extend(
            f'<rect x="{x + 6 + column * 18:.0f}" y="{660 - h + row * 22:.0f}" width="9" height="12" fill="{lamp}" '
            f'opacity="{scatter(0.15, 0.8):.2f}"/>'
            for row in range(int(h / 22))
            for column in range(int(w / 18))
            if scatter() < 0.3
        )
        x += w + scatter(-20, 40)
    return "".join(parts)


def night(mood: str) -> Scene:
    """A wet avenue after midnight."""
    deep, air, lamps = NIGHT[mood]
    back = (
        gradient("sky", [(0, deep, 1), (1, air, 1)]) + band("url(#sky)", -20, 660)
        + soften("city", 5) + soften("wetness", 5, 22) + halo("street", lamps[0], 0.8)
        + f'<g filter="url(#city)">{_towers("t1" + mood, blend(deep, air, 0.45), lamps[0])}</g>'
        + glow("street", 400, 620, 700, 200, opacity=0.5) + glow("street", 1300, 620, 600, 170, opacity=0.45)
        + bokeh("b1" + mood, 70, lamps, (-300, 380, 1900, 640), (6, 26))
        + bokeh("b2" + mood, 20, lamps, (-300, 160, 1900, 480), (14, 40))
        + gradient("tar", [(0, air, 1), (0.25, deep, 1), (1, "#030408", 1)]) + band("url(#tar)", 650, 1060)
        + f'<g filter="url(#wetness)">{streaks("s" + mood, 90, lamps, 655, 960)}</g>'
    )  # fmt: skip
    light = Light(
        sky=[(-90,
        "#020306", 0.5), (-24, deep, 1.0), (-8, air, 1.0), (-3, lamps[0], 0.5), (1, lamps[0], 1.0), (5, lamps[1], 0.7),
             (10, air, 0.9), (26, deep, 1.3), (44, lamps[2], 0.55), (50, deep, 1.4), (66, air, 1.2), (74,
             lamps[-1], 1.25),
             (84, lamps[-1], 1.25), (92, air, 1.0), (180, deep, 0.8)],
        ambient=blend(air, "#aab4cc", 0.55), side=0.25, lamps=1.25,
    )  # fmt: skip
    return Scene(light=light, back=back, wet=0.46, shadow=0.9)


def _palm(x: float, foot: float, tall: float, fill: str, seed: str) -> str:
    scatter = Scatter(seed)
    lean = scatter(-26, 26)
    top = foot - tall
    trunk = (
        f'<path d="M{x - 7} {foot}C{x - 5} {foot - tall * 0.5} {x + lean * 0.4 - 4} {top + 60} {x + lean - 4} {top}h8'
        f'C{x + lean * 0.4 + 5} {top + 60} {x + 6} {foot - tall * 0.5} {x + 7} {foot}Z" fill="{fill}"/>'
    )
    fronds = []
    for k in range(13):
        side = -1 if k % 2 else 1
        reach, drop = scatter(48, 96), scatter(-44, 56)
        px, py = x + lean, top
        ex, ey = px + side * reach, py + drop
        fronds.append(
            f'<path d="M{px:.0f} {py:.0f}Q{px + side * reach * 0.55:.0f} {py + drop - 46:.0f} {ex:.0f} {ey:.0f}'
            f'Q{px + side * reach * 0.5:.0f} {py + drop - 26:.0f} {px:.0f} {py + 5:.0f}Z" fill="{fill}"/>'
        )
    return trunk + "".join(fronds)


def palms(mood: str) -> Scene:
    """A boulevard of palms before a burning sky."""
    high, middle, low = PALMS[mood]
    dark = blend(high, "#05060f", 0.7)
    rows = "".join(
        _palm(x, 660, 250 + (x * 37) % 160, blend(high, middle, 0.25), f"far{x}")
        for x in range(-350, 2000, 145)
    )
    near = "".join(
        _palm(x, 676, 480 + (x * 13) % 90, dark, f"near{x}") for x in (-140, 210, 660, 1120, 1430, 1790)
    )
    back = (
        gradient("sky", [(0, high, 1), (0.55, middle, 1), (1, low, 1)]) + band("url(#sky)", -20, 670)
        + halo("sun", low, 1) + glow("sun", 800, 610, 900, 360) + f'<circle cx="800" cy="560" r="150" '
        f'fill="{low}" opacity=".85"/>'
        + soften("far", 3) + soften("mid", 1.4)
        + f'<g filter="url(#far)">{_towers("la" + mood, blend(middle, high, 0.4), low)}{rows}</g>'
        + gradient("haze", [(0, low, 0), (1, low, 0.6)]) + band("url(#haze)", 420, 668)
        + f'<g filter="url(#mid)">{near}<rect x="-400" y="640" width="2400" height="40" fill="{dark}"/></g>'
        + road("road", blend(dark, low, 0.25), "#12121c", 672)
        + glow("sun", 800, 720, 900, 70, opacity=0.35)
    )  # fmt: skip
    light = Light(
        sky=[(-90, "#06060c", 0.5), (-26, "#14141f", 0.8), (-5, blend(dark, low, 0.3), 0.9), (0, low, 0.9),
             (4, low, 1.35), (12, low, 1.0),
             (24, middle, 0.9), (46, blend(middle, high, 0.6), 1.0), (72, high, 1.8), (90, blend(high, middle,
             0.5), 1.9), (120, high, 1.3),
             (180, high, 0.7)],
        ambient=blend(middle, "#d8c8d0", 0.5), side=-0.2, lamps=0.95,
    )  # fmt: skip
    return Scene(light=light, back=back, wet=0.3)


def _hotel(k: int, wall: str, tube: str) -> str:
    """The k-th front of the row: a tower in the middle, windows in three storeys, tubes of light between them."""
    x, w, h = -380 + k * 345, 300, (330, 420, 290, 460, 350, 400, 310)[k]
    top = 660 - h
    parts = [
        f'<rect x="{x}" y="{top}" width="{w}" height="{h}" rx="26" fill="{wall}"/>',
        (
            f'<rect x="{x + w / 2 - 34}" y="{top - 66}" width="68" height="{h}" rx="14" '
            f'fill="{blend(wall, "#ffffff", 0.16)}"/>'
        ),
    ]
    for row in range(3):
        y = top + 60 + row * 88
        parts.append(f'<rect x="{x - 8}" y="{y}" width="{w + 16}" height="6" fill="{tube}"/>')
        parts.extend(
            f'<rect x="{x + 24 + c * 68}" y="{y + 22}" width="46" height="40" rx="5" fill="#ffdf9a" '
            f'opacity="{0.35 + 0.5 * ((row * 7 + c * 5 + k * 3) % 4) / 4}"/>'
            for c in range(4)
        )
    parts.append(f'<rect x="{x + w / 2 - 4}" y="{top - 60}" width="8" height="{h}" fill="{tube}"/>')
    return "".join(parts)


def deco(mood: str) -> Scene:
    """Seafront hotels with their bands of neon, just after sunset."""
    pink, mint, sky = (
        ("#ff6fae", "#5ff0d0", "#2a2a72") if mood != "day" else ("#ff9d8a", "#9fe8d8", "#4aa0d8")
    )
    walls = (
        ("#e8c8b8", "#b8d8d0", "#e8d8a8", "#d8b8c8", "#b8c4e0")
        if mood == "day"
        else ("#5a4668", "#3c5a70", "#6a5560", "#4a3f70", "#35506a")
    )
    hotels = "".join(_hotel(k, walls[k % 5], (pink, mint)[k % 2]) for k in range(7))
    dark = blend(sky, "#05060f", 0.7)
    trees = "".join(_palm(x, 672, 380 + (x * 17) % 90, dark, f"deco{x}") for x in (-60, 330, 830, 1390, 1720))
    back = (
        gradient("sky", [(0, sky, 1), (0.7, blend(sky, pink, 0.55), 1), (1, pink, 1)]) + band("url(#sky)", -20, 670)
        + soften("front", 3.2) + soften("wetness", 6, 20) + halo("tube", pink, 0.7) + halo("tube2", mint, 0.6)
        + f'<g filter="url(#front)">{hotels}</g>' + glow("tube", 420, 500, 560, 300, opacity=0.6)
        + glow("tube2", 1180, 500, 560, 300, opacity=0.5)
        + soften("mid", 1.6) + f'<g filter="url(#mid)">{trees}</g>'
        + road("road", blend(dark, pink, 0.3), "#10101c", 666)
        + f'<g filter="url(#wetness)">{streaks("deco" + mood, 60, (pink, mint, "#ffdf9a"), 672, 960)}</g>'
    )  # fmt: skip
    light = Light(
        sky=[(-90, "#05050c", 0.5), (-24, dark, 1.0), (-6, blend(dark, pink, 0.4), 1.0), (0, pink, 0.7),
             (4, "#ffdf9a", 0.9), (9, mint, 0.6),
             (14, sky, 0.8), (24, pink, 0.75), (30, sky, 0.9), (58, blend(sky, pink, 0.4), 1.1),
             (78, blend(sky, "#ffffff", 0.35), 1.6), (94, sky, 1.4), (180, sky, 0.8)],
        ambient=blend(pink, "#c8c8e0", 0.65), side=-0.3, lamps=1.1,
    )  # fmt: skip
    return Scene(light=light, back=back, wet=0.4)


def _house(x: float, wall: str, door: str, lit: str) -> str:
    return (
        f'<rect x="{x}" y="150" width="330" height="510" fill="{wall}"/>'
        f'<rect x="{x}" y="372" width="330" height="12" fill="#e9e4d8" opacity=".75"/>'
        + "".join(
            f'<rect x="{x + dx}" y="196" width="72" height="130" fill="#f0ece2"/><rect x="{x + dx + 7}" '
            f'y="203" width="58" height="116" '
            f'fill="{lit}"/><path d="M{x + dx + 36} 203v116M{x + dx + 7} 261h58" stroke="#f0ece2" stroke-width="5"/>'
            for dx in (40, 218)
        )
        + f'<path d="M{x + 26} 660V470q0 -46 46 -46h84q46 0 46 46V660Z" fill="{door}"/><path d="M{x + 114} '
        f'426V660M{x + 70} 430V660M{x + 158} 430V660" '
        f'stroke="#000" stroke-opacity=".35" stroke-width="4"/><rect x="{x + 232}" y="424" width="70" '
        f'height="236" fill="{door}"/>'
        f'<rect x="{x + 243}" y="438" width="48" height="62" fill="{lit}"/><circle cx="{x + 216}" cy="420" '
        f'r="11" fill="#ffe2ae"/>'
    )


def _rain(seed: str) -> str:
    scatter = Scatter(seed)
    return "".join(
        f'<path d="M{x:.0f} {y:.0f}l-5 {long:.0f}" stroke="#dfe8f0" stroke-width="1.6" '
        f'opacity="{scatter(0.08, 0.3):.2f}"/>'
        for x, y, long in ((scatter(-50, 1650), scatter(-60, 960), scatter(24, 70)) for _ in range(260))
    )


def mews(mood: str) -> Scene:
    """A London mews: brick, painted doors, lamps, rain."""
    walls = (
        ("#8a5a44", "#c9c0ae", "#7a4c3c", "#d8d2c4")
        if mood != "white"
        else ("#e4dfd3", "#cfd6d8", "#ece6d8", "#d8d0c0")
    )
    doors = ("#1f3a34", "#2a3a5a", "#5a1f26", "#26262a", "#3a4a3a")
    houses = "".join(
        _house(-380 + k * 330, walls[k % 4], doors[k % 5], "#ffd890" if (k * 3) % 4 else "#4a5a6a")
        for k in range(8)
    )
    cobbles = "".join(
        f'<ellipse cx="{x + (row % 2) * 26}" cy="{668 + row * row * 2.6:.0f}" rx="{22 + row * 2}" '
        f'ry="{3 + row * 0.9:.1f}" fill="#9fb0c0" '
        f'opacity="{0.02 + 0.04 * ((x * 7 + row * 13) % 5) / 5:.2f}"/>'
        for row in range(12)
        for x in range(-390, 2000, 52)
    )
    dusk = band("#0d1a2c", -20, 662, 'opacity=".52"')
    back = (
        band("#202a38", -20, 660) + soften("row", 3.4) + halo("lantern", "#ffd08a", 0.85) + soften("wetness", 7, 20)
        + f'<g filter="url(#row)">{houses}</g>{dusk}'
        + "".join(glow("lantern", -164 + k * 330, 420, 150, 170, opacity=0.85) for k in range(8))
        + gradient("wetstone", [(0, "#3c4450", 1), (0.3, "#1f262f", 1), (1, "#0a0d12", 1)])
        + band("url(#wetstone)", 656, 1060)
        + f'<g filter="url(#wetness)">{streaks("mews" + mood, 60, STONES, 662, 960)}</g>{cobbles}'
    )  # fmt: skip
    light = Light(
        sky=[(-90, "#07090c", 0.5), (-26, "#1a2028", 0.9), (-6, "#39424e", 1.0), (0, "#6a5a4a", 0.7),
             (3, "#ffd08a", 0.7), (8, "#7a6a5a", 0.7),
             (14, "#2a3442", 0.9), (34, "#4a5868", 0.9), (60, "#8a9aac", 1.0), (82, "#c8d6e4", 1.5),
             (96, "#a8b8c8", 1.1), (180, "#3a4656", 0.7)],
        ambient="#9aa6b4", side=-0.1, lamps=1.15,
    )  # fmt: skip
    return Scene(light=light, back=back, front=_rain("rain" + mood), wet=0.46)
