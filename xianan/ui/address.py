"""Where a request comes from: one answer for everything that counts or writes down addresses."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return the address a request came from: the last hop before our own proxy, if there is one.

    What a client wrote into the header itself stands further to the left and counts for nothing.
    """
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded[:64]
    return str(request.META.get("REMOTE_ADDR", ""))


def place_of(request: HttpRequest) -> str:
    """Return what limits are counted for: the address, of IPv6 the /64 that one line is given whole."""
    address = address_of(request)
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return address
