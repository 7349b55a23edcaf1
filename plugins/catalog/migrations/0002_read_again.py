from django.db import migrations


def forget(apps, schema_editor):
    """Empty the catalog: the next reading fills it in the new form."""
    for name in ("Relation", "Tag", "Entity"):
        apps.get_model("catalog", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
