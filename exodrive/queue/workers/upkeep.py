"""The queue that looks after the house: the ledger itself, and what is kept long enough."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.account.contracts import ForgetSessions
from exodrive.services.account.retention import AccountRetention
from exodrive.services.booking.contracts import ForgetQuotes
from exodrive.services.booking.retention import QuoteRetention
from exodrive.services.idempotency.contracts import ForgetAnswers
from exodrive.services.idempotency.service import IdempotencyService
from exodrive.services.job.context import JobContext
from exodrive.services.job.contracts import ChangeJobs, PruneJobs
from exodrive.services.job.control import JobControlService
from exodrive.services.job.upkeep import JobUpkeepService
from exodrive.services.media.contracts import PrunePhotos
from exodrive.services.media.retention import PhotoRetention
from exodrive.services.partner.contracts import ForgetUsage, StoreUsage
from exodrive.services.partner.usage import UsageService
from exodrive.services.payment.contracts import ForgetGatewayEvents
from exodrive.services.payment.retention import GatewayEventRetention


@handles(ChangeJobs)
def change_jobs(payload: ChangeJobs, container: wireup.SyncContainer, own: JobContext) -> None:
    changed = container.get(JobControlService).carry_out(payload, own.attempt.job_id, own.progress)
    own.result({"changed": changed})


@handles(PruneJobs)
def prune_jobs(_payload: PruneJobs, container: wireup.SyncContainer, own: JobContext) -> None:
    gone = container.get(JobUpkeepService).prune()
    own.result({state.value: number for state, number in gone.items()})


@handles(ForgetSessions)
def forget_sessions(_payload: ForgetSessions, container: wireup.SyncContainer, own: JobContext) -> None:
    own.result({"deleted": container.get(AccountRetention).forget()})


@handles(ForgetQuotes)
def forget_quotes(_payload: ForgetQuotes, container: wireup.SyncContainer, own: JobContext) -> None:
    own.result({"deleted": container.get(QuoteRetention).forget()})


@handles(ForgetGatewayEvents)
def forget_gateway_events(
    _payload: ForgetGatewayEvents, container: wireup.SyncContainer, own: JobContext
) -> None:
    own.result({"deleted": container.get(GatewayEventRetention).forget()})


@handles(StoreUsage)
def store_usage(_payload: StoreUsage, container: wireup.SyncContainer, own: JobContext) -> None:
    own.result({"rows": container.get(UsageService).store()})


@handles(ForgetUsage)
def forget_usage(_payload: ForgetUsage, container: wireup.SyncContainer, own: JobContext) -> None:
    own.result({"deleted": container.get(UsageService).forget()})


@handles(ForgetAnswers)
def forget_answers(_payload: ForgetAnswers, container: wireup.SyncContainer, own: JobContext) -> None:
    own.result({"deleted": container.get(IdempotencyService).forget()})


@handles(PrunePhotos)
def prune_photos(_payload: PrunePhotos, container: wireup.SyncContainer, own: JobContext) -> None:
    own.result({"deleted": container.get(PhotoRetention).prune()})
