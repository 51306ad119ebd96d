"""The front-end files: addressed by the hash of their content, so that a browser keeps them for ever."""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from exodrive import resources
from exodrive.http.guards import public
from exodrive.http.headers import COMPRESSIBLE

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"

blueprint = Blueprint("assets", __name__)


class Asset:
    """One file of `static/`: its content, as it is and compressed, and the hash that addresses it."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self.hash = hashlib.sha256(self.content).hexdigest()[:16]
        self.compressed = (
            gzip.compress(self.content, compresslevel=9, mtime=0) if self.kind in COMPRESSIBLE else None
        )


@lru_cache(maxsize=256)
def _load(path: Path, _changed: int) -> Asset:
    return Asset(path)


def _find(name: str) -> Asset | None:
    """The file called `name` below static/; None when there is none. Photographs are not read into memory."""
    joined = safe_join(str(resources.path("static")), name)
    return None if joined is None or name.startswith("media/") else _read(Path(joined))


def _read(path: Path) -> Asset | None:
    try:
        return _load(path, path.stat().st_mtime_ns) if path.is_file() else None
    except (OSError, ValueError):  # a name that the file system cannot hold
        return None


def asset(name: str) -> str:
    """The address of a file below static/. A name that is no file is a mistake of ours: FileNotFoundError."""
    path, address = _place(name)
    found = _read(path)
    if found is None:
        raise FileNotFoundError(f"static/{name}")
    return f"{address}?v={found.hash}"


@lru_cache(maxsize=256)
def _place(name: str) -> tuple[Path, str]:
    """Where one of our own files lies, and its address without the hash: a page names dozens of them."""
    return resources.path("static") / name, url_for("assets.static", name=name)


@blueprint.get("/static/<path:name>")
@public
def static(name: str) -> Response:
    """A file of ours. Under its present hash it never changes; under another, or none, it may tomorrow."""
    found = _find(name)
    if found is None:
        raise NotFound
    response = Response(found.content, mimetype=found.kind)
    response.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == found.hash else FOR_A_DAY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    suffix = ""
    if found.compressed is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            response.set_data(found.compressed)
            response.headers["Content-Encoding"] = "gzip"
            suffix = "-gzip"
    response.set_etag(found.hash + suffix)
    response.make_conditional(request)
    return response


@blueprint.get("/media/<path:name>")
@public
def media(name: str) -> Response:
    """A photograph: a changed one gets a new name."""
    try:
        response = send_from_directory(resources.path("static") / "media", name, conditional=True)
    except ValueError as error:  # a name that the file system cannot hold
        raise NotFound from error
    return as_photograph(response)


def as_photograph(response: Response) -> Response:
    """Kept for ever, and shown wherever a mail with it is read: in a web mail's page, or in a frame of the portal."""
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/favicon.ico")
@public
def favicon() -> Response:
    """Where browsers look without being told."""
    return static("icons/favicon.svg")
