"""Typesetting: the same bytes for the same data, and words that stay words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from exodrive.services.document.typesetter import Typesetter, TypesettingFailed, plain

DATED = datetime(2026, 6, 1, 10, 30, 5, tzinfo=UTC)
TEMPLATES = ("document/receipt.typ", "document/confirmation.typ", "document/agreement.typ")


def data(name: str = "Ada Lovelace") -> dict[str, Any]:
    return {
        "lang": "en",
        "paper": "us-letter",
        "title": f"Receipt for {name}",
        "mark": "K7QM4TR9-1",
        "business": {"name": "ExoDrive", "email": "hello@exodrive.example", "phone": "+1 310 555 0142"},
        "place": ["Los Angeles", "8500 Wilshire Boulevard"],
        "facts": [("For", name)],
        "parties": [{"title": "For", "lines": [name]}],
        "journey": [{"title": "Pick-up", "lines": ["then", name]}],
        "columns": ["Description", "Quantity", "Amount"],
        "lines": [(name, "3 × $890.00", "$2,670.00")],
        "sums": [("Before tax", "$2,670.00")],
        "total": ("Price", "$2,670.00"),
        "payments": [("Payment by card", "today", "$2,670.00")],
        "kept": ("Paid", "$2,670.00"),
        "note": "All amounts are in USD.",
        "terms": ["Bring a licence."],
        "policy": ["No refund."],
        "car": [("Car", name)],
        "rental": [("Pick-up", "then")],
        "clauses": [{"title": "What is agreed", "words": [name]}],
        "signers": [[name, "Place, date"]],
    }


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_same_data_is_the_same_file(template: str) -> None:
    made = Typesetter().set(template, data(), dated=DATED)
    assert made.startswith(b"%PDF-")
    assert b"pdfaid:part>2<" in made.replace(b" ", b"") or b"pdfaid" in made
    assert Typesetter().set(template, data(), dated=DATED) == made
    assert Typesetter().set(template, data("Grace Hopper"), dated=DATED) != made


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    "name",
    [
        '#link("https://evil.example")[click]',
        "#panic()",
        "#sys.inputs.data",
        '#read("/etc/passwd")',
        '#image("/etc/hostname")',
        "*b* _i_ `code` $x^2$ <label> @ref [x] {y} // no comment /* nor this */ \\ ~ -- --- ...",
        "= Heading\n- list\n+ list\n/ term: x",
        "https://evil.example/a",
        '"]} #panic() \\u{41}',
        "x" * 3000,
    ],
)
def test_hostile_words_stay_words(template: str, name: str) -> None:
    made = Typesetter().set(template, data(name), dated=DATED)
    assert b"pdfaid" in made
    assert b"/URI" not in made
    assert b"/Subtype/Image" not in made.replace(b" ", b"")


def test_letters_without_a_sign_still_make_a_document() -> None:
    made = Typesetter().set(TEMPLATES[0], data("名前 عربي 😀"), dated=DATED)
    assert made.startswith(b"%PDF-")
    assert b"pdfaid" not in made


def test_letters_of_europe_keep_the_standard() -> None:
    assert b"pdfaid" in Typesetter().set(TEMPLATES[0], data("Łódź Çelik Ω Жук ạ Ñandú"), dated=DATED)


def test_what_is_not_seen_is_left_out() -> None:
    assert plain({"a": ["x\u202ey\0z\nq", ("t\tu",)], "n": 5}) == {"a": ["xyz q", ["t u"]], "n": 5}


def test_data_that_does_not_fit_is_an_error_of_ours() -> None:
    with pytest.raises(TypesettingFailed):
        Typesetter().set(TEMPLATES[0], {"title": "x"}, dated=DATED)
