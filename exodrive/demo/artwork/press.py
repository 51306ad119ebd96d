"""From SVG to files: chromium draws, Pillow finishes (glow, grain) and encodes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
QUALITY = {"avif": 52, "webp": 74}


@contextmanager
def easel(width: int, height: int, scale: float = 2) -> Iterator[Callable[[str], bytes]]:
    """A function that turns SVG text of the given size into PNG bytes, `scale` times as large."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # a development tool's own dependency

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)

        def shot(svg: str) -> bytes:
            page.set_content(f'<body style="margin:0;background:#000;overflow:hidden">{svg}')
            return page.screenshot()

        yield shot
        browser.close()


def finish(png: bytes, width: int, height: int) -> Image.Image:
    """The picture at its final size, bright places blooming, with a fine grain."""
    picture = Image.open(BytesIO(png)).convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    small = picture.resize((width // 4, height // 4), Image.Resampling.BOX)
    bright = small.point([max(0, v - 176) * 255 // 79 if v > 176 else 0 for v in range(256)] * 3)
    glow = bright.filter(ImageFilter.GaussianBlur(width / 110)).point([int(v * 0.42) for v in range(256)] * 3)
    picture = ImageChops.screen(picture, glow.resize((width, height), Image.Resampling.BICUBIC))
    grain = Image.effect_noise((width, height), 9).convert("RGB")
    return Image.blend(picture, ImageChops.soft_light(picture, grain), 0.5)


def save(picture: Image.Image, stem: Path, widths: tuple[int, ...]) -> None:
    """Write `<stem>-<width>.avif` and `.webp`."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for width in widths:
        height = round(picture.height * width / picture.width)
        sized = picture.resize((width, height), Image.Resampling.LANCZOS)
        sized.save(stem.with_name(f"{stem.name}-{width}.avif"), quality=QUALITY["avif"], speed=8)
        sized.save(stem.with_name(f"{stem.name}-{width}.webp"), quality=QUALITY["webp"], method=4)


def save_poster(picture: Image.Image, static: Path, stem: str, widths: tuple[int, ...]) -> None:
    """A poster of several widths as AVIF and WebP; one of a single width as JPEG, which every previewer reads."""
    if len(widths) > 1:
        save(picture, static / stem, widths)
    else:
        picture.save((static / stem).with_suffix(".jpg"), quality=84, optimize=True, progressive=True)


def write_marks(static: Path) -> None:
    """The favicon as PNG, for home screens, from the SVG that the pages use."""
    svg = (static / "icons" / "favicon.svg").read_text(encoding="utf-8")
    for size in (180, 512):
        with easel(size, size, 1) as draw:
            png = draw(svg.replace("<svg ", f'<svg width="{size}" height="{size}" ', 1))
        (static / f"favicon-{size}.png").write_bytes(png)
