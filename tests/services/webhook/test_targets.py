"""Where webhooks may go: never into a network that is not public, whatever the address looks like."""

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exodrive.services.webhook.targets import Target, TargetRefused, is_public, parse, resolve


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/hook",
        "ftp://partner.example/hook",
        "https://",
        "https:///hook",
        "https://user@partner.example/",
        "https://user:word@partner.example/",
        "https://partner.example/#part",
        "https://partner.example:22/",
        "https://partner.example:99999/",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://2130706433/",
        "https://0/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fd00::1]/",
        "https://[fe80::1%25eth0]/",
        "https://partner.example/a b",
        "https://partner.example\\@127.0.0.1/",
        "https://pärtner.example/",
        "https://partner.example/\n",
        "not an address",
        "",
    ],
)
def test_what_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        parse(url, private=False)
    assert refused.value.fields["url"]


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (
            "https://partner.example/hook?of=exodrive",
            Target(secure=True, host="partner.example", port=443, path="/hook?of=exodrive"),
        ),
        ("https://Partner.Example", Target(secure=True, host="partner.example", port=443, path="/")),
        (
            "https://partner.example.:8443/a",
            Target(secure=True, host="partner.example", port=8443, path="/a"),
        ),
        (
            "https://[2606:4700::1111]/a",
            Target(secure=True, host="2606:4700::1111", port=443, path="/a"),
        ),
    ],
)
def test_what_is_read(url: str, target: Target) -> None:
    assert parse(url, private=False) == target


def test_the_authority_is_written_as_the_standard_has_it() -> None:
    assert parse("https://[2606:4700::1111]:8443/", private=False).authority == "[2606:4700::1111]:8443"
    assert parse("https://partner.example:443/", private=False).authority == "partner.example"


def answering(*addresses: str) -> Any:
    return lambda *_args, **_options: [(socket.AF_INET, 0, 0, "", (address, 443)) for address in addresses]


TARGET = Target(secure=True, host="partner.example", port=443, path="/")


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("93.184.216.34", "10.1.2.3"), ("::1",), ("fe80::1%eth0",), ("224.0.0.1",)]
)
def test_a_name_that_leads_inside_is_refused(addresses: tuple[str, ...]) -> None:
    with pytest.raises(TargetRefused):
        resolve(TARGET, private=False, lookup=answering(*addresses))


def test_a_name_is_asked_for_once_and_its_address_kept() -> None:
    assert resolve(TARGET, private=False, lookup=answering("93.184.216.34")) == "93.184.216.34"


@given(st.ip_addresses(v=4))
def test_no_way_round_by_mapping(address: Any) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))
