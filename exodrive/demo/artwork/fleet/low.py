"""The supercars and the open mid-engined cars."""

from dataclasses import replace

from exodrive.demo.artwork import parts
from exodrive.demo.artwork.forms import MID, WEDGE, morph
from exodrive.demo.artwork.forms_more import SPIDER
from exodrive.demo.artwork.light import Paint
from exodrive.demo.artwork.look import Look
from exodrive.demo.artwork.wheel import Wheel


def _tempesta() -> Look:
    s = MID
    return Look(
        shape=s,
        paint=Paint("#b80f16", 0.5, 0.11),
        wheel=Wheel("five", "graphite", "#f2c200"),
        front=parts.slit(s, 120, 620, 46, 80),
        rear=parts.eye(4440, 770, 66),
        vents=[
            parts.side_intake(2680, 560, 420, 190),
            parts.nose_intake(s, 180, 280),
            parts.tail_vent(s, 330, 520, 190),
        ],
        blades=[parts.sill(s, 56), parts.splitter(s), parts.diffuser(s, 130)],
        exhaust=[(4400, 420)],
        badge=None,
        scene="coast",
        mood="",
    )


def _furia() -> Look:
    s = WEDGE
    blade, post = parts.wing(s, 190, 420)
    return Look(
        shape=s,
        paint=Paint("#f2b705", 0.35, 0.12),
        wheel=Wheel("y", "black", "#101113"),
        roof=None,
        front=parts.hook(s, 110, 560, 40, 60, width=12),
        rear=parts.strip(4380, 4600, 770, 54, 20, width=12),
        vents=[
            parts.side_intake(2480, 470, 560, 270),
            parts.nose_intake(s, 165, 262),
            parts.tail_vent(s, 420, 600, 210),
            [(2720, 850, "c"), (3120, 930, "c"), (3200, 880, "c"), (2860, 800, "c")],
        ],
        blades=[parts.sill(s, 84), parts.splitter(s, 46, 40), parts.diffuser(s, 190)],
        wing=blade,
        pylon=post,
        scene="tunnel",
        mood="amber",
    )


def _k7() -> Look:
    s = morph(
        MID,
        xs=((0, 0), (985, 960), (1330, 1230), (2420, 2330), (3630, 3600), (4560, 4480)),
        ys=((0, 0), (700, 690), (1165, 1180)),
        sculpt=20,
        crease=0.76,
    )
    return Look(
        shape=s,
        paint=Paint("#e8560a", 0.45, 0.11),
        roof=Paint("#0c0d0f", 0.3, 0.14),
        wheel=Wheel("ten", "black", "#e8560a"),
        front=parts.hook(s, 100, 480, 56, 96, width=13),
        rear=parts.strip(4280, 4470, 800, 22, 0, width=10),
        vents=[
            parts.side_intake(1900, 470, 1080, 330),
            parts.nose_intake(s, 180, 270, 0.6),
            parts.tail_vent(s, 480, 690, 120),
        ],
        blades=[parts.sill(s, 80), parts.splitter(s), parts.diffuser(s, 210)],
        exhaust=[(4420, 640)],
        scene="palms",
        mood="",
    )


def _k9r() -> Look:
    s = morph(
        WEDGE,
        xs=((0, 0), (1010, 990), (2380, 2300), (3690, 3640), (4680, 4760)),
        ys=((0, 0), (740, 735), (1140, 1150)),
        sculpt=14,
    )
    blade, post = parts.wing(s, 300, 520)
    return Look(
        shape=s,
        paint=Paint("#e9edf0", 0.25, 0.1),
        roof=Paint("#10141c", 0.3, 0.14),
        wheel=Wheel("mesh", "bronze", "#1d5bd8"),
        front=parts.slit(s, 130, 520, 44, 56, width=12),
        rear=parts.strip(4480, 4680, 700, 26, 0, width=12),
        vents=[
            parts.side_intake(2440, 500, 520, 230),
            parts.gill(1500, 330, 230, 90),
            parts.gill(1590, 330, 230, 90),
            parts.nose_intake(s, 160, 250),
            parts.tail_vent(s, 400, 620, 260),
        ],
        blades=[parts.sill(s, 96), parts.splitter(s, 52, 70), parts.diffuser(s, 210)],
        wing=blade,
        pylon=post,
        stripe="#1d5bd8",
        scene="mountains",
        mood="storm",
    )


def _hayate() -> Look:
    s = morph(
        WEDGE,
        xs=((0, 0), (1010, 980), (1700, 1560), (2380, 2260), (3690, 3600), (4680, 4540)),
        ys=((0, 0), (745, 770), (1140, 1190)),
        crease=0.7,
        sculpt=26,
    )
    return Look(
        shape=s,
        paint=Paint("#5a2bb0", 0.75, 0.12, flip="#1f4fd0"),
        wheel=Wheel("turbine", "silver", "#e8e8ec"),
        front=parts.slit(s, 120, 700, 36, 50, width=12),
        rear=parts.strip(4160, 4500, 790, 20, 16, width=10),
        vents=[
            parts.side_intake(2420, 540, 470, 210),
            parts.nose_intake(s, 180, 290),
            parts.tail_vent(s, 380, 540, 220),
        ],
        blades=[parts.sill(s, 60), parts.splitter(s), parts.diffuser(s, 160)],
        scene="night",
        mood="neon",
    )


def _settantasette() -> Look:
    """A wedge of the seventies: flat planes, no aero, deep-dish gold wheels."""
    s = morph(
        WEDGE,
        xs=((0, 60), (1010, 930), (1700, 1560), (3690, 3390), (4680, 4180)),
        ys=((0, 0), (740, 730), (1140, 1090)),
        wheel=322,
        rear_wheel=336,
        sculpt=2,
        crease=0.62,
        plan=0.7,
        sill=165,
    )
    louvres = [
        [
            (2820 + k * 120, 830 + k * 8, "c"),
            (2890 + k * 120, 900 - k * 14, "c"),
            (2930 + k * 120, 900 - k * 14, "c"),
            (2880 + k * 120, 830 + k * 8, "c"),
        ]
        for k in range(4)
    ]
    return Look(
        shape=replace(s, mirror=(s.mirror[0] + 20, s.mirror[1] + 6)),
        paint=Paint("#f4f1e6", 0.05, 0.09),
        wheel=Wheel("star", "gold", "#3a3a3c", 0.7),
        front=parts.strip(110, 330, 360, 40, 90, width=10),
        rear=parts.strip(4060, 4110, 720, 90, 0, width=16),
        vents=louvres,
        blades=[parts.diffuser(s, 90)],
        chrome=False,
        stripe="#b80f16",
        scene="studio",
        mood="ember",
    )


def _spider() -> Look:
    s = SPIDER
    return Look(
        shape=s,
        paint=Paint("#0f8f93", 0.65, 0.12, flip="#0b4a7a"),
        wheel=Wheel("twin", "silver", "#d8dce0"),
        cabin="#8a4a22",
        front=parts.slit(s, 120, 600, 46, 76),
        rear=parts.eye(4440, 770, 62),
        vents=[parts.side_intake(2680, 570, 400, 180), parts.nose_intake(s, 180, 280)],
        blades=[parts.sill(s, 56), parts.splitter(s), parts.diffuser(s, 130)],
        exhaust=[(4400, 420)],
        scene="deco",
        mood="day",
    )


def _k7_spider() -> Look:
    s = morph(
        SPIDER,
        xs=((0, 0), (985, 960), (1330, 1240), (2740, 2640), (3630, 3600), (4560, 4480)),
        sculpt=20,
        crease=0.76,
    )
    return Look(
        shape=s,
        paint=Paint("#8fbf1a", 0.5, 0.12),
        wheel=Wheel("y", "black", "#101113"),
        cabin="#2a2c30",
        front=parts.hook(s, 100, 480, 56, 96, width=13),
        rear=parts.strip(4280, 4470, 800, 22, 0, width=10),
        vents=[
            parts.side_intake(1900, 470, 1080, 330),
            parts.nose_intake(s, 180, 270, 0.6),
            parts.tail_vent(s, 480, 690, 120),
        ],
        blades=[parts.sill(s, 80), parts.splitter(s), parts.diffuser(s, 210)],
        scene="coast",
        mood="rose",
    )


LOOKS = {
    "aurelio-tempesta": _tempesta(),
    "aurelio-furia": _furia(),
    "corvane-k7": _k7(),
    "corvane-k9-r": _k9r(),
    "kuroda-hayate": _hayate(),
    "aurelio-settantasette": _settantasette(),
    "aurelio-vento-spider": _spider(),
    "corvane-k7-spider": _k7_spider(),
}
