from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("migration_parent_missing", "0001_initial"),)
    operations = ()
