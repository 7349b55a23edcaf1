from django.conf import settings
from django.db import migrations, models


def fail(apps, schema_editor):
    raise RuntimeError("the data is not as expected")


class Migration(migrations.Migration):
    initial = True
    dependencies = (migrations.swappable_dependency(settings.AUTH_USER_MODEL),)
    operations = (
        migrations.RunPython(fail),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=models.CASCADE,
                        related_name="unmigrated_notes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    )
