from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_revision_of_the_host")]

    operations = [
        migrations.AlterField(
            "searchrow",
            "entity",
            models.ForeignKey(
                "catalog.entity",
                db_constraint=False,
                db_index=False,
                on_delete=models.CASCADE,
                related_name="search_rows",
            ),
        ),
    ]
