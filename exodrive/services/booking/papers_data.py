"""What the documents of a booking say, as data for their templates. All instants are the booking's own."""

from collections.abc import Sequence
from typing import Any

from exodrive.services.booking.contracts import ManageView
from exodrive.services.booking.policy_text import for_booking
from exodrive.services.car.contracts import LocationView
from exodrive.services.email.formats import day, moment, money
from exodrive.services.payment.contracts import Move
from exodrive.services.payment.timeline import MoveView
from exodrive.services.pricing.contracts import QuoteView

_LETTER = {"US", "CA", "MX"}  # all others use A4
_MOVES = {Move.CAPTURE: "Payment by card", Move.REFUND: "Refund to the card"}


def receipt(view: ManageView, quote: QuoteView, customer: str, moves: Sequence[MoveView]) -> dict[str, Any]:
    """Receipt and invoice. `moves` are the captures and refunds that succeeded, oldest first."""
    zone, currency = view.pick_up.zone, view.currency
    settled = [(move, move.settled_at) for move in moves if move.settled_at]
    kept = sum(move.amount if move.move is Move.CAPTURE else -move.amount for move in moves)
    return _head(view, "Receipt and invoice") | {
        "facts": [
            ("Number", f"{view.reference}-{len(moves)}"),
            ("Date", day(settled[-1][1], zone)),
            ("For", customer),
            ("Booking", view.reference),
            ("Car", f"{view.car.name}, {view.car.year}"),
            ("Pick-up", moment(view.starts_at, zone)),
            ("Return", moment(view.ends_at, view.drop_off.zone)),
        ],
        "lines": _lines(view, quote),
        "total": ("Price of the rental", money(view.total, currency)),
        "payments": [
            (
                f"{_MOVES[move.move]}, {moment(at, zone)}",
                money(move.amount if move.move is Move.CAPTURE else -move.amount, move.currency),
            )
            for move, at in settled
        ],
        "kept": ("Paid", money(kept, currency)),
        "note": f"All amounts are in {currency}. The security deposit is not part of the price.",
    }


def confirmation(view: ManageView, quote: QuoteView, customer: str, address: str | None) -> dict[str, Any]:
    """What a driver takes along to the pick-up. `address` is where the car is brought or fetched, if it is."""
    currency = view.currency
    overage = money(view.overage_per_mile, currency)
    return _head(view, "Your booking") | {
        "facts": [
            ("Reference", view.reference),
            ("Driver", customer),
            ("Car", f"{view.car.name}, {view.car.year}"),
            ("Days", str(view.days)),
        ],
        "pick_up": _place(view.pick_up, moment(view.starts_at, view.pick_up.zone))
        + ([("Delivered to", address)] if address and quote.asked.delivery_band else []),
        "drop_off": _place(view.drop_off, moment(view.ends_at, view.drop_off.zone))
        + ([("Fetched from", address)] if address and quote.asked.collection_band else []),
        "lines": _lines(view, quote),
        "total": ("Price of the rental", money(view.total, currency)),
        "terms": [
            f"Deposit: {money(view.deposit, currency)}, held on the card from pick-up until after the return.",
            f"{view.included_miles} miles are included, each further one is {overage}.",
            "Please bring your driving licence and the card for the deposit.",
        ],
        "policy": for_booking(view.policy, starts_at=view.starts_at, zone=view.pick_up.zone),
    }


def _head(view: ManageView, title: str) -> dict[str, Any]:
    place = view.pick_up
    return {
        "title": title,
        "paper": "us-letter" if place.country in _LETTER else "a4",
        "place": [
            place.name,
            place.street,
            f"{place.city}, {place.region} {place.postal_code}",
            place.country,
        ],
    }


def _place(place: LocationView, at: str) -> list[tuple[str, str]]:
    return [
        ("When", at),
        ("Where", f"{place.name}, {place.street}, {place.city}, {place.region} {place.postal_code}"),
        ("Telephone", place.phone),
    ]


def _lines(view: ManageView, quote: QuoteView) -> list[tuple[str, str]]:
    """The lines of the price, what they come to, and the tax."""
    lines = [(line.label, money(line.amount, view.currency)) for line in view.lines if line.code != "tax"]
    tax = [(line.label, money(line.amount, view.currency)) for line in view.lines if line.code == "tax"]
    return [*lines, ("Subtotal", money(quote.subtotal, view.currency)), *tax] if tax else lines
