"""What the pages of partners share: their blueprint, their tabs, and how keys are written."""

from datetime import datetime, timedelta

from flask import Blueprint, url_for
from flask_babel import gettext, ngettext

from exodrive.http.guards import signed_in
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import SCOPE_WORDS, KeyState, Scope

blueprint = Blueprint("partners", __name__, url_prefix="/admin/partners")

_TONES = {KeyState.ACTIVE: "success", KeyState.REPLACED: "warning", KeyState.REVOKED: "danger"}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@blueprint.app_template_filter("key_tone")
def tone(state: KeyState) -> str:
    """The colour of a key's state."""
    return _TONES.get(state, "info")


@blueprint.app_template_filter("scope_words")
def scope_words(scope: Scope) -> str:
    """What a scope allows."""
    return str(gettext(SCOPE_WORDS[scope.value]))


@blueprint.app_template_filter("ahead")
def ahead(instant: datetime, now: datetime) -> str:
    """How far off an instant is that is still to come: in 3 days, in 5 hours."""
    left = instant - now
    if left >= 2 * _DAY:
        return str(ngettext("in %(num)d day", "in %(num)d days", round(left / _DAY)))
    if left >= _HOUR:
        return str(ngettext("in %(num)d hour", "in %(num)d hours", round(left / _HOUR)))
    return str(gettext("within the hour"))


def views(current: str) -> list[tuple[str, str, bool, None]]:
    """The tabs of whoever asks: rollouts are for owners."""
    found = [("partners.everybody", gettext("Partners"))]
    if signed_in().role.covers(StaffRole.OWNER):
        found.append(("partners.rollouts", gettext("Rollout")))
    return [(text, url_for(endpoint), endpoint == current, None) for endpoint, text in found]
