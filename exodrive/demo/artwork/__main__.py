"""`python -m exodrive.demo.artwork`: draw the demo fleet's pictures again. A development tool.

Needs Debian's chromium, and playwright, which the environment of the tests has.
"""

import argparse
import importlib.util
import sys
from pathlib import Path

from exodrive.demo.artwork import press
from exodrive.demo.artwork.fleet import LOOKS
from exodrive.demo.artwork.picture import compose, frames
from exodrive.demo.artwork.posters import POSTERS, poster

WIDTHS = (480, 960, 1600)
SIZE = (1600, 1000)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m exodrive.demo.artwork", description="Draw the demo pictures."
    )
    parser.add_argument(
        "--to", type=Path, default=Path("static"), help="the static folder (default: ./static)"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="a car's slug or a poster's name"
    )
    parser.add_argument(
        "--numbers", default="1234", help="which of a car's pictures, as digits (default: 1234)"
    )
    parser.add_argument(
        "--scale", type=float, default=1.5, help="pixels drawn for each pixel kept (default: 1.5)"
    )
    return parser.parse_args()


def _cars(static: Path, only: list[str], numbers: str, scale: float) -> None:
    slugs = [slug for slug in LOOKS if not only or slug in only]
    if not slugs:
        return
    with press.easel(*SIZE, scale) as draw:
        for slug in slugs:
            for number in (int(digit) for digit in numbers):
                look = LOOKS[slug]
                picture = press.finish(draw(compose(look, frames(look)[number - 1])), *SIZE)
                press.save(picture, static / "media" / "cars" / slug / str(number), WIDTHS)
            sys.stdout.write(f"{slug}\n")
            sys.stdout.flush()


def _posters(static: Path, only: list[str]) -> None:
    for name, plan in POSTERS.items():
        if only and name not in only:
            continue
        with press.easel(plan.width, plan.height, plan.largest / plan.width) as draw:
            picture = press.finish(
                draw(poster(plan, static)), plan.largest, round(plan.height * plan.largest / plan.width)
            )
        press.save_poster(picture, static, plan.stem, plan.widths)
        sys.stdout.write(f"{name}\n")


def main() -> int:
    if importlib.util.find_spec("playwright") is None or not Path(press.CHROMIUM).exists():
        sys.stderr.write(f"Drawing needs playwright and {press.CHROMIUM}.\n")
        return 1
    asked = _arguments()
    if not asked.only or "marks" in asked.only:
        press.write_marks(asked.to)
    _posters(asked.to, asked.only)
    _cars(asked.to, asked.only, asked.numbers, asked.scale)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
