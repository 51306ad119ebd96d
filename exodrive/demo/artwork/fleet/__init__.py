"""How each car of the demo fleet is drawn: slug → Look."""

from exodrive.demo.artwork.fleet.low import LOOKS as LOW
from exodrive.demo.artwork.fleet.tall import LOOKS as TALL
from exodrive.demo.artwork.fleet.touring import LOOKS as TOURING
from exodrive.demo.artwork.look import Look

LOOKS: dict[str, Look] = {**LOW, **TOURING, **TALL}
