"""Bookings: the list with its filters, one booking with all that belongs to it, and notes."""

from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wireup import Injected

from exodrive.admin.answers import done, page
from exodrive.admin.bookings.blueprint import blueprint
from exodrive.admin.tables import Order, sort_links
from exodrive.http.context import current_actor
from exodrive.http.forms import ContractForm, QueryForm, form_of, query_of
from exodrive.http.guards import staff
from exodrive.http.render import wants_fragment
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.desk import StaffBookingService
from exodrive.services.booking.desk_contracts import FindBookings, NameBooking, WriteNote
from exodrive.services.booking.papers import BookingPapers
from exodrive.services.car.service import CatalogueService

Filters = query_of(FindBookings)
SubjectForm = form_of(NameBooking)
NoteForm = form_of(WriteNote)


@blueprint.get("")
@staff(StaffRole.AGENT)
def find(bookings: Injected[StaffBookingService], catalogue: Injected[CatalogueService]) -> Response:
    """The list; htmx asks for it alone when a filter changes."""
    return _list(Filters.read(), SubjectForm(None), bookings, catalogue)


@blueprint.post("")
@staff(StaffRole.AGENT)
def name(bookings: Injected[StaffBookingService], catalogue: Injected[CatalogueService]) -> AnyResponse:
    """To a booking or a customer's bookings. Sent, not asked for: an address does not belong into a link."""
    form, filters = SubjectForm.read(), Filters.read()
    if not form.accepted:
        return _list(filters, form, bookings, catalogue)
    meant = {"booking": None, "customer": None, "after": None} | bookings.link(form.command().subject)
    return redirect(url_for("bookings.find", **filters.link(**meant)), 303)


@blueprint.get("/<uuid:booking_id>")
@staff(StaffRole.AGENT)
def show(
    booking_id: UUID, bookings: Injected[StaffBookingService], papers: Injected[BookingPapers]
) -> Response:
    """All that staff may see of one booking."""
    return _page(booking_id, NoteForm.read(), bookings, papers)


@blueprint.post("/<uuid:booking_id>/notes")
@staff(StaffRole.AGENT)
def add_note(
    booking_id: UUID, bookings: Injected[StaffBookingService], papers: Injected[BookingPapers]
) -> AnyResponse:
    """Write a note."""
    form = NoteForm.read()
    if not form.accepted:
        return _page(booking_id, form, bookings, papers)
    bookings.add_note(booking_id, form.command(), current_actor())
    return done(gettext("Your note is kept."), "bookings.show", booking_id=booking_id, _anchor="notes")


@blueprint.route("/<uuid:booking_id>/new-link", methods=["GET", "POST"])
@staff(StaffRole.AGENT)
def renew_link(booking_id: UUID, bookings: Injected[StaffBookingService]) -> AnyResponse:
    """Send the customer a new link in place of all that went before, after a question."""
    if request.method == "POST":
        bookings.renew_link(booking_id, current_actor())
        told = gettext("A new link is on its way. The old ones open nothing any more.")
        return done(told, "bookings.show", booking_id=booking_id)
    return page("admin/bookings/new_link.html", booking=bookings.get(booking_id, current_actor()))


def _list(
    form: QueryForm[FindBookings],
    subject: ContractForm[NameBooking],
    bookings: StaffBookingService,
    catalogue: CatalogueService,
) -> Response:
    wanted = form.command()
    found = bookings.find(wanted, current_actor())
    kept = form.link(after=None)

    def address(**changes: str | None) -> str:
        return url_for("bookings.find", **form.link(**{"after": None, **changes}))

    return page(
        "admin/bookings/list.html",
        fragment="found",
        status=subject.status,
        form=form,
        subject=subject,
        found=found,
        named=[name for name in ("booking", "customer") if kept.get(name)],
        kept=kept,
        everybody=address(booking=None, customer=None),
        locations=[(place.slug, place.name) for place in catalogue.locations()],
        partners=() if wants_fragment() else bookings.partners(current_actor()),
        orders=sort_links(("created", "starts", "ends"), Order.of(wanted.sort), address),
        start=address() if wanted.after else None,
        next=address(after=found.next) if found.next else None,
        filtered=bool(set(kept) - {"sort", "day_of"}),
    )


def _page(
    booking_id: UUID, form: ContractForm[WriteNote], bookings: StaffBookingService, papers: BookingPapers
) -> Response:
    actor = current_actor()
    booking = bookings.get(booking_id, actor)
    documents = papers.of_booking(booking_id, actor)
    return page(
        "admin/bookings/show.html", status=form.status, booking=booking, form=form, documents=documents
    )
