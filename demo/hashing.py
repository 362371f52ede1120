"""Passwords of the story at a small price: they are printed on the sign-in page anyway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher


@contextmanager
def quick_passwords() -> Iterator[None]:
    """Hash with few rounds inside the block; the first sign-in raises a password to the full number.

    Fifty accounts and as many signatures would take half a minute of hashing else.
    """
    if not isinstance(get_hasher(), PBKDF2PasswordHasher):
        yield
        return
    rounds = PBKDF2PasswordHasher.iterations
    PBKDF2PasswordHasher.iterations = 1_000
    try:
        yield
    finally:
        PBKDF2PasswordHasher.iterations = rounds
