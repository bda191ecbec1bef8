"""Where a request comes from, as far as that can be known: for limits on trying, never for permission."""

import ipaddress

from flask import Request

UNKNOWN = "unknown"
_HOME = 64  # bits of an IPv6 address that one subscriber has to themselves (RFC 6177)


def client_address(request: Request, proxies: int) -> str:
    """The network that the client is in: an IPv4 address, or the first 64 bits of an IPv6 address.

    `proxies` is how many proxies of our own stand in front: each adds the address it was called from to
    X-Forwarded-For, so that the entry that many places from the end is the client's. What stands before it may have
    been made up by anybody, and with no proxies of our own all of it.
    """
    found = request.remote_addr or ""
    if proxies:
        passed = [part.strip() for line in request.headers.getlist("X-Forwarded-For") for part in line.split(",")]
        if len(passed) >= proxies:
            found = passed[-proxies]
    return _network(found)


def _network(text: str) -> str:
    """As above; some proxies add a port, and write an IPv6 address in brackets."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, _HOME), strict=False).network_address)
        found = found.ipv4_mapped
    return str(found)
