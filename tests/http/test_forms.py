"""Forms made from contracts: what is valid is the contract's word alone."""

from datetime import date, time
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from exodrive.core.contract import contract, field, load, validate
from exodrive.core.errors import ExodriveError, Forbidden, Invalid, Kind, Missing
from exodrive.http.fields import ABSENT
from exodrive.http.forms import form_of, quantities, query_of

pytestmark = pytest.mark.usefixtures("context")


class Gear(StrEnum):
    MANUAL = "manual"
    AUTOMATIC = "automatic_gear"


@contract
class Choice:
    code: str = field(validate.Length(min=1, max=8))
    quantity: int = field(validate.Range(min=1, max=9), default=1)


@contract
class Everything:
    """One field of each kind."""

    name: str = field(
        validate.Length(min=2, max=20), label="Full name", help="As on the licence.", autocomplete="name"
    )
    email: str = field(validate.Email(), validate.Length(max=60), label="E-mail")
    phone: str | None = field(validate.Regexp(r"[0-9+ ]{3,12}\Z"), default=None, input_type="tel")
    note: str | None = field(validate.Length(max=900), default=None)
    seats: int = field(validate.Range(min=1, max=9))
    born: date
    at: time | None = None
    gear: Gear | None = None
    colour: str = field(validate.OneOf(("red", "blue"), ("Rosso", "Blu")), default="red")
    consent: bool = field(validate.Equal(True, error="We need your agreement."))
    news: bool = False
    quote_id: UUID | None = None
    tags: list[str] = field(validate.Length(max=3), default_factory=list)
    extras: list[Choice] = field(validate.Length(max=2), default_factory=list)


@contract
class Filters:
    q: str | None = field(validate.Length(max=10), default=None)
    seats: int | None = field(validate.Range(min=1, max=9), default=None)
    gear: Gear | None = None
    sort: str = field(validate.OneOf(("price", "year")), default="price")
    page: int = field(validate.Range(min=1, max=500), default=1)


Form = form_of(Everything, extract={"extras": quantities("extra-")})
Query = query_of(Filters)
GOOD = {
    "name": "Anna Weber",
    "email": "anna@example.com",
    "seats": "2",
    "born": "1990-02-28",
    "consent": "true",
}


def sent(**changes: Any) -> MultiDict[str, str]:
    return MultiDict({name: value for name, value in (GOOD | changes).items() if value is not None})


def test_what_is_accepted_is_the_contract():
    data = sent(
        phone=" +49 170 ",
        at="10:30",
        gear="manual",
        quote_id="01890000-0000-7000-8000-000000000000",
        news="on",
    )
    data.setlist("tags", ["a", "b"])
    data["extra-seat"] = "2"
    data["extra-none"] = "0"
    form = Form(data)
    assert form.accepted, form.errors
    made = form.command()
    assert made == Everything(
        name="Anna Weber",
        email="anna@example.com",
        phone="+49 170",
        seats=2,
        born=date(1990, 2, 28),
        at=time(10, 30),
        gear=Gear.MANUAL,
        consent=True,
        news=True,
        quote_id=UUID("01890000-0000-7000-8000-000000000000"),
        tags=["a", "b"],
        extras=[Choice(code="seat", quantity=2)],
    )


def test_errors_stand_beside_their_fields_and_nothing_is_retyped():
    form = Form(sent(name="A", email="nonsense", seats="many", born="1990-02-30", consent=None))
    assert not form.accepted
    assert form.status == 422
    assert form["name"].errors
    assert form["seats"].errors == ["Please give a whole number."]
    assert form["born"].errors == ["Please give a date that exists."]
    assert form["consent"].errors == ["We need your agreement."]
    assert not form["phone"].errors
    assert [field.name for field in form.faulty] == ["name", "email", "seats", "born", "consent"]
    for name, value in {"email": "nonsense", "seats": "many", "born": "1990-02-30"}.items():
        assert f'value="{value}"' in form[name]()
    with pytest.raises(Invalid):
        form.command()


def test_a_blank_field_is_a_missing_one():
    form = Form(sent(name="   ", phone=""))
    assert form["name"].errors == ["Please fill this in."]
    assert not form["phone"].errors


def test_unknown_fields_are_refused():
    form = Form(sent(total="1"))
    assert not form.accepted
    assert form.form_errors
    assert form_of(Everything, also=("total",))(sent(total="1")).accepted
    assert Form(sent(csrf_token="x")).accepted


def test_fixed_fields_are_ours_to_say():
    fixed = form_of(Everything, fixed=("seats",))
    assert not fixed(sent()).accepted
    given = sent()
    del given["seats"]
    form = fixed(given, fixed={"seats": 4})
    assert form.command().seats == 4
    assert "seats" not in form


def test_a_nested_error_is_told_at_the_field_it_belongs_to():
    data = sent()
    data["extra-seat"] = "99"
    form = Form(data)
    assert form["extras"].errors
    assert form.form_errors == []


def test_a_nul_is_told_not_stored():
    assert Form(sent(name="An\0na"))["name"].errors == ["This holds a character that cannot be stored."]


def test_attributes_follow_from_the_rules():
    form = Form(None)
    assert 'minlength="2"' in form["name"]()
    assert 'maxlength="20"' in form["name"]()
    assert 'autocomplete="name"' in form["name"]()
    assert 'aria-describedby="name-hint"' in form["name"]()
    assert " required" in form["name"]()
    assert " required" not in form["phone"]()
    assert 'type="tel"' in form["phone"]()
    assert 'type="email"' in form["email"]()
    assert "<textarea" in form["note"]()
    for part in ('type="number"', 'min="1"', 'max="9"', 'inputmode="numeric"'):
        assert part in form["seats"]()
    assert 'type="date"' in form["born"]()
    assert 'type="time"' in form["at"]()
    assert 'type="hidden"' in form["quote_id"]()
    assert " required" in form["consent"]()
    assert " required" not in form["news"]()
    assert "aria-invalid" not in form["name"]()
    bad = Form(sent(name="A"))["name"]()
    assert 'aria-invalid="true"' in bad
    assert 'aria-describedby="name-hint name-error"' in bad


def test_choices_come_from_enums_and_rules():
    form = Form(None)
    assert ("automatic_gear", "Automatic gear") in form["gear"].choices
    assert '<option selected value="">Any</option>' in form["gear"]()
    assert '<option selected value="red">Rosso</option>' in form["colour"]()
    assert 'value=""' not in form["colour"]()
    assert '<option selected value="manual">' in Form(None, initial={"gear": Gear.MANUAL})["gear"]()


def test_initial_values_are_shown_and_what_was_sent_wins():
    assert 'value="1990-02-28"' in Form(None, initial={"born": date(1990, 2, 28)})["born"]()
    assert 'value="Bo"' in Form(sent(name="Bo"), initial={"name": "Anna"})["name"]()


def test_values_are_escaped():
    html = Form(sent(name='"><script>alert(1)</script>'))["name"]()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


class Taken(ExodriveError):
    kind = Kind.CONFLICT
    code = "taken"


def test_errors_of_the_business_are_shown_on_the_form():
    form = Form(sent())
    form.add_errors(Taken("This car was taken just now.", fields={"born": ["Too young for this car."]}))
    assert form.status == 409
    assert not form.accepted
    assert form["born"].errors == ["Too young for this car."]
    form.add_errors(Taken("This car was taken just now."))
    assert form.form_errors == ["This car was taken just now."]
    for error in (Missing("gone"), Forbidden("no")):
        with pytest.raises(type(error)):
            form.add_errors(error)


def test_a_hidden_field_s_error_is_told_above_all():
    form = Form(sent(quote_id="nonsense"))
    assert form.form_errors == ["Please check the marked fields."]


def test_the_hidden_tag_carries_token_and_hidden_fields():
    html = Form(None, initial={"quote_id": UUID(int=7)}).hidden_tag()
    assert 'name="csrf_token"' in html
    assert f'value="{UUID(int=7)}"' in html


def test_a_form_cannot_have_a_field_called_as_its_own_parts():
    @contract
    class Clash:
        errors: str

    with pytest.raises(TypeError, match="errors"):
        form_of(Clash)


TEXT = st.one_of(
    st.none(), st.text(max_size=30), st.sampled_from(["", "0", "1", "true", "2026-02-30", "10:61", "a@b.c"])
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(Everything.__dataclass_fields__, TEXT)),
    st.text(max_size=8),
)
def test_a_form_s_errors_are_the_contract_s(raw: dict[str, str | None], extra: str):
    given = MultiDict({name: value for name, value in raw.items() if value is not None and name != "extras"})
    given["extra-x"] = extra
    form = Form(given)
    plain = form.plain()
    try:
        expected, problems = load(Everything, plain), {}
    except Invalid as error:
        expected, problems = None, error.fields
    assert form.accepted == (expected is not None)
    if expected is not None:
        assert form.command() == expected
    told: dict[str, set[str]] = {}
    for path, messages in problems.items():
        told.setdefault(path.split(".", 1)[0], set()).update(messages)
    hidden = told.pop("quote_id", None)
    assert {field.name: set(field.errors) for field in form.faulty} == told
    assert bool(form.form_errors) == bool(hidden)
    for name, value in given.items():
        if name in raw and form[name].kind not in {"checkbox", "checkboxes", "select"}:
            assert form[name].data == value


@pytest.mark.parametrize("text", ["", "  ", None])
def test_blank_reads_as_absent(text: str | None):
    form = Form(sent(phone=text))
    assert form["phone"].plain() is ABSENT


def test_a_bad_filter_is_told_and_its_default_used():
    query = Query(
        MultiDict({"seats": "nine", "sort": "evil", "page": "2", "q": "x" * 11, "utm_source": "mail"})
    )
    assert query.command() == Filters(page=2)
    assert {field.name for field in query.faulty} == {"seats", "sort", "q"}
    assert query.form_errors == []


def test_links_keep_the_filters_that_count():
    query = Query(
        MultiDict(
            {"seats": "4", "gear": "manual", "page": "3", "q": "", "sort": "evil", "utm_source": "mail"}
        )
    )
    assert query.link(page=4) == {"seats": "4", "gear": "manual", "page": 4}
    assert query.link(page=None, gear=Gear.AUTOMATIC) == {"seats": "4", "gear": "automatic_gear"}


def test_initial_filters_stand_for_what_the_address_does_not_say():
    query = Query(MultiDict({"page": "2"}), initial={"seats": 4})
    assert query.command() == Filters(page=2, seats=4)
    assert Query(MultiDict({"seats": "bad"}), initial={"seats": 4}).command().seats == 4


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from([*Filters.__dataclass_fields__, "x", "extra-"]), st.text(max_size=20)))
def test_no_filter_ever_fails(raw: dict[str, str]):
    query = Query(MultiDict(raw))
    assert isinstance(query.command(), Filters)
    for field_ in query.contract_fields:
        field_()
    query.link(page=2)


def test_forms_render_in_the_product_s_macros(app: Flask):
    form = Form(sent(name="A", seats="many"))
    template = app.jinja_env.from_string(
        '{% import "web/_macros.html" as ui %}{% for f in form.contract_fields %}'
        "{{ ui.form_field(f, autocomplete=f.autocomplete, attrs=f.attrs) }}{% endfor %}"
    )
    html = template.render(form=form)
    assert 'maxlength="20"' in html
    assert 'id="name-error"' in html
    assert 'type="number"' in html
    assert "<textarea" in html
    assert '<option value="red" selected>Rosso</option>' in html
