"""The fleet, for the staff: whatever views there are, they are on `blueprint`."""

from exodrive.admin.cars.blueprint import blueprint
from exodrive.admin.cars.fleet import add, car, change, fleet, reinstate, retire
from exodrive.admin.cars.photos import add_photo, move, photographs, remove
from exodrive.admin.cars.seasons import add_season, change_season, remove_season

__all__ = [
    "add",
    "add_photo",
    "add_season",
    "blueprint",
    "car",
    "change",
    "change_season",
    "fleet",
    "move",
    "photographs",
    "reinstate",
    "remove",
    "remove_season",
    "retire",
]
