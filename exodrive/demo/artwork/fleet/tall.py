"""The sedans, the SUVs and the electric cars."""

from exodrive.demo.artwork import parts
from exodrive.demo.artwork.forms import BOX, FASTBACK, SEDAN, SUV, morph
from exodrive.demo.artwork.forms_more import ARROW, CROSS
from exodrive.demo.artwork.light import Paint
from exodrive.demo.artwork.look import Look
from exodrive.demo.artwork.wheel import Wheel


def _belvoir() -> Look:
    s = morph(
        SEDAN,
        xs=((0, 0), (900, 930), (1680, 1820), (4080, 4300), (5180, 5420)),
        ys=((0, 0), (900, 930), (1468, 1520)),
    )
    return Look(
        shape=s,
        paint=Paint("#07080a", 0.1, 0.045),
        roof=Paint("#b9bcc0", 0.85, 0.12),
        wheel=Wheel("aero", "silver", "#30343a"),
        chrome=True,
        front=parts.strip(60, 300, 830, 62, 10, width=12),
        rear=parts.strip(5330, 5410, 960, 150, 0, width=16),
        vents=[parts.nose_intake(s, 260, 340, 0.7)],
        blades=[],
        grille=[(10, 460, "c"), (14, 840, "c"), (58, 900, "c"), (60, 440, "c")],
        cabin="#d8c8ae",
        scene="gallery",
        mood="warm",
    )


def _regent() -> Look:
    s = SEDAN
    return Look(
        shape=s,
        paint=Paint("#5a0f1c", 0.65, 0.13),
        wheel=Wheel("mesh", "silver", "#30343a"),
        chrome=True,
        front=parts.eye(170, 770, 78),
        rear=parts.tail(s, 330, 60, 90, 12),
        vents=[parts.nose_intake(s, 250, 350, 0.75), parts.gill(1340, 640, 130, 30)],
        blades=[parts.sill(s, 36), parts.diffuser(s, 80)],
        exhaust=[(5010, 330)],
        cabin="#c9a47a",
        scene="night",
        mood="",
    )


def _h8() -> Look:
    s = FASTBACK
    return Look(
        shape=s,
        paint=Paint("#8a6420", 0.9, 0.12),
        wheel=Wheel("twin", "graphite", "#c8102e"),
        front=parts.hook(s, 70, 470, 60, 80, width=13),
        rear=parts.strip(4640, 4975, 925, 30, -8, width=12),
        vents=[parts.nose_intake(s, 230, 350), parts.gill(1340, 500, 150, 60)],
        blades=[parts.sill(s, 50), parts.splitter(s), parts.diffuser(s, 130)],
        exhaust=[(4830, 300)],
        cabin="#3a3a40",
        scene="studio",
        mood="",
    )


def _moorland() -> Look:
    s = SUV
    return Look(
        shape=s,
        paint=Paint("#2c4a35", 0.5, 0.12),
        wheel=Wheel("star", "silver", "#30343a"),
        chrome=True,
        rails=True,
        cladding=False,
        front=parts.eye(150, 930, 84),
        rear=parts.strip(4800, 4985, 1090, 120, -40, width=14),
        vents=[parts.nose_intake(s, 420, 540, 0.7), parts.gill(1400, 820, 150, 20)],
        blades=[parts.sill(s, 60), parts.diffuser(s, 120)],
        exhaust=[(4860, 400)],
        cabin="#9a6a3a",
        scene="mountains",
        mood="",
    )


def _alpin() -> Look:
    """A coupé on stilts: the roof falls early and fast."""
    s = CROSS
    return Look(
        shape=s,
        paint=Paint("#dfe4e8", 0.4, 0.11),
        roof=Paint("#0c0d0f", 0.3, 0.14),
        wheel=Wheel("y", "black", "#f2c200"),
        front=parts.hook(s, 60, 420, 60, 90, width=14),
        rear=parts.strip(4560, 4985, 1080, 34, -20, width=13),
        vents=[parts.nose_intake(s, 430, 620), parts.tail_vent(s, 480, 620, 150)],
        blades=[parts.sill(s, 80), parts.splitter(s, 60), parts.diffuser(s, 170)],
        exhaust=[(4860, 420)],
        cladding=True,
        scene="studio",
        mood="sea",
    )


def _drover() -> Look:
    s = morph(BOX, ys=((0, 0), (1190, 1200), (1912, 1850)))
    return Look(
        shape=s,
        paint=Paint("#b08a5a", 0.1, 0.08),
        roof=Paint("#f0ead8", 0.05, 0.1),
        wheel=Wheel("five", "black", "#30343a", 0.66),
        rails=True,
        cladding=True,
        front=parts.eye(120, 1010, 88),
        rear=parts.strip(4650, 4745, 1020, 190, 0, width=20),
        vents=[parts.gill(1200, 960, 110, 10)],
        blades=[
            parts.sill(s, 70),
            [(20, 430, "c"), (10, 560, "c"), (230, 560, "c"), (300, 430, "c")],
            [(4460, 430, "c"), (4500, 560, "c"), (4770, 560, "c"), (4760, 430, "c")],
        ],
        scene="desert",
        mood="",
    )


def _lumen() -> Look:
    s = morph(
        FASTBACK,
        xs=((0, 0), (880, 850), (1520, 1380), (2740, 2680), (3900, 3960), (5000, 5020)),
        ys=((0, 0), (950, 930), (1398, 1420)),
        sculpt=16,
        crease=0.72,
    )
    return Look(
        shape=s,
        paint=Paint("#cfd8de", 0.3, 0.08, flip="#a8c0e0"),
        roof=Paint("#0a0c10", 0.3, 0.16),
        wheel=Wheel("aero", "graphite", "#30343a"),
        front=parts.strip(30, 420, 690, 18, 96, width=12),
        rear=parts.strip(4500, 4995, 930, 18, 0, width=11),
        vents=[parts.nose_intake(s, 230, 300, 0.55)],
        blades=[parts.sill(s, 46), parts.diffuser(s, 120)],
        cabin="#d8d4cc",
        scene="tunnel",
        mood="",
    )


def _arc() -> Look:
    s = ARROW
    return Look(
        shape=s,
        paint=Paint("#b0602e", 0.95, 0.13, flip="#e0a060"),
        roof=Paint("#0a0b0d", 0.3, 0.16),
        wheel=Wheel("turbine", "bronze", "#b0602e"),
        front=parts.strip(50, 520, 560, 16, 170, width=12),
        rear=parts.strip(4300, 4700, 830, 16, -14, width=10),
        vents=[parts.side_intake(2800, 470, 400, 170), parts.nose_intake(s, 180, 260, 0.6)],
        blades=[parts.sill(s, 56), parts.splitter(s), parts.diffuser(s, 170)],
        scene="studio",
        mood="violet",
    )


def _terra() -> Look:
    s = morph(
        SUV,
        xs=((0, 0), (920, 860), (1560, 1380), (2600, 2500), (3920, 3960), (5020, 4980)),
        ys=((0, 0), (1200, 1160), (1715, 1680)),
        sculpt=14,
        crease=0.7,
    )
    return Look(
        shape=s,
        paint=Paint("#3f7a6a", 0.4, 0.11),
        roof=Paint("#0a0c10", 0.3, 0.16),
        wheel=Wheel("aero", "black", "#30343a"),
        front=parts.strip(30, 380, 960, 18, 70, width=12),
        rear=parts.strip(4560, 4985, 1090, 18, 0, width=11),
        vents=[parts.nose_intake(s, 420, 500, 0.55)],
        blades=[parts.sill(s, 70), parts.diffuser(s, 140)],
        cladding=True,
        cabin="#d8d4cc",
        scene="desert",
        mood="white",
    )


LOOKS = {
    "valmont-belvoir": _belvoir(),
    "northgate-regent": _regent(),
    "hallstett-h8": _h8(),
    "northgate-moorland": _moorland(),
    "hallstett-alpin": _alpin(),
    "marston-drover": _drover(),
    "ostara-lumen": _lumen(),
    "ostara-arc": _arc(),
    "ostara-terra": _terra(),
}
