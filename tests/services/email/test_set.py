"""The whole set of mails: each template by each rule, so that a new one cannot be forgotten."""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from exodrive import resources
from exodrive.services.email.composer import MailComposer
from exodrive.services.email.contracts import Mail, MailedBooking, MailedLine, MailedPlace, StaffLinkMail
from exodrive.services.email.journey import NewLinkMail
from exodrive.services.email.notices import ManifestEntry
from tests.services.email import samples
from tests.services.email.page import Page

Compose = Callable[[MailComposer, Any], Mail]
HOSTILE = '<script>alert(1)</script><img src=x onerror="a()"> & {{ 7 * 7 }} {% raw %} <mj-raw>x</mj-raw>'
STAFF_LINK = StaffLinkMail(
    link_id=samples.BOOKING.booking_id,
    name="Robin Agent",
    email="robin@exodrive.example",
    role="Agent",
    url="https://exodrive.example/admin/welcome/abc",
    hours=72,
)
# What each template is made of: the composer's method of the same name, and a content that fills it.
SET: dict[str, tuple[Compose, Any]] = {
    "booking_confirmation": (MailComposer.confirmation, samples.CONFIRMATION),
    "cancellation": (MailComposer.cancellation, samples.CANCELLATION),
    "payment_too_late": (MailComposer.payment_too_late, samples.PAYMENT_TOO_LATE),
    "hold_receipt": (MailComposer.hold_receipt, samples.HOLD_RECEIPT),
    "new_link": (MailComposer.new_link, NewLinkMail(booking=samples.BOOKING, version=2)),
    "payment_receipt": (MailComposer.payment_receipt, samples.PAYMENT_RECEIPT),
    "refund": (MailComposer.refund, samples.REFUND),
    "pay_again": (MailComposer.pay_again, samples.PAY_AGAIN),
    "pick_up_reminder": (MailComposer.pick_up_reminder, samples.PICK_UP_REMINDER),
    "return_reminder": (MailComposer.return_reminder, samples.RETURN_REMINDER),
    "review_request": (MailComposer.review_request, samples.REVIEW_REQUEST),
    "campaign": (MailComposer.campaign, samples.CAMPAIGN),
    "new_booking": (MailComposer.new_booking, samples.NEW_BOOKING),
    "payment_failed": (MailComposer.payment_failed, samples.PAYMENT_FAILED),
    "payment_overdue": (MailComposer.payment_overdue, samples.PAYMENT_OVERDUE),
    "endpoint_shut": (MailComposer.endpoint_shut, samples.ENDPOINT_SHUT),
    "partner_endpoint_shut": (
        lambda composer, content: composer.partner_endpoint_shut(content, "desk@palm.example"),
        samples.ENDPOINT_SHUT,
    ),
    "manifest": (MailComposer.manifest, samples.MANIFEST),
    "contact_message": (MailComposer.contact_message, samples.CONTACT),
    "staff_invitation": (MailComposer.staff_invitation, STAFF_LINK),
    "staff_reset": (MailComposer.staff_reset, STAFF_LINK),
}
# Texts of ours among the contents' fields: codes, zones, addresses of pages and of people.
_OURS = {"currency", "zone", "locale", "customer_email", "email", "country", "id"}

every = pytest.mark.parametrize("name", SET)


def hostile(content: Any) -> Any:
    """The content with markup in every text that somebody may have written."""
    changed: dict[str, Any] = {}
    for field in dataclasses.fields(content):
        value = getattr(content, field.name)
        if isinstance(value, str) and type(value) is not str:  # an enumeration
            continue
        if isinstance(value, str) and field.name not in _OURS and not field.name.endswith("url"):
            changed[field.name] = HOSTILE
        elif isinstance(value, MailedBooking | MailedPlace | MailedLine | ManifestEntry):
            changed[field.name] = hostile(value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(
                HOSTILE if isinstance(item, str) else hostile(item) if _is_ours(item) else item
                for item in value
            )
    return replace(content, **changed)


def _is_ours(item: object) -> bool:
    return isinstance(item, MailedLine | ManifestEntry)


def compose(composer: MailComposer, name: str) -> Mail:
    make, content = SET[name]
    return make(composer, content)


def test_every_template_is_in_the_set() -> None:
    folder = resources.path("templates") / "email"
    rich, plain = (
        {path.name.partition(".")[0] for path in folder.glob(f"[!_]*{suffix}")}
        for suffix in (".mjml.j2", ".txt.j2")
    )
    assert rich == plain == set(SET)


@every
def test_a_mail_stands_on_its_own(composer: MailComposer, name: str) -> None:
    mail = compose(composer, name)
    page = Page(mail.html)
    assert mail.kind == name
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in page.tags
    assert not page.names() & {"link", "script", "iframe", "form", "mj-text", "mj-section", "mj-button"}
    assert "url(" not in mail.html  # nothing is fetched but the picture
    assert len(mail.html.encode()) < 102_000  # Gmail cuts what is longer
    assert all(link.startswith(("https://", "http://", "mailto:")) for link in page.links())


@every
def test_the_text_says_what_the_html_says(composer: MailComposer, name: str) -> None:
    """Every word of the HTML's sentences is in the text too, but for what only leads there."""
    mail = compose(composer, name)
    assert "\n\n\n" not in mail.text
    assert "<" not in mail.text
    assert not [line for line in mail.text.splitlines() if line != line.rstrip()]
    said, told = (set(re.findall(r"\w{4,}", words.casefold())) for words in (Page(mail.html).text, mail.text))
    assert len(said - told) / len(said) < 0.15, said - told
    links = [link for link in Page(mail.html).links() if link.startswith("https:")]
    assert all(link in mail.text for link in links if link != "https://exodrive.example")


@every
def test_the_subject_is_one_plain_line(composer: MailComposer, name: str) -> None:
    for make, content in ((SET[name][0], SET[name][1]), (SET[name][0], hostile(SET[name][1]))):
        subject = make(composer, content).subject
        assert subject
        assert subject.isprintable()
        assert "&lt;" not in subject
        assert "&amp;" not in subject
    assert len(compose(composer, name).subject) <= 78  # what mail programs show of it


@every
def test_nobody_writes_markup(composer: MailComposer, name: str) -> None:
    make, content = SET[name]
    mail = make(composer, hostile(content))
    page = Page(mail.html)
    assert not page.names() & {"script", "mj-raw"}
    assert not [key for _, attributes in page.tags for key in attributes if key.startswith("on")]
    assert HOSTILE in page.text or name == "staff_reset"  # shown as it was written, escaped once
    assert "&lt;" not in mail.text


@pytest.mark.parametrize("name", ["new_booking", "payment_failed", "payment_overdue", "manifest"])
def test_the_staff_get_no_link_of_the_customer(composer: MailComposer, name: str) -> None:
    mail = compose(composer, name)
    assert samples.BOOKING.manage_url not in mail.html + mail.text
    assert mail.recipient == "hello@exodrive.example"


@pytest.mark.parametrize("name", ["new_booking", "payment_failed", "payment_overdue"])
def test_the_staff_are_led_to_the_booking(composer: MailComposer, name: str) -> None:
    page = f"/admin/bookings/{samples.BOOKING.booking_id}"
    mail = compose(composer, name)
    assert [link for link in Page(mail.html).links() if link.endswith(page)]
    assert page in mail.text
