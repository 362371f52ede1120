"""Demands of streets that a seconded person be replaced (P32)."""
