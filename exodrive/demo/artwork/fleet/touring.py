"""The grand tourers and the front-engined convertibles."""

from exodrive.demo.artwork import parts
from exodrive.demo.artwork.forms import GT, OPEN, morph
from exodrive.demo.artwork.forms_more import REAR
from exodrive.demo.artwork.light import Paint
from exodrive.demo.artwork.look import Look
from exodrive.demo.artwork.wheel import Wheel


def _northgate_gt() -> Look:
    s = GT
    return Look(
        shape=s,
        paint=Paint("#0f3d2a", 0.55, 0.12),
        wheel=Wheel("ten", "silver", "#c9a227"),
        chrome=True,
        front=parts.eye(230, 700, 84),
        rear=parts.tail(s, 420, 60, 60),
        vents=[parts.gill(1390, 560, 170, 60), parts.nose_intake(s, 230, 330, 0.75)],
        blades=[parts.sill(s, 46), parts.splitter(s), parts.diffuser(s, 110)],
        exhaust=[(4620, 300)],
        cabin="#7a4a2a",
        scene="mews",
        mood="",
    )


def _sirene() -> Look:
    s = morph(
        GT,
        xs=((0, 0), (935, 960), (1860, 2000), (2860, 2990), (3730, 3860), (4800, 5040)),
        ys=((0, 0), (880, 870), (1286, 1300)),
        crease=0.78,
        sculpt=15,
    )
    return Look(
        shape=s,
        paint=Paint("#0a1a5c", 0.55, 0.09, flip="#1c3aa8"),
        wheel=Wheel("turbine", "silver", "#20242c"),
        chrome=True,
        front=parts.slit(s, 60, 520, 60, 74),
        rear=parts.tail(s, 620, 70, 40, 10),
        vents=[parts.gill(1480, 520, 210, 90), parts.nose_intake(s, 220, 320, 0.7)],
        blades=[parts.sill(s, 40), parts.diffuser(s, 90)],
        exhaust=[(4860, 300)],
        cabin="#b89a78",
        scene="gallery",
        mood="",
    )


def _h5() -> Look:
    s = REAR
    return Look(
        shape=s,
        paint=Paint("#1f7fd0", 0.5, 0.12),
        wheel=Wheel("five", "black", "#c8102e"),
        front=parts.eye(270, 640, 92),
        rear=parts.strip(4180, 4500, 770, 26, -40, width=11),
        vents=[parts.nose_intake(s, 220, 330, 0.7), parts.gill(3080, 620, 130, 90)],
        blades=[parts.sill(s, 50), parts.splitter(s), parts.diffuser(s, 120)],
        exhaust=[(4380, 300)],
        scene="mountains",
        mood="dawn",
    )


def _notturna() -> Look:
    s = morph(
        GT,
        xs=((0, 0), (935, 900), (1860, 1960), (2860, 2880), (3730, 3640), (4800, 4680)),
        ys=((0, 0), (880, 850), (1286, 1235)),
        crease=0.74,
        sculpt=20,
    )
    return Look(
        shape=s,
        paint=Paint("#4a0a1e", 0.8, 0.14, flip="#8a1030"),
        wheel=Wheel("y", "graphite", "#f2c200"),
        front=parts.slit(s, 80, 640, 60, 66),
        rear=parts.eye(4560, 800, 58),
        vents=[
            parts.gill(1420, 440, 260, 120),
            parts.nose_intake(s, 210, 330),
            parts.tail_vent(s, 300, 450, 150),
        ],
        blades=[parts.sill(s, 58), parts.splitter(s), parts.diffuser(s, 150)],
        exhaust=[(4520, 330)],
        scene="night",
        mood="gold",
    )


def _stallard() -> Look:
    """American muscle: square shoulders, short deck, ducktail."""
    s = morph(
        GT,
        xs=((0, 0), (935, 930), (1860, 1900), (2860, 2850), (3730, 3700), (4800, 4820)),
        ys=((0, 0), (500, 520), (880, 960), (980, 1025), (1286, 1360)),
        crease=0.9,
        sculpt=6,
        plan=0.7,
    )
    return Look(
        shape=s,
        paint=Paint("#0c0e12", 0.35, 0.1),
        wheel=Wheel("star", "graphite", "#c8102e"),
        front=parts.eye(170, 760, 80),
        rear=parts.strip(4640, 4790, 860, 90, 0, width=18),
        vents=[
            parts.gill(1380, 520, 120, 40),
            parts.gill(1470, 520, 120, 40),
            parts.nose_intake(s, 240, 380, 0.6),
        ],
        blades=[parts.sill(s, 60), parts.splitter(s, 50, 40), parts.diffuser(s, 120)],
        exhaust=[(4640, 300)],
        stripe="#e8e0cc",
        scene="desert",
        mood="red",
    )


def _rivage() -> Look:
    s = morph(
        OPEN,
        xs=((0, 0), (900, 930), (1660, 1800), (3040, 3160), (3560, 3700), (4560, 4860)),
        ys=((0, 0), (900, 890), (1215, 1205)),
        crease=0.78,
    )
    return Look(
        shape=s,
        paint=Paint("#e6dcc4", 0.35, 0.1),
        wheel=Wheel("turbine", "silver", "#20242c"),
        chrome=True,
        cabin="#8a2a1e",
        front=parts.slit(s, 60, 480, 60, 70),
        rear=parts.tail(s, 560, 66, 40, 10),
        vents=[parts.gill(1440, 500, 190, 80), parts.nose_intake(s, 220, 320, 0.7)],
        blades=[parts.sill(s, 40), parts.diffuser(s, 90)],
        exhaust=[(4680, 300)],
        scene="coast",
        mood="blue",
    )


def _solent() -> Look:
    """A roadster after the old manner: small, upright, wire wheels."""
    s = morph(
        OPEN,
        xs=((0, 60), (900, 900), (1660, 1740), (2900, 2880), (3560, 3330), (4560, 4140)),
        ys=((0, 0), (500, 520), (860, 830), (1215, 1130)),
        wheel=330,
        rear_wheel=330,
        crease=0.68,
        sculpt=4,
        sill=190,
    )
    return Look(
        shape=s,
        paint=Paint("#7fb2cf", 0.2, 0.1),
        wheel=Wheel("wire", "silver", "#6a6e74", 0.74),
        chrome=True,
        cabin="#6a1f1a",
        front=parts.eye(330, 690, 96),
        rear=parts.eye(4010, 740, 54),
        vents=[parts.gill(1330, 500, 150, 20)],
        blades=[],
        exhaust=[(4000, 250)],
        scene="mews",
        mood="white",
    )


LOOKS = {
    "northgate-gt": _northgate_gt(),
    "valmont-sirene": _sirene(),
    "hallstett-h5": _h5(),
    "aurelio-notturna": _notturna(),
    "marston-stallard": _stallard(),
    "valmont-rivage": _rivage(),
    "northgate-solent": _solent(),
}
