"""Where a member of staff can go, in one place: entries that a role does not open are not shown."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import lazy_gettext

from exodrive.http.guards import signed_in
from exodrive.services.account.contracts import StaffRole


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation. `endpoint` is where it leads; every endpoint of the same blueprint lights it up.
    `minimum` is the least role that it is shown to."""

    label: str
    endpoint: str
    minimum: StaffRole


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the layout draws it."""

    text: str
    href: str
    current: bool


NAVIGATION: tuple[Entry, ...] = (
    Entry(lazy_gettext("Today"), "desk.today", StaffRole.AGENT),
    Entry(lazy_gettext("Bookings"), "bookings.find", StaffRole.AGENT),
    Entry(lazy_gettext("Cars"), "cars.fleet", StaffRole.AGENT),
    Entry(lazy_gettext("Mails"), "mails.find", StaffRole.AGENT),
    Entry(lazy_gettext("Jobs"), "jobs.overview", StaffRole.MANAGER),
    Entry(lazy_gettext("Campaigns"), "campaigns.everything", StaffRole.MANAGER),
    Entry(lazy_gettext("Partners"), "partners.everybody", StaffRole.MANAGER),
    Entry(lazy_gettext("Webhooks"), "webhooks.everything", StaffRole.MANAGER),
    Entry(lazy_gettext("Reports"), "reports.show", StaffRole.MANAGER),
    Entry(lazy_gettext("Staff"), "people.everybody", StaffRole.OWNER),
)


def links() -> tuple[Link, ...]:
    """What the one who asks may open."""
    role = signed_in().role
    return tuple(
        Link(
            str(entry.label),
            url_for(entry.endpoint),
            entry.endpoint.rpartition(".")[0] == request.blueprint,
        )
        for entry in NAVIGATION
        if role.covers(entry.minimum)
    )
