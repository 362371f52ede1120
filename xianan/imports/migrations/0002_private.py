"""Every workbook is sealed; what was marked as such are those that hold people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial")]

    operations = [
        migrations.RenameField("upload", "sealed", "private"),
        migrations.AlterField(
            "upload",
            "private",
            models.BooleanField(default=False, editable=False, verbose_name="含个人信息"),
        ),
    ]
