"""Pages and fragments, and how amounts, instants and lengths of time are written."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from jinja2 import DictLoader

from exodrive.http.assets import asset
from exodrive.http.render import duration, local, money, page

SUMMER = datetime(2026, 7, 3, 17, 30, tzinfo=UTC)


@pytest.mark.usefixtures("context")
class TestWords:
    @pytest.mark.parametrize(
        ("amount", "currency", "text"),
        [
            (89_000, "USD", "$890"),
            (123_450, "USD", "$1,234.50"),
            (1, "USD", "$0.01"),
            (0, "USD", "$0"),
            (-5_000, "USD", "-$50"),
            (1_200_000, "EUR", "€12,000"),
            (999, "GBP", "£9.99"),
            (1_500, "JPY", "¥1,500"),
            (12_345, "KWD", "KWD\u00a012.345"),
            (89_000, "AED", "AED\u00a0890"),
        ],
    )
    def test_money(self, amount: int, currency: str, text: str):
        assert money(amount, currency) == text

    def test_instants_are_written_by_the_clock_of_their_place(self):
        assert local(SUMMER, "America/Los_Angeles") == "Fri, Jul 3, 10:30 AM"
        assert local(SUMMER, "America/New_York", "time") == "1:30 PM"
        assert local(SUMMER, "Asia/Tokyo", "date") == "Sat, Jul 4, 2026"
        assert local(SUMMER, "America/Los_Angeles", "iso") == "2026-07-03T10:30:00-07:00"
        assert local(SUMMER, "America/Los_Angeles", "full") == "Friday, July 3, 2026 at 10:30 AM PDT"
        assert local(SUMMER, "UTC", "HH:mm") == "17:30"

    def test_both_sides_of_a_change_of_clocks(self):
        before = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
        assert local(before, "America/Los_Angeles", "iso") == "2026-11-01T01:30:00-07:00"
        assert local(before + timedelta(hours=1), "America/Los_Angeles", "iso") == "2026-11-01T01:30:00-08:00"

    @pytest.mark.parametrize(
        ("length", "text"),
        [
            (0, "0 minutes"),
            (1, "1 minute"),
            (60, "1 hour"),
            (150, "2 hours 30 minutes"),
            (1440, "1 day"),
            (3 * 1440 + 65, "3 days 1 hour"),
            (timedelta(seconds=89), "1 minute"),
        ],
    )
    def test_lengths(self, length: int | timedelta, text: str):
        assert duration(length) == text

    def test_an_asset_that_is_not_there_is_a_mistake(self):
        assert "?v=" in asset("css/site.css")
        with pytest.raises(FileNotFoundError, match=r"none\.css"):
            asset("css/none.css")


def test_htmx_gets_the_fragment_and_everyone_else_the_page(app: Flask):
    app.jinja_env.loader = DictLoader(
        {"whole.html": "<html>{% block part %}<p>{{ word }}</p>{% endblock %}</html>"}
    )

    def body(**headers: str) -> str:
        with app.test_request_context(
            headers={name.replace("_", "-"): value for name, value in headers.items()}
        ):
            return page("whole.html", fragment="part", word="<i>").get_data(as_text=True)

    assert body() == "<html><p>&lt;i&gt;</p></html>"
    assert body(HX_Request="true") == "<p>&lt;i&gt;</p>"
    assert body(HX_Request="true", HX_Boosted="true").startswith("<html>")
    assert body(HX_Request="true", HX_History_Restore_Request="true").startswith("<html>")


def test_an_undefined_name_in_a_template_is_an_error(app: Flask):
    app.jinja_env.loader = DictLoader({"t.html": "{{ nothing }}"})
    with app.test_request_context(), pytest.raises(Exception, match="'nothing' is undefined"):
        page("t.html")


def test_templates_know_of_the_business_but_no_secret(app: Flask):
    with app.test_request_context():
        context: dict[str, object] = {}
        app.update_template_context(context)
    assert "hello@exodrive.example" in repr(context["business"])
    assert "0123456789" not in repr({name: context[name] for name in ("business", "request_id")})
