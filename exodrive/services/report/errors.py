"""What can go wrong with reports."""

from exodrive.core.errors import ExodriveError, Kind


class LinkRunOut(ExodriveError):
    """The link to a file is older than it may be; the page of the export has a new one."""

    kind = Kind.GONE
    code = "link_run_out"
