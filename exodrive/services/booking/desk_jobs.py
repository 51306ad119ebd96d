"""What jobs are about, as people know it: bookings by reference, customers by address."""

from collections.abc import Iterable
from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.core.errors import Invalid
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.booking import desk_repository as repository
from exodrive.services.booking.links import BookingLinks
from exodrive.services.job.contracts import JobLine

_MOST = 500  # bookings of one customer whose jobs are looked at


class JobSubjectService:
    """Bookings behind jobs, for the console: managers and owners."""

    def __init__(self, database: Database, links: BookingLinks) -> None:
        self._database = database
        self._links = links

    def link(self, words: str) -> dict[str, str]:
        """A reference or an address as a link may carry it."""
        return self._links.in_link(words)

    def bookings(self, booking: str | None, customer: str | None, actor: Actor) -> tuple[UUID, ...] | None:
        """The bookings that such a link means; None where it names nothing. Raises `Invalid` where there are none,
        so that nobody takes all jobs for those of a mistyped reference."""
        require(actor, StaffRole.MANAGER)
        if not booking and not customer:
            return None
        with self._database.read() as connection:
            found = repository.ids(
                connection,
                reference=booking,
                email_hash=self._links.customer_in(customer) if customer else None,
                limit=_MOST,
            )
        if not found:
            raise Invalid("No booking has that reference or belongs to that address.")
        return tuple(found)

    def references(self, jobs: Iterable[JobLine], actor: Actor) -> dict[UUID, str]:
        """The references of the bookings that jobs are about, by booking."""
        require(actor, StaffRole.MANAGER)
        wanted = {job.subject_id for job in jobs if job.subject_type == "booking" and job.subject_id}
        if not wanted:
            return {}
        with self._database.read() as connection:
            return repository.references(connection, wanted)
