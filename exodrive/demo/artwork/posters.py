"""The pictures that are not of one car for rent: the home page's hero, the locations, the card for link previews."""

from base64 import b64encode
from dataclasses import dataclass, replace
from pathlib import Path

from exodrive.demo.artwork.fleet import LOOKS
from exodrive.demo.artwork.picture import Frame, compose


@dataclass(frozen=True)
class Poster:
    """A picture of `slug`'s car moved to another place. `width` × `height` is the drawing, `largest` the "
    "widest file."""

    stem: str
    slug: str
    scene: str
    mood: str
    frame: Frame
    width: int
    height: int
    widths: tuple[int, ...]
    title: bool = False

    @property
    def largest(self) -> int:
        return max(self.widths)


POSTERS = {
    "hero": Poster("media/hero/hero", "ostara-arc", "coast", "", Frame(0.235, 430, 720, 1.0001, 0), 1600, 900,
    (960, 1600, 2400)),
    "hero-phone": Poster(
        "media/hero/hero-phone", "ostara-arc", "coast", "", Frame(0.178, 30, 1190, 1.55, -1110), 900, 1350, (480, 900)
    ),
    "los-angeles": Poster(
        "media/locations/los-angeles", "marston-drover", "palms", "teal", Frame(0.17, 380, 800, 1.0, 0), 1600,
        1000, (480, 960, 1600)
    ),
    "miami": Poster(
        "media/locations/miami", "aurelio-furia", "deco", "", Frame(0.2, 520, 800, 1.0, 0), 1600, 1000, (480, 960, 1600)
    ),
    "london": Poster(
        "media/locations/london", "valmont-sirene", "mews", "", Frame(0.2, 260, 800, 1.0, 0), 1600, 1000, (480,
        960, 1600)
    ),
    "og": Poster("og", "ostara-arc", "coast", "", Frame(0.2, 128, 500, 0.86, -90), 1200, 630, (1200,), title=True),
}  # fmt: skip


def _lettering(plan: Poster, static: Path) -> str:
    """The word mark and a line below it, in the house's own faces."""
    faces = "".join(
        f"@font-face{{font-family:{name};src:url(data:font/woff2;base64,{b64encode(file.read_bytes()).decode()});"
        "font-weight:100 900;font-stretch:50% 150%}"
        for name, file in (
            ("Mark", next((static / "fonts").glob("anybody-*.woff2"))),
            ("Line", next((static / "fonts").glob("hanken-grotesk-*.woff2"))),
        )
    )
    return (
        f'<style>{faces}</style><text x="{plan.width / 2}" y="128" text-anchor="middle" fill="#fff8ee" '
        f'font-family="Mark" '
        'font-size="58" font-weight="560" letter-spacing="13" style="font-stretch:140%">EXODRIVE</text>'
        f'<text x="{plan.width / 2}" y="186" text-anchor="middle" fill="#fff8ee" opacity=".86" font-family="Line" '
        'font-size="29">Exotic cars by the day, at a price that is exact.</text>'
    )


def poster(plan: Poster, static: Path) -> str:
    """The SVG of a poster."""
    look = replace(LOOKS[plan.slug], scene=plan.scene, mood=plan.mood)
    words = _lettering(plan, static) if plan.title else ""
    svg = compose(look, plan.frame, (plan.width, plan.height))
    return svg.removesuffix("</svg>") + f"{words}</svg>"
