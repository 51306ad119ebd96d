"""Where we may be sent to: public addresses only, whatever a name resolves to."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from exodrive.core.errors import Invalid

Resolve = Callable[..., list[Any]]
_TUNNELS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")))
_WELL_KNOWN = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A parsed address. `host` in its ASCII form, without brackets; `path` with the query."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _default_port(secure=self.secure) else f"{host}:{self.port}"


class TargetRefused(Invalid):
    """We do not send there."""

    code = "target_refused"


def parse(url: str, *, private: bool) -> Target:
    """Read an address. With `private`, plain http and addresses of inner networks are fine too. Raises
    `TargetRefused`, with the fault at `url`."""
    if not url.isascii() or any(sign <= " " or sign == "\x7f" for sign in url) or "\\" in url:
        raise _refused("Please write the address in plain letters, without spaces.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused("This is not an address.") from error
    secure = parts.scheme == "https"
    if not secure and not (private and parts.scheme == "http"):
        raise _refused("The address must begin with https://.")
    if not parts.hostname:
        raise _refused("The address names no host.")
    if parts.username is not None or parts.password is not None:
        raise _refused("Please leave user name and password out: the signature shows who sends.")
    if parts.fragment:
        raise _refused("Please leave out what follows the #: it is never sent.")
    found = Target(
        secure=secure,
        host=parts.hostname.rstrip("."),
        port=_default_port(secure=secure) if port is None else port,
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )
    if not private:
        _check_public(found)
    return found


def resolve(target: Target, *, private: bool, lookup: Resolve = socket.getaddrinfo) -> str:
    """The one IP address to connect to; nobody asks again, so it cannot turn into another. Raises `TargetRefused`
    where any of the host's addresses is not public, `OSError` where it has none."""
    found = [entry[4][0] for entry in lookup(target.host, target.port, type=socket.SOCK_STREAM)]
    if not found:
        raise OSError("the name has no address")
    if not private and not all(map(is_public, found)):
        raise _refused("The address leads into a private network.")
    return str(found[0])


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and no way round to another."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _TUNNELS):
            return False
    return ip.is_global and not ip.is_multicast


def _check_public(target: Target) -> None:
    """What shows without asking for the name: literal addresses, in any spelling, names of the own network, and ports
    of other services."""
    if target.port != _default_port(secure=target.secure) and target.port < _WELL_KNOWN:
        raise _refused("Please use the usual port, or one from 1024 up.")
    literal = _literal(target.host)
    if literal is not None and not is_public(literal):
        raise _refused("The address leads into a private network.")
    if literal is None and "." not in target.host:
        raise _refused("Please give the host's full name.")


def _literal(host: str) -> str | None:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))  # 0x7f.1, 2130706433 and their like
    except OSError:
        return None


def _default_port(*, secure: bool) -> int:
    return 443 if secure else 80


def _refused(words: str) -> TargetRefused:
    return TargetRefused(words, fields={"url": [words]})
