"""What recurs, and how often: one table."""

from dataclasses import dataclass
from datetime import timedelta

from exodrive.services.booking.contracts import ExpireHolds
from exodrive.services.booking.mail_contracts import PromiseManifests
from exodrive.services.job.contracts import PruneJobs
from exodrive.services.payment.contracts import SweepPayments


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job without particulars, promised once in each slot of `every`."""

    job: object
    every: timedelta


SCHEDULE: tuple[Recurring, ...] = (
    Recurring(ExpireHolds(), timedelta(seconds=15)),
    Recurring(SweepPayments(), timedelta(minutes=1)),
    Recurring(PromiseManifests(), timedelta(minutes=15)),
    Recurring(PruneJobs(), timedelta(hours=1)),
)
