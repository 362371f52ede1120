"""Who has to know when a version of a document comes or changes: the rooms above fill the port."""

from __future__ import annotations

from xianan.core.ports import Port
from xianan.organizations.models import District

versions_changed: Port[[District], int] = Port()
"""Told of every change to a district's versions, in its transaction."""
