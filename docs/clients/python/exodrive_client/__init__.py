"""The client of the ExoDrive API: `ExoDrive("https://rentals.example").car.search(category="convertible")`."""

from exodrive_client.aio import AsyncExoDrive
from exodrive_client.batch import AsyncBatch, Batch
from exodrive_client.deferred import Deferred, NotSent
from exodrive_client.problem import ExoDriveError, NotModified, Unreachable
from exodrive_client.retries import Retries
from exodrive_client.shape import NotChosen
from exodrive_client.sync import ExoDrive

__all__ = [
    "AsyncBatch",
    "AsyncExoDrive",
    "Batch",
    "Deferred",
    "ExoDrive",
    "ExoDriveError",
    "NotChosen",
    "NotModified",
    "NotSent",
    "Retries",
    "Unreachable",
]
