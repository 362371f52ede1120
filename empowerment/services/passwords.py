"""Asking for the password once more before a letter is signed."""

from __future__ import annotations

from xianan.organizations.services.confirmation import LOCKED_FOR, TRIES, _key, confirm_password

__all__ = ["LOCKED_FOR", "TRIES", "_key", "confirm_password"]
