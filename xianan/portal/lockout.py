"""Counting wrong passwords: five in a row lock an account for this address for 15 minutes.

The count lives in the cache, so it holds over all web processes. An attempt is counted before the
password is looked at; however many arrive at once, no more than five are looked at.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.core.cache import cache

from xianan.core import clock

ATTEMPTS = 5
LOCK = dt.timedelta(minutes=15)


def _key(username: str, address: str) -> str:
    # Names may be of any length and character; keys may not.
    digest = hashlib.sha256(f"{username}\0{address}".encode()).hexdigest()
    return f"signin:{digest}"


def locked_until(username: str, address: str) -> dt.datetime | None:
    """Return until when the account is locked for this address, None if it isn't."""
    until: dt.datetime | None = cache.get(f"{_key(username, address)}:until")
    return until if until is not None and until > clock.now() else None


def reserve(username: str, address: str) -> int:
    """Count one more attempt and return which one of this series it is (from 1)."""
    key = _key(username, address)
    seconds = int(LOCK.total_seconds())
    if cache.get(f"{key}:until") is not None and locked_until(username, address) is None:
        clear(username, address)
    cache.add(key, 0, seconds)
    try:
        number: int = cache.incr(key)
    except ValueError:
        # The count ran out between the two calls.
        cache.set(key, 1, seconds)
        number = 1
    cache.touch(key, seconds)
    return number


def lock(username: str, address: str) -> dt.datetime:
    """Lock the account for this address; return until when."""
    until = clock.now() + LOCK
    cache.set(f"{_key(username, address)}:until", until, int(LOCK.total_seconds()) + 60)
    return until


def clear(username: str, address: str) -> None:
    """Forget the count: the right password came, or the lock has run out."""
    key = _key(username, address)
    cache.delete_many([key, f"{key}:until"])
