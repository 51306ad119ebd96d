"""What each mail says, in HTML and in text, and that nobody's name becomes markup."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exodrive.core.clock import ManualClock
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.contracts import Mail, PaymentStanding
from exodrive.services.email.message import build, message_id, sender_address
from exodrive.services.email.rendering import MailRenderer
from exodrive.settings import Settings
from tests.services.email import samples
from tests.services.email.page import Page

HOSTILE = '<script>alert(1)</script><img src=x onerror="a()"> \' " & {{ 7 * 7 }} {% raw %} <mj-raw>x</mj-raw>'


def both(mail: Mail) -> tuple[str, str]:
    """The visible text of the HTML, and the text, in single spaces."""
    return Page(mail.html).text, " ".join(mail.text.split())


def every(composer: MailComposer) -> list[Mail]:
    return [
        composer.confirmation(samples.CONFIRMATION),
        composer.cancellation(samples.CANCELLATION),
        composer.payment_too_late(samples.PAYMENT_TOO_LATE),
        composer.contact_message(samples.CONTACT),
    ]


def test_confirmation_tells_everything(composer: MailComposer) -> None:
    mail = composer.confirmation(samples.CONFIRMATION)
    for words in both(mail):
        for part in (
            "Maya Lindqvist",
            "K7QM4TR9",
            "Ferrari Roma Spider",
            "2024 · Rosso Portofino · 612 hp",
            "Friday, June 12, 2026",
            "10:00 AM PDT",
            "Monday, June 15, 2026",
            "8490 Sunset Boulevard",
            "West Hollywood, CA 90069",
            "+1 310 555 0142",
            "Mon – Fri 8:00 AM – 8:00 PM",
            "Sat – Sun 9:00 AM – 5:00 PM",
            "2 × $990",
            "$1,980",
            "-$306.50",
            "Sales tax 9.5%",
            "$262.06",
            "$3,020.56 is reserved on your card and will be charged on June 9, 2026, 10:00 AM PDT.",
            "300 miles are included; each mile beyond them costs $3.50.",
            "$5,000",
            "driver’s licence",
            "at least 25 years old",
            *samples.CONFIRMATION.cancellation,
            "hello@exodrive.example",
        ):
            assert part in words, part
    assert mail.subject == "Confirmed: Ferrari Roma Spider · K7QM4TR9"
    assert samples.BOOKING.manage_url in Page(mail.html).links()
    assert samples.BOOKING.manage_url in mail.text.splitlines()


def test_the_lines_of_the_sample_add_up() -> None:
    content = samples.CONFIRMATION
    assert sum(line.amount for line in content.lines) == content.subtotal
    assert content.subtotal + content.tax == content.total


@pytest.mark.parametrize(
    ("standing", "charged_at", "said"),
    [
        (PaymentStanding.PAID, None, "Paid in full."),
        (PaymentStanding.AUTHORISED, None, "reserved on your card and has not been charged yet."),
        (PaymentStanding.AUTHORISED, datetime(2026, 6, 9, 17, tzinfo=UTC), "will be charged on June 9, 2026"),
    ],
)
def test_confirmation_says_how_the_payment_stands(
    composer: MailComposer, standing: PaymentStanding, charged_at: datetime | None, said: str
) -> None:
    content = replace(samples.CONFIRMATION, standing=standing, charged_at=charged_at)
    for words in both(composer.confirmation(content)):
        assert said in words


def test_one_way_and_delivery(composer: MailComposer) -> None:
    booking = samples.booking(
        return_to=samples.NEW_YORK, pick_up_address="9641 Sunset Boulevard, Beverly Hills"
    )
    for words in both(composer.confirmation(replace(samples.CONFIRMATION, booking=booking))):
        assert "9641 Sunset Boulevard, Beverly Hills" in words
        assert "8490 Sunset Boulevard" not in words
        assert "20 Hudson Yards" in words
        assert "1:00 PM EDT" in words
        assert "Same place" not in words


def test_a_picture_is_shown_where_there_is_one(composer: MailComposer) -> None:
    assert "img" not in Page(composer.confirmation(samples.CONFIRMATION).html).names()
    pictured = samples.booking(
        image_url="https://exodrive.example/media/cars/roma/1-960.webp", image_alt='A "red" car'
    )
    [image] = [
        attributes
        for name, attributes in Page(
            composer.confirmation(replace(samples.CONFIRMATION, booking=pictured)).html
        ).tags
        if name == "img"
    ]
    assert (image["src"], image["alt"]) == (pictured.image_url, 'A "red" car')


@pytest.mark.parametrize(
    ("released", "refunded", "kept", "said"),
    [
        (302_056, 0, 0, "$3,020.56 reserved on your card is released."),
        (0, 151_028, 151_028, "$1,510.28 goes back to the card you paid with."),
        (
            100_000,
            102_056,
            100_000,
            "$1,020.56 goes back to your card, and $1,000 that was only reserved is released.",
        ),
        (0, 0, 302_056, "nothing of the rental comes back."),
    ],
)
def test_cancellation_says_what_comes_back(
    composer: MailComposer, released: int, refunded: int, kept: int, said: str
) -> None:
    content = replace(samples.CANCELLATION, released=released, refunded=refunded, kept=kept)
    for words in both(composer.cancellation(content)):
        assert said in words
        assert "Cancelled at least 48 hours before pick-up." in words
        assert "$3,020.56" in words


def test_payment_too_late_shows_the_way_forward(composer: MailComposer) -> None:
    mail = composer.payment_too_late(samples.PAYMENT_TOO_LATE)
    for words in both(mail):
        assert "You have not been charged." in words
        assert "The $3,020.56 reserved on your card has been released." in words
    assert samples.PAYMENT_TOO_LATE.search_url in Page(mail.html).links()
    assert samples.PAYMENT_TOO_LATE.search_url in mail.text
    assert not mail.attachments


def test_contact_message_is_answered_to_its_writer(composer: MailComposer) -> None:
    mail = composer.contact_message(samples.CONTACT)
    assert (mail.recipient, mail.reply_to, mail.reply_to_name) == (
        "hello@exodrive.example",
        "rafael@example.com",
        "Rafael Ortiz",
    )
    assert "we would like two cars for one day.\nIs that possible?" in mail.text
    assert ("br", {}) in Page(mail.html).tags


def test_promises_are_named_by_booking_and_change(composer: MailComposer) -> None:
    first = composer.confirmation(samples.CONFIRMATION)
    again = composer.confirmation(samples.CONFIRMATION)
    changed = composer.confirmation(replace(samples.CONFIRMATION, sequence=1))
    names = [mail.once for mail in every(composer)]
    assert first.once == again.once != changed.once
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "compose",
    [
        lambda c, b, s: c.confirmation(
            replace(
                samples.CONFIRMATION,
                booking=b,
                tax_label=s,
                cancellation=(s, s),
                lines=(replace(samples.CONFIRMATION.lines[0], label=s),),
            )
        ),
        lambda c, b, s: c.cancellation(replace(samples.CANCELLATION, booking=b, reason=s)),
        lambda c, b, s: c.payment_too_late(replace(samples.PAYMENT_TOO_LATE, booking=b)),
        lambda c, b, s: c.contact_message(
            replace(samples.CONTACT, name=s, topic=s, message=f"{s}\n{s}", booking_reference=s)
        ),
    ],
    ids=["confirmation", "cancellation", "payment_too_late", "contact"],
)
def test_nothing_that_people_write_is_markup(
    composer: MailComposer, compose: Callable[[MailComposer, object, str], Mail]
) -> None:
    place = replace(samples.LOS_ANGELES, name=HOSTILE, street=HOSTILE, city=HOSTILE, phone=HOSTILE)
    booking = samples.booking(
        customer_name=HOSTILE,
        car=HOSTILE,
        car_detail=HOSTILE,
        pick_up=place,
        return_to=replace(place, region="NY"),
        return_address=HOSTILE,
        image_url="https://exodrive.example/x.webp",
        image_alt=HOSTILE,
    )
    mail = compose(composer, booking, HOSTILE)
    page = Page(mail.html)
    assert not page.names() & {"script", "mj-raw"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert [attributes["alt"] for name, attributes in page.tags if name == "img"] in ([], [HOSTILE])
    assert " ".join(HOSTILE.split()) in page.text  # shown as it was written, escaped once
    assert HOSTILE in mail.text  # and not escaped where there is no markup
    assert "&lt;" not in mail.text


@pytest.mark.parametrize(
    "name", ["Eve\r\nBcc: all@example.com", "Eve\n", "Eve\u2028x", "Eve\0\x07", "Eve\u202ex"]
)
def test_a_hostile_name_in_the_headers(composer: MailComposer, name: str) -> None:
    booking = samples.booking(customer_name=name, car=name)
    mails = [
        composer.confirmation(replace(samples.CONFIRMATION, booking=booking)),
        composer.contact_message(replace(samples.CONTACT, name=name, topic=name)),
    ]
    for mail in mails:
        sender = sender_address("ExoDrive <bookings@exodrive.example>")
        message = build(
            mail,
            sender=sender,
            identity=message_id(samples.BOOKING.booking_id, sender.domain),
            at=datetime.now(UTC),
        )
        assert message.get_all("Bcc") is None
        head = message.as_bytes().split(b"\r\n\r\n", 1)[0]
        assert b"\r\nBcc:" not in head
        assert str(message["Subject"]).isprintable()


@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_whatever_people_write_becomes_a_mail(settings: Settings, words: str) -> None:
    composer = MailComposer(MailRenderer(settings), ManualClock(datetime(2026, 6, 1, tzinfo=UTC)), settings)
    sender = sender_address(settings.mail_from)
    booking = samples.booking(
        customer_name=words, car=words, image_url="https://exodrive.example/x", image_alt=words
    )
    mails = [
        composer.confirmation(replace(samples.CONFIRMATION, booking=booking, cancellation=(words,))),
        composer.contact_message(replace(samples.CONTACT, name=words, topic=words, message=words)),
    ]
    for mail in mails:
        message = build(mail, sender=sender, identity="<x@exodrive.example>", at=datetime.now(UTC))
        assert "<!doctype html>" in mail.html
        assert message.as_bytes()


def test_all_mails_stand_on_their_own(composer: MailComposer) -> None:
    for mail in every(composer):
        page = Page(mail.html)
        assert page.tags[0] == ("html", page.tags[0][1])
        assert page.tags[0][1]["lang"] == "en"
        assert ("meta", {"name": "color-scheme", "content": "light dark"}) in page.tags
        assert not page.names() & {"link", "script", "iframe", "form", "mj-text", "mj-section"}
        assert "url(" not in mail.html  # nothing is fetched but the picture
        assert "prefers-color-scheme: dark" in mail.html
        assert len(mail.html.encode()) < 102_000  # Gmail cuts what is longer
        assert all(link.startswith(("https://", "http://", "mailto:")) for link in page.links())
        assert "\n\n\n" not in mail.text
        assert not [line for line in mail.text.splitlines() if line != line.rstrip()]
        assert "<" not in mail.text


@pytest.mark.parametrize("locale", ["en", "en-US", "xx", "../../etc", "", "de"])
def test_a_language_that_nobody_translated_is_english(composer: MailComposer, locale: str) -> None:
    mail = composer.confirmation(replace(samples.CONFIRMATION, booking=samples.booking(locale=locale)))
    assert "Booking reference: K7QM4TR9" in mail.text
