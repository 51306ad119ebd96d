"""Places far out: the coast road, the desert, the mountain pass."""

from exodrive.demo.artwork.curve import Scatter
from exodrive.demo.artwork.light import Light, blend
from exodrive.demo.artwork.scenes.canvas import Scene, band, glow, gradient, halo, ridge, road, soften

COAST = {
    "": ("#1d2450", "#8a4a78", "#ff9d5c", "#ffd9a0"),
    "rose": ("#3c3a78", "#c8688a", "#ffb08a", "#ffe6c8"),
    "blue": ("#0b1d3f", "#2c5a8c", "#9fc4d8", "#f2f2e2"),
}
DESERT = {
    "": ("#5d6fa8", "#e7a17a", "#ffd8a2", "#b4683f", "#fff0cf"),
    "red": ("#3a2a4f", "#c2513a", "#ff9f58", "#7c2f22", "#ffd9a0"),
    "white": ("#8fb4cf", "#e7dcc8", "#fff4de", "#cdb38c", "#ffffff"),
}
PASS = {
    "": ("#3d6fae", "#a9c7e2", "#eef3f5", "#41586b"),
    "dawn": ("#41406e", "#c98a8f", "#ffd6b0", "#3a3c58"),
    "storm": ("#2b3440", "#6b7885", "#b9c2c8", "#2c353d"),
}


def coast(mood: str) -> Scene:
    """A road above the sea at the end of the day."""
    high, middle, low, sun = COAST[mood]
    scatter = Scatter("sea" + mood)
    glitter = "".join(
        f'<rect x="{1120 + scatter(-1, 1) * (30 + (y - 560) * 2.6) - 30:.0f}" y="{y}" '
        f'width="{scatter(20, 90):.0f}" height="2.4" '
        f'rx="1" fill="{sun}" opacity="{scatter(0.25, 0.85):.2f}"/>'
        for y in range(562, 640, 3)
        for _ in range(4)
    )
    posts = "".join(
        f'<rect x="{x}" y="628" width="9" height="42" fill="#20222b"/>' for x in range(-380, 2000, 120)
    )
    back = (
        gradient("sky", [(0, high, 1), (0.55, middle, 1), (0.9, low, 1), (1, sun, 1)])
        + band("url(#sky)", -20, 562)
        + halo("sun", sun, 1) + glow("sun", 1120, 520, 520, 330) + f'<circle cx="1120" cy="516" r="46" fill="{sun}"/>'
        + soften("far", 2.2) + '<g filter="url(#far)">'
        + ridge("cape1" + mood, 566, 90, 340, fill=blend(middle, low, 0.35), sharp=0.3, floor=566)
        + gradient("sea", [(0, low, 1), (0.35, blend(middle, high, 0.3), 1), (1, high, 1)])
        + band("url(#sea)", 560, 680) + glitter
        + f'<path d="M-400 566C-200 400 60 380 300 480S520 560 690 562L420 690H-400Z" '
          f'fill="{blend(high, "#0a0c18", 0.45)}"/>'
        + f'<path d="M-400 640C-260 520 -60 500 120 590S300 660 380 690H-400Z" fill="{blend(high, "#05060c", 0.75)}"/>'
        + "</g>" + posts
        + '<rect x="-400" y="634" width="2400" height="15" fill="#3b3d48"/><rect x="-400" y="634" '
          'width="2400" height="4" '
        + f'fill="{sun}" opacity=".7"/>'
        + road("road", blend(high, "#2a2630", 0.6), "#14141b", 662)
        + glow("sun", 1120, 690, 700, 60, opacity=0.4)
    )  # fmt: skip
    light = Light(
        sky=[(-90,
        "#08080c", 0.5), (-30, "#15151d", 0.7), (-6, blend(high, "#2a2630", 0.6), 0.9), (-1, low, 0.8), (2, sun, 1.25),
             (8, low, 1.15), (18, middle, 0.85), (36, high, 1.0), (60, high, 1.5), (84, blend(high, middle, 0.4), 2.0),
             (110, high, 1.4), (180, high, 0.7)],
        ambient=blend(middle, "#c8c0d0", 0.5), side=0.55, lamps=0.9,
    )  # fmt: skip
    return Scene(light=light, back=back, wet=0.24)


def desert(mood: str) -> Scene:
    """Mesas in the haze, sand on the edge of the road."""
    high, middle, low, sand, sun = DESERT[mood]
    mesas = (
        f'<path d="M980 600L1010 470L1040 460L1060 430H1250L1268 462L1300 470L1350 600Z" '
        f'fill="{blend(middle, sand, 0.45)}"/>'
        f'<path d="M60 604L110 500L130 492L140 452H250L262 500L300 512L350 604Z" fill="{blend(middle, sand, 0.35)}"/>'
        f'<path d="M1500 610L1540 420L1560 410L1570 372H1760L1790 420L1850 610Z" fill="{blend(middle, sand, 0.62)}"/>'
    )
    back = (
        gradient("sky", [(0, high, 1), (0.6, middle, 1), (0.96, low, 1)])
        + band("url(#sky)", -20, 620)
        + halo("sun", sun, 1) + glow("sun", 520, 500, 620, 420) + f'<circle cx="520" cy="488" r="64" fill="{sun}"/>'
        + soften("far", 2.6) + '<g filter="url(#far)">'
        + ridge("range1" + mood, 600, 90, 260, fill=blend(low, middle, 0.7), sharp=0.45, floor=640) + mesas
        + gradient("haze", [(0, low, 0), (1, low, 0.75)]) + band("url(#haze)", 480, 620)
        + ridge("dune1" + mood, 640, 44, 520, fill=blend(sand, low, 0.35), sharp=0.0, floor=700)
        + ridge("dune2" + mood, 668, 34, 640, fill=blend(sand, "#2a160f", 0.12), sharp=0.0, floor=720) + "</g>"
        + road("road", blend(sand, "#2d2622", 0.65), "#221d1b", 690, line="#f4dfb8")
        + gradient("dust", [(0, sand, 0.9), (1, sand, 0)]) + band("url(#dust)", 676, 722)
        + glow("sun", 520, 730, 760, 60, opacity=0.35)
    )  # fmt: skip
    light = Light(
        sky=[(-90,
        "#120c09", 0.5), (-28, blend(sand, "#201814", 0.55), 0.7), (-5, sand, 0.75), (0, low, 0.9), (5, sun, 1.15),
             (13, low, 1.0), (26, middle, 0.8), (50, high, 0.9), (76, high, 1.5), (92, blend(high,
             "#ffffff", 0.3), 1.5),
             (130, high, 0.9), (180, high, 0.6)],
        ambient=blend(middle, "#e8ddd0", 0.6), side=-0.5, lamps=0.6,
    )  # fmt: skip
    return Scene(light=light, back=back, wet=0.12, shadow=0.9)


def _pines(seed: str, fill: str) -> str:
    scatter = Scatter(seed)
    trees = []
    x = -380.0
    while x < 1980:
        tall, wide = scatter(50, 130), scatter(16, 30)
        y = 668 + scatter(-8, 8)
        trees.append(
            f"M{x:.0f} {y - tall:.0f}L{x + wide * 0.5:.0f} "
            f"{y - tall * 0.55:.0f}H{x + wide * 0.25:.0f}L{x + wide:.0f} {y:.0f}"
            f"H{x - wide:.0f}L{x - wide * 0.25:.0f} {y - tall * 0.55:.0f}H{x - wide * 0.5:.0f}Z"
        )
        x += scatter(12, 70)
    return f'<path d="{"".join(trees)}" fill="{fill}"/>'


def mountains(mood: str) -> Scene:
    """A pass between peaks, the nearer the darker."""
    high, middle, low, rock = PASS[mood]
    back = (
        gradient("sky", [(0, high, 1), (0.7, middle, 1), (1, low, 1)])
        + band("url(#sky)", -20, 640)
        + halo("sun", low, 0.9) + glow("sun", 1240, 330, 640, 420)
        + soften("far", 1.8) + '<g filter="url(#far)">'
        + gradient("snow", [(0, "#ffffff", 0.95), (0.5, blend(middle, rock, 0.35), 1), (1, low, 1)])
        + ridge("p1" + mood, 600, 400, 190, fill="url(#snow)", sharp=0.92, floor=660)
        + gradient("mist1", [(0, low, 0), (1, low, 0.8)]) + band("url(#mist1)", 380, 640)
        + ridge("p2" + mood, 640, 270, 220, fill=blend(rock, middle, 0.45), sharp=0.85, floor=680)
        + band("url(#mist1)", 470, 668)
        + ridge("p3" + mood, 680, 150, 260, fill=blend(rock, "#0d1418", 0.35), sharp=0.7, floor=700)
        + _pines("pines" + mood, blend(rock, "#060b0e", 0.72)) + "</g>"
        + '<rect x="-400" y="652" width="2400" height="26" fill="#7b7f84"/>'
        + f'<rect x="-400" y="652" width="2400" height="6" fill="{low}" opacity=".8"/>'
        + road("road", blend(rock, "#30343a", 0.5), "#1b1e22", 676)
    )  # fmt: skip
    light = Light(
        sky=[(-90, "#0a0c0e", 0.5), (-28, "#1c2024", 0.8), (-6, blend(rock, "#30343a", 0.5), 0.9),
             (0, rock, 0.8), (6, rock, 0.9),
             (12, middle, 0.9), (22, low, 1.0), (34, middle, 0.95), (60, high, 1.1),
             (84, blend(high, "#ffffff", 0.45), 1.7),
             (110, high, 1.2), (180, high, 0.6)],
        ambient=blend(middle, "#dfe6ee", 0.6), side=0.35, lamps=0.6,
    )  # fmt: skip
    return Scene(light=light, back=back, wet=0.16)
