"""The queue of reports: files that take a while."""

import wireup

from exodrive.queue.context import current_actor
from exodrive.queue.registry import handles
from exodrive.services.job.context import JobContext
from exodrive.services.report.contracts import MakeExport, PromiseNightlyReports, PruneExports
from exodrive.services.report.making import ExportMaker


@handles(MakeExport)
def make_export(payload: MakeExport, container: wireup.SyncContainer, own: JobContext) -> None:
    rows = container.get(ExportMaker).make(payload.export_id, own.progress, current_actor())
    own.result({"rows": rows})


@handles(PromiseNightlyReports)
def promise_nightly(
    _payload: PromiseNightlyReports, container: wireup.SyncContainer, own: JobContext
) -> None:
    own.result({"asked": container.get(ExportMaker).promise_nightly()})


@handles(PruneExports)
def prune(_payload: PruneExports, container: wireup.SyncContainer, own: JobContext) -> None:
    own.result({"files": container.get(ExportMaker).prune()})
