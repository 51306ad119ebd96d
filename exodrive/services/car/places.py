"""The locations as the schedule of jobs knows them."""

from exodrive.services.car.service import CatalogueService
from exodrive.services.job.rhythm import Place


class CataloguePlaces:
    """As the port of the schedule says."""

    def __init__(self, catalogue: CatalogueService) -> None:
        self._catalogue = catalogue

    def all(self) -> tuple[Place, ...]:
        return tuple(Place(id=one.id, name=one.slug, zone=one.zone) for one in self._catalogue.locations())
