"""News goes to those who asked for it and still want it, once each, and stops when they or we say so."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.contracts import HeldView
from exodrive.services.campaign.contracts import (
    PER_MINUTE,
    CampaignStarted,
    CampaignState,
    NobodyToTell,
    WriteCampaign,
)
from exodrive.services.car.contracts import Category
from exodrive.services.job.rates import JobRates
from tests.services.booking.desk import Desk
from tests.services.booking.post import words
from tests.services.campaign.conftest import MANAGER, Press
from tests.statements import statements


def to(message: EmailMessage) -> str:
    return str(message["To"].addresses[0].addr_spec)


def test_everybody_who_asked_gets_one_with_a_link_that_stops_it(press: Press) -> None:
    press.ask("ada@example.com", "noor@example.com")
    campaign = press.write()
    assert press.campaigns.reach(campaign, MANAGER) == 2
    assert press.campaigns.send(campaign, MANAGER) == 2
    press.post.run()
    assert sorted(map(to, press.smtp.messages)) == ["ada@example.com", "noor@example.com"]
    mail = press.smtp.messages[0]
    assert str(mail["Subject"]) == "The coast road is open"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(r"<(http[^>]+/unsubscribe/[^>]+)>", str(mail["List-Unsubscribe"]))
    assert link
    assert link[1] in words(mail)
    assert len({str(message["List-Unsubscribe"]) for message in press.smtp.messages}) == 2
    html = mail.get_body(("html",))
    assert html is not None
    assert "come &amp; drive." in html.get_content()
    seen = press.campaigns.get(campaign, MANAGER)
    assert (seen.state, seen.recipients) == (CampaignState.SENT, 2)
    progress = press.campaigns.progress(seen)
    assert progress is not None
    assert (progress.percent, progress.completed) == (100, 2)
    assert press.post.failed() == []


def test_one_click_stops_it(press: Press, client: FlaskClient) -> None:
    """As a mail program does it: one POST, without a cookie or a token of ours."""
    press.ask("ada@example.com")
    press.send()
    press.post.run()
    link = str(press.smtp.messages[0]["List-Unsubscribe"]).strip("<>").partition("/unsubscribe/")[2]
    answer = client.post(f"/unsubscribe/{link}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    with pytest.raises(NobodyToTell):
        press.send()


def test_who_stops_while_it_is_on_its_way_gets_none(press: Press, database: Database) -> None:
    press.ask("ada@example.com", "noor@example.com")
    press.send()
    with database.sessions() as session:
        session.execute(text("UPDATE marketing_consent SET withdrawn_at = now()"))
        session.commit()
    press.post.run()
    assert press.smtp.messages == []
    assert press.post.failed() == []


def test_an_address_that_takes_no_mail_is_left_out_and_no_job_dies_of_it(
    press: Press, database: Database
) -> None:
    press.ask("ada@example.com", "noor@example.com")
    campaign = press.write()
    press.campaigns.send(campaign, MANAGER)
    with database.sessions() as session:
        session.execute(
            text(
                """INSERT INTO mail_suppression (id, recipient_hash, recipient, reason, created_at)
                   SELECT gen_random_uuid(), recipient_hash, recipient, 'bounce', now() FROM marketing_consent
                   ORDER BY id LIMIT 1"""
            )
        )
        session.commit()
    assert press.campaigns.reach(campaign, MANAGER) == 1
    press.post.run()
    assert len(press.smtp.messages) == 1
    assert press.post.failed() == []


def test_a_campaign_is_sent_once(press: Press) -> None:
    press.ask("ada@example.com")
    campaign = press.write()
    press.campaigns.send(campaign, MANAGER)
    for again in (
        lambda: press.campaigns.send(campaign, MANAGER),
        lambda: press.campaigns.rewrite(campaign, WriteCampaign(name="x", subject="x", text="x"), MANAGER),
    ):
        with pytest.raises(CampaignStarted):
            again()
    press.post.run()
    assert len(press.smtp.messages) == 1


def test_what_has_not_gone_out_can_be_called_off(press: Press) -> None:
    press.ask("ada@example.com", "noor@example.com")
    campaign = press.write()
    press.campaigns.send(campaign, MANAGER)
    press.campaigns.cancel(campaign, MANAGER)
    press.campaigns.cancel(campaign, MANAGER)
    press.post.run()
    assert press.smtp.messages == []
    assert press.campaigns.get(campaign, MANAGER).state is CampaignState.CANCELLED


def test_only_those_who_rented_so(press: Press, hold: Callable[..., HeldView], desk: Desk) -> None:
    desk.pay(hold())
    press.ask("ada@example.com", "stranger@example.com")
    assert press.campaigns.reach(press.write(), MANAGER) == 2
    for segment, reached in (
        ({"location": "los-angeles"}, 1),
        ({"location": "miami"}, 0),
        ({"category": Category.GRAND_TOURER}, 1),
        ({"category": Category.SUV}, 0),
        ({"since": date(2026, 6, 20)}, 1),
        ({"since": date(2026, 6, 21)}, 0),
    ):
        assert press.campaigns.reach(press.write(**segment), MANAGER) == reached, segment


def test_thousands_are_promised_in_a_few_statements(press: Press, database: Database) -> None:
    press.ask(*(f"somebody{n}@example.com" for n in range(3000)))
    campaign = press.write()
    with statements(database) as sent:
        assert press.campaigns.send(campaign, MANAGER) == 3000
    assert len(sent) < 15


def test_they_go_out_at_a_rate(press: Press, get: Any, clock: ManualClock) -> None:
    press.ask("ada@example.com")
    for _ in range(PER_MINUTE):
        get(JobRates).take("email.campaign", PER_MINUTE)
    press.send()
    press.post.travel(clock.now() + timedelta(seconds=1))
    [job] = press.post.promised("email.campaign")
    assert (job.attempts, job.error_code, press.smtp.messages) == (0, "over_rate", [])


def test_agents_are_refused(press: Press) -> None:
    agent = Actor(kind=ActorKind.STAFF, id=str(uuid4()), role=StaffRole.AGENT)
    campaign = press.write()
    for attempt in (
        lambda: press.campaigns.everything(agent),
        lambda: press.campaigns.send(campaign, agent),
        lambda: press.campaigns.cancel(campaign, agent),
    ):
        with pytest.raises(Forbidden):
            attempt()
    with pytest.raises(Missing):
        press.campaigns.get(uuid4(), MANAGER)
