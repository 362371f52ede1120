"""A simple limit on the public page: so many checks a minute from one address."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

PER_MINUTE = 60


def allowed(request: HttpRequest) -> bool:
    """Count one check and say whether it may go on. Shared by all processes through the cache."""
    address = request.META.get("REMOTE_ADDR", "")
    # Addresses are not written down anywhere, only counted.
    digest = hashlib.sha256(f"{settings.SECRET_KEY}{address}".encode()).hexdigest()[:24]
    key = f"verify:{digest}"
    if cache.add(key, 1, timeout=60):
        return True
    try:
        return cache.incr(key) <= PER_MINUTE
    except ValueError:
        # Expired between the two.
        cache.set(key, 1, timeout=60)
        return True
