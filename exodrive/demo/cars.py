"""The demo fleet: 24 cars of invented makes, eight at each of three locations."""

from exodrive.demo.garage_london import LONDON
from exodrive.demo.garage_los_angeles import LOS_ANGELES
from exodrive.demo.garage_miami import MIAMI
from exodrive.demo.vehicle import CURRENCIES, IMAGE_HEIGHT, IMAGE_WIDTHS, DemoCar

CARS: tuple[DemoCar, ...] = (*LOS_ANGELES, *MIAMI, *LONDON)

__all__ = ["CARS", "CURRENCIES", "IMAGE_HEIGHT", "IMAGE_WIDTHS", "DemoCar"]
