"""Sending by HTTP: one request to one address, and an answer whatever happens."""

import socket
from collections.abc import Iterator

import pytest

from exodrive.services.webhook.gateways.http import HttpSender
from tests.services.webhook.receiver import Receiver, receiving
from tests.services.webhook.test_targets import answering


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def sender(deadline: float = 5.0) -> HttpSender:
    return HttpSender(deadline=deadline, private=True)


def test_what_arrives(receiver: Receiver) -> None:
    receiver.answer(202, body=b"taken, thank you")
    answer = sender().post(receiver.url, b'{"a":1}', {"webhook-id": "one"})
    assert (answer.status, answer.accepted, answer.excerpt, answer.error) == (
        202,
        True,
        "taken, thank you",
        None,
    )
    [(path, headers, body)] = receiver.requests
    assert (path, body) == ("/hooks?of=exodrive", b'{"a":1}')
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == "one"
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert headers["user-agent"].startswith("ExoDrive")


def test_a_redirect_is_an_answer_and_is_not_followed(receiver: Receiver) -> None:
    receiver.answer(307, headers={"Location": receiver.url})
    answer = sender().post(receiver.url, b"{}", {})
    assert (answer.status, answer.accepted) == (307, False)
    assert len(receiver.requests) == 1


def test_only_the_first_of_a_long_answer_is_kept(receiver: Receiver) -> None:
    receiver.answer(500, body=b"\0x" * 100_000)
    answer = sender().post(receiver.url, b"{}", {})
    assert answer.status == 500
    assert answer.excerpt is not None
    assert set(answer.excerpt) == {"x"}
    assert len(answer.excerpt) == 1024


def test_who_drips_is_cut_off(receiver: Receiver) -> None:
    receiver.drip = 0.05  # for longer than a test may take, were it not cut off
    answer = sender(deadline=0.5).post(receiver.url, b"{}", {})
    assert (answer.status, answer.error) == (None, "No answer within 0.5 seconds.")


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    answer = sender().post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert (answer.status, answer.error) == (None, "The connection was refused.")


def test_a_host_that_is_not_known() -> None:
    def unknown(*_args: object, **_options: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    answer = HttpSender(deadline=1, private=False, lookup=unknown).post("https://partner.example/", b"{}", {})
    assert (answer.status, answer.error) == (None, "The host is not known.")


def test_a_name_that_turns_inward_gets_nothing(receiver: Receiver) -> None:
    """As a name does that is rebound after its endpoint was added."""
    guarded = HttpSender(deadline=1, private=False, lookup=answering("127.0.0.1"))
    answer = guarded.post(f"https://partner.example:{receiver.port}/", b"{}", {})
    assert (answer.status, answer.error) == (None, "The address leads into a private network.")
    assert receiver.requests == []


def test_who_does_not_speak_tls_gets_nothing(receiver: Receiver) -> None:
    answer = sender().post(receiver.url.replace("http:", "https:"), b"secret", {})
    assert answer.status is None
    assert answer.error
    assert answer.error.startswith("The connection is not secure")
    assert receiver.requests == []


@pytest.mark.parametrize(
    ("told", "read"), [("120", 120), ("soon", None), ("-1", None), ("9" * 40, 999_999_999)]
)
def test_how_long_it_wants_to_be_left_alone(receiver: Receiver, told: str, read: int | None) -> None:
    receiver.answer(429, headers={"Retry-After": told})
    assert sender().post(receiver.url, b"{}", {}).retry_after == read
