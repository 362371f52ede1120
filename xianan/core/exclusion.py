"""A migration step that lets PostgreSQL refuse overlapping periods."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, migrations, transaction


def forbid_overlaps(table: str, name: str, elements: str, where: str) -> migrations.RunPython:
    """Return the step that adds the exclusion constraint ``name`` over ``elements`` to a table.

    SQLite has none, and where the extension btree_gist may not be created the service alone holds it.
    """

    def add(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
                schema_editor.execute(
                    f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist ({elements}) WHERE ({where})"
                )
        except DatabaseError:
            pass

    def drop(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")

    return migrations.RunPython(add, drop)
