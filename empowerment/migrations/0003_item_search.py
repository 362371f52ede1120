from django.db import DatabaseError, migrations, models, transaction


def add_trigrams(apps, schema_editor):
    """Let PostgreSQL find a word inside names and bases by index.

    Where the extension may not be created the search reads the rows one by one: slower, not wrong.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for name in ("name", "basis"):
                schema_editor.execute(
                    f"CREATE INDEX item_{name}_words ON empowerment_item USING gin ({name} gin_trgm_ops)"
                )
    except DatabaseError:
        pass


def drop_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in ("name", "basis"):
            schema_editor.execute(f"DROP INDEX IF EXISTS item_{name}_words")


class Migration(migrations.Migration):
    dependencies = [
        ("empowerment", "0002_initial"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("is_listed", True)), fields=["district", "source"], name="item_source"
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("is_listed", True), ("legality_pending", True)),
                fields=["district"],
                name="item_legality",
            ),
        ),
        migrations.RunPython(add_trigrams, drop_trigrams),
    ]
