"""The console of jobs, for managers and owners: whatever views there are, they are on `blueprint`."""

from exodrive.admin.jobs.blueprint import blueprint
from exodrive.admin.jobs.listing import change, find, name_subject
from exodrive.admin.jobs.one import cancel, retry, retry_later, show
from exodrive.admin.jobs.overview import pause, resume, schedule

__all__ = [
    "blueprint",
    "cancel",
    "change",
    "find",
    "name_subject",
    "pause",
    "resume",
    "retry",
    "retry_later",
    "schedule",
    "show",
]
