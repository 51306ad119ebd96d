"""Pictures for tests: what a camera would send."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture(width: int = 1800, height: int = 1200, kind: str = "JPEG", **options: Any) -> bytes:
    """A left half in red, a right half in blue."""
    made = Image.new("RGB", (width, height), (200, 30, 30))
    made.paste((30, 30, 200), (width // 2, 0, width, height))
    target = BytesIO()
    made.save(target, kind, **options)
    return target.getvalue()


def from_camera(width: int = 1800, height: int = 1200, *, orientation: int = 1) -> bytes:
    """A JPEG that tells where it was taken, by which camera, and how it was held."""
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x0110] = "Secret Camera"
    told[0x8825] = {1: "N", 2: (34.0, 5.0, 11.0), 3: "W", 4: (118.0, 23.0, 59.0)}
    return picture(width, height, exif=told)
