"""What the documents of a booking say, as data for their templates. All instants are the booking's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, get_currency_precision
from sqlalchemy import RowMapping

from exodrive.services.booking.contracts import ManageView
from exodrive.services.booking.policy_text import for_booking
from exodrive.services.car.contracts import LocationView
from exodrive.services.email.formats import day, moment, money
from exodrive.services.payment.contracts import Move
from exodrive.services.payment.timeline import MoveView
from exodrive.services.pricing.contracts import QuoteView

_LETTER = {"US", "CA", "MX"}  # all others use A4
_MOVES = {Move.CAPTURE: "Payment by card", Move.REFUND: "Refund to the card"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A booking as its documents tell it. `business` is how the house calls itself; `moves` are the captures and
    refunds that succeeded, oldest first."""

    view: ManageView
    quote: QuoteView
    row: RowMapping
    moves: Sequence[MoveView]
    business: dict[str, str]


def receipt(told: Told) -> dict[str, Any]:
    """Receipt and invoice."""
    view = told.view
    zone, currency = view.pick_up.zone, view.currency
    settled = [(move, move.settled_at) for move in told.moves if move.settled_at]
    kept = sum(_signed(move) for move in told.moves)
    number = f"{view.reference}-{len(told.moves)}"
    return (
        head(told, "Receipt", number)
        | price(told)
        | {
            "facts": [
                ("Receipt number", number),
                ("Date", day(settled[-1][1], zone)),
                ("Booking", view.reference),
            ],
            "parties": [
                {"title": "For", "lines": [told.row["customer_name"], told.row["customer_email"]]},
                {
                    "title": "Rental",
                    "lines": [
                        f"{view.car.name}, {view.car.year}",
                        f"From {moment(view.starts_at, zone)}",
                        f"To {moment(view.ends_at, view.drop_off.zone)}",
                    ],
                },
            ],
            "payments": [
                (_MOVES[move.move], moment(at, zone), amount(_signed(move), move.currency))
                for move, at in settled
            ],
            "kept": ("Paid", amount(kept, currency)),
            "note": f"All amounts are in {currency}. The security deposit is not part of the price. This receipt is"
            " also the invoice.",
        }
    )


def confirmation(told: Told) -> dict[str, Any]:
    """What a driver takes along to the pick-up."""
    view, quote, address = told.view, told.quote, told.row["delivery_address"]
    currency = view.currency
    overage = money(view.overage_per_mile, currency)
    brought = [f"Delivered to {address}"] if address and quote.asked.delivery_band else []
    fetched = [f"Fetched from {address}"] if address and quote.asked.collection_band else []
    return (
        head(told, "Your booking", view.reference)
        | price(told)
        | {
            "facts": [
                ("Reference", view.reference),
                ("Driver", told.row["customer_name"]),
                ("Car", f"{view.car.name}, {view.car.year}"),
            ],
            "journey": [
                {
                    "title": "Pick-up",
                    "lines": _stop(view.pick_up, moment(view.starts_at, view.pick_up.zone), brought),
                },
                {
                    "title": "Return",
                    "lines": _stop(view.drop_off, moment(view.ends_at, view.drop_off.zone), fetched),
                },
            ],
            "terms": [
                (
                    "Please bring the original driving licence, a passport or identity card of the same driver,"
                    " and a credit card in the driver’s name."
                ),
                f"A deposit of {money(view.deposit, currency)} is held on that card until after the return.",
                f"{view.included_miles:,} miles are included; each further mile is {overage}.",
            ],
            "policy": for_booking(view.policy, starts_at=view.starts_at, zone=view.pick_up.zone),
        }
    )


def head(told: Told, title: str, mark: str) -> dict[str, Any]:
    """What every document has: its paper, its language, and who it comes from. `mark` stands at the foot of each
    page."""
    place = told.view.pick_up
    return {
        "title": title,
        "mark": mark,
        "business": told.business,
        "lang": told.row["locale"].partition("_")[0],
        "paper": "us-letter" if place.country in _LETTER else "a4",
        "place": [place.name, *address_lines(place), place.phone],
    }


def price(told: Told) -> dict[str, Any]:
    """The lines of the price with their arithmetic, what they come to, and the tax."""
    view, currency = told.view, told.view.currency
    lines = [line for line in view.lines if line.code != "tax"]
    tax = [(line.label, amount(line.amount, currency)) for line in view.lines if line.code == "tax"]
    return {
        "columns": ["Description", "Quantity × price", f"Amount ({currency})"],
        "lines": [
            (
                line.label,
                f"{line.quantity} × {amount(line.unit_amount, currency)}" if line.quantity != 1 else "",
                amount(line.amount, currency),
            )
            for line in lines
        ],
        "sums": [("Before tax", amount(told.quote.subtotal, currency)), *tax] if tax else [],
        "total": ("Price of the rental", amount(view.total, currency)),
    }


def amount(minor: int, currency: str) -> str:
    """An amount of a column: always with its decimals, so that they stand below each other."""
    exact = Decimal(minor).scaleb(-get_currency_precision(currency))
    return format_currency(exact, currency, locale="en")


def address_lines(place: LocationView) -> list[str]:
    """Street, and town."""
    return [place.street, f"{place.city}, {place.region} {place.postal_code}, {place.country}"]


def _stop(place: LocationView, at: str, elsewhere: list[str]) -> list[str]:
    return [at, *(elsewhere or [place.name, *address_lines(place)]), place.phone]


def _signed(move: MoveView) -> int:
    return move.amount if move.move is Move.CAPTURE else -move.amount
