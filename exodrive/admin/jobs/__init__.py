"""The console of jobs, for managers and owners."""

from exodrive.admin.jobs import listing, one, overview
from exodrive.admin.jobs.blueprint import blueprint

__all__ = ["blueprint", "listing", "one", "overview"]
