"""What a request tells of the device that it comes from: as little as is of use."""

from ipaddress import ip_address, ip_network

from flask import request

from exodrive.services.account.contracts import Device

# The first that fits: browsers name those that they descend from, too.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def this_device() -> Device:
    """The device of this request."""
    told = request.user_agent.string
    browser = next((name for mark, name in _BROWSERS if mark in told), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in told), None)
    return Device(
        address=_network(64, 32),
        place=_network(48, 24),
        label=f"{browser} on {system}" if system else browser,
    )


def _network(of_six: int, of_four: int) -> str:
    """The network of the client's address with so many bits of an IPv6 or an IPv4 address."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    network = ip_network((address, of_six if address.version == 6 else of_four), strict=False)
    return str(network.network_address) if network.num_addresses == 1 else str(network)
