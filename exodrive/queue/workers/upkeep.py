"""The queue that looks after the ledger itself."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.job.context import JobContext
from exodrive.services.job.contracts import ChangeJobs
from exodrive.services.job.control import JobControlService


@handles(ChangeJobs)
def change_jobs(payload: ChangeJobs, container: wireup.SyncContainer, own: JobContext) -> None:
    changed = container.get(JobControlService).carry_out(payload, own.attempt.job_id, own.progress)
    own.result({"changed": changed})
