"""Who may still try a password at the door.

A browser in which the account was signed in before has a count of its own: others can't lock it. All
others share the count of the account and that of their address, so that neither many addresses for one
account nor many accounts from one address come further than a few guesses.
"""

from __future__ import annotations

import datetime as dt

from xianan.organizations.services import tries
from xianan.organizations.services.tries import Limit, Try

WINDOW = dt.timedelta(minutes=15)
DEVICE = Limit("sign-in-device", 5, WINDOW)
ACCOUNT = Limit("sign-in-account", 5, WINDOW)
# A whole office may stand behind one address: what succeeds is taken back.
ADDRESS = Limit("sign-in-address", 30, WINDOW)


def reserve(username: str, place: str, device: str) -> Try:
    """Count a try and return the one that decides: one that isn't allowed, else the nearest to its limit.

    ``device``: by which number this browser knows the account, "" for an unknown one.
    """
    if device:
        return tries.count(DEVICE, _of_device(username, device), owner=username)
    by_address = tries.count(ADDRESS, place)
    if not by_address.allowed:
        # Not counted for the account as well: nobody locks it from an address that is locked itself.
        return by_address
    by_account = tries.count(ACCOUNT, username, owner=username)
    if not by_account.allowed:
        tries.give_back(ADDRESS, place)
        return by_account
    return min(by_account, by_address, key=lambda one: one.left)


def succeeded(username: str, place: str, device: str) -> None:
    """The right password came: the wrong ones before it are forgotten, those from the address stay."""
    if device:
        tries.clear(DEVICE, _of_device(username, device))
    else:
        tries.clear(ACCOUNT, username)
        tries.give_back(ADDRESS, place)


def _of_device(username: str, device: str) -> str:
    return f"{username}\0{device}"
