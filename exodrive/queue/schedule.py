"""What recurs, and when: one table."""

from datetime import time, timedelta

from exodrive.services.account.contracts import ForgetSessions
from exodrive.services.booking.contracts import ExpireHolds, ForgetQuotes
from exodrive.services.booking.mail_contracts import SendManifest
from exodrive.services.idempotency.contracts import ForgetAnswers
from exodrive.services.job.contracts import PruneJobs
from exodrive.services.job.rhythm import AtEachPlace, Entry, Recurring
from exodrive.services.media.contracts import PrunePhotos
from exodrive.services.partner.contracts import ForgetUsage, StoreUsage
from exodrive.services.payment.contracts import ForgetGatewayEvents, RenewAuthorisations, SweepPayments
from exodrive.services.report.contracts import PromiseNightlyReports, PruneExports
from exodrive.services.webhook.contracts import PruneEvents

_DAY = timedelta(days=1)

SCHEDULE: tuple[Entry, ...] = (
    Recurring(ExpireHolds(), timedelta(seconds=15)),
    Recurring(SweepPayments(), timedelta(minutes=1)),
    Recurring(StoreUsage(), timedelta(minutes=1)),
    Recurring(RenewAuthorisations(), timedelta(hours=1)),
    Recurring(PruneJobs(), timedelta(hours=1)),
    Recurring(PruneEvents(), timedelta(hours=1)),
    Recurring(ForgetAnswers(), timedelta(hours=1)),
    Recurring(ForgetSessions(), _DAY),
    Recurring(ForgetQuotes(), _DAY),
    Recurring(ForgetGatewayEvents(), _DAY),
    Recurring(PrunePhotos(), _DAY),
    Recurring(ForgetUsage(), _DAY),
    Recurring(PromiseNightlyReports(), timedelta(hours=12)),
    Recurring(PruneExports(), timedelta(hours=1)),
    AtEachPlace(
        contract=SendManifest,
        at=time(18),
        make=lambda place, today: SendManifest(location_id=place, day=today + _DAY),
    ),
)
