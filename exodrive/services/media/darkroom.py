"""From what was sent to what is shown: checked, turned upright, cut to 16:10, without anything but the picture."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from exodrive.services.media.contracts import MOST_BYTES, MOST_PIXELS, SMALLEST, WIDTHS
from exodrive.services.media.errors import PhotoRefused

_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
_WIDE, _HIGH = 16, 10
_TOO_LARGE = "A photograph has 60 megapixels at most."
_UNREADABLE = "This file is damaged, or is no photograph."


@dataclass(frozen=True, slots=True)
class Developed:
    """An encoded file; `name` is its width and format: `480.avif`."""

    name: str
    width: int
    height: int
    contents: bytes


def check_kind(contents: bytes) -> None:
    """Raises `PhotoRefused` for what does not begin like a photograph, or is too large. Nothing is decoded."""
    if len(contents) > MOST_BYTES:
        raise PhotoRefused.at("photo", "A photograph has 15 MB at most.")
    jpeg, png = contents.startswith(b"\xff\xd8\xff"), contents.startswith(b"\x89PNG\r\n\x1a\n")
    webp = contents[:4] == b"RIFF" and contents[8:12] == b"WEBP"
    avif = contents[4:12] in (b"ftypavif", b"ftypavis")
    if not (jpeg or png or webp or avif):
        raise PhotoRefused.at("photo", "A photograph is a JPEG, PNG, WebP or AVIF file.")


def develop(contents: bytes) -> Iterator[Developed]:
    """The files of each width that the picture has, smallest first. Raises `PhotoRefused`."""
    check_kind(contents)
    picture = _upright(contents)
    for width in (width for width in WIDTHS if width <= picture.width):
        height = round(width * _HIGH / _WIDE)
        sized = picture.resize((width, height), Image.Resampling.LANCZOS)
        for suffix, options in (
            ("avif", {"quality": 60, "speed": 8}),
            ("webp", {"quality": 78, "method": 4}),
        ):
            target = BytesIO()
            sized.save(target, suffix.upper(), **options)
            yield Developed(f"{width}.{suffix}", width, height, target.getvalue())


def _upright(contents: bytes) -> Image.Image:
    """The picture decoded whole, in sRGB, as it is to be looked at."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = _decoded(contents)
    except PhotoRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoRefused(_TOO_LARGE) from error
    except Exception as error:  # a decoder may stumble over a hostile file in any way
        raise PhotoRefused(_UNREADABLE) from error
    return _cut(picture)


def _decoded(contents: bytes) -> Image.Image:
    """Its size is asked before anything is decoded."""
    with Image.open(BytesIO(contents), formats=_FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise PhotoRefused(_TOO_LARGE)
        if getattr(opened, "n_frames", 1) > 1:
            raise PhotoRefused("A photograph does not move.")
        opened.load()
        return _in_srgb(ImageOps.exif_transpose(opened))


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    plain = picture if picture.mode == "RGB" else picture.convert("RGB")
    if profile and picture.mode == "RGB":
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(plain, own, ImageCms.createProfile("sRGB"))
        plain = turned or plain
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)  # without what was said about it: place, camera, thumbnails
    return bare


def _cut(picture: Image.Image) -> Image.Image:
    width = min(picture.width, picture.height * _WIDE // _HIGH)
    if width < SMALLEST:
        raise PhotoRefused(f"A photograph has at least {SMALLEST} × {SMALLEST * _HIGH // _WIDE} pixels.")
    height = width * _HIGH // _WIDE
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))
