"""Photographs that staff sent, at addresses that never change what they show."""

from flask import Blueprint, Response
from wireup import Injected

from exodrive.http.assets import as_photograph
from exodrive.http.guards import public
from exodrive.services.media.service import PhotoService

blueprint = Blueprint("photos", __name__)


@blueprint.get("/media/photo/<mark>-<int:width>.<any(avif, webp):suffix>")
@public
def show(mark: str, width: int, suffix: str, photos: Injected[PhotoService]) -> Response:
    """A file of a photograph."""
    found = photos.open(mark, f"{width}.{suffix}")
    answer = Response(found.pieces, content_type=found.content_type)
    answer.headers["Content-Length"] = str(found.size)
    return as_photograph(answer)
