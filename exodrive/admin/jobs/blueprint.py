"""What the console's pages share: their blueprint, and how figures of jobs are written."""

from datetime import datetime, timedelta

from flask import Blueprint
from flask_babel import gettext
from markupsafe import Markup

from exodrive.core.ledger import JobState
from exodrive.http.render import duration
from exodrive.services.job.console_contracts import STATE_WORDS

blueprint = Blueprint("jobs", __name__, url_prefix="/admin/jobs")

_TONES = {
    JobState.COMPLETED: "success",
    JobState.DEAD: "danger",
    JobState.RETRYING: "warning",
    JobState.CANCELLED: "info",
}
_MINUTE, _SECONDS, _EXACT = 60, 10, 1


@blueprint.app_template_filter("job_tone")
def tone(state: JobState) -> str:
    """The colour of a job's state."""
    return _TONES.get(state, "info")


@blueprint.app_template_filter("job_state")
def state_words(state: JobState) -> str:
    """A job's state for people."""
    return str(gettext(STATE_WORDS[state]))


@blueprint.app_template_filter("breakable")
def breakable(kind: str) -> Markup:
    """The name of a kind of job, which a narrow page may break where its words end."""
    parts = Markup("_<wbr>").join(kind.split("_"))
    return Markup(".<wbr>").join(parts.split("."))


@blueprint.app_template_filter("span")
def span(length: timedelta | float | None) -> str:
    """A length of time, from milliseconds up; a dash where nothing was measured."""
    if length is None:
        return "–"
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    if seconds >= _MINUTE:
        return duration(timedelta(seconds=seconds))
    if seconds >= _SECONDS:
        return f"{seconds:.0f} s"
    return f"{seconds:.1f} s" if seconds >= _EXACT else f"{seconds * 1000:.0f} ms"


@blueprint.app_template_filter("share")
def share(part: float | None) -> str:
    """A part of a whole in per cent, which is 100 only where nothing is missing."""
    if part is None:
        return "–"
    per_cent = part * 100
    written = f"{per_cent:.1f}".removesuffix(".0")
    return "99.9 %" if written == "100" and part < 1 else f"{written} %"


@blueprint.app_template_filter("clock")
def clock(instant: datetime) -> str:
    """An instant to the second, in UTC: what stands in logs."""
    return instant.strftime("%Y-%m-%d %H:%M:%S")
