"""The queue that looks after the ledger itself."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.job.context import JobContext
from exodrive.services.job.contracts import ChangeJobs, PruneJobs
from exodrive.services.job.control import JobControlService
from exodrive.services.job.upkeep import JobUpkeepService


@handles(ChangeJobs)
def change_jobs(payload: ChangeJobs, container: wireup.SyncContainer, own: JobContext) -> None:
    changed = container.get(JobControlService).carry_out(payload, own.attempt.job_id, own.progress)
    own.result({"changed": changed})


@handles(PruneJobs)
def prune_jobs(_payload: PruneJobs, container: wireup.SyncContainer, own: JobContext) -> None:
    gone = container.get(JobUpkeepService).prune()
    own.result({state.value: number for state, number in gone.items()})
