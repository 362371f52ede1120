from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def sign_in() -> Callable[[Any], Client]:
    """Return a browser in which this person is signed in."""
    from django.test import Client

    def opened(person: Any) -> Client:
        client = Client()
        client.force_login(person, backend="xianan.organizations.middleware.AccountBackend")
        return client

    return opened
