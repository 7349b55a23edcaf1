from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("migration_cycle", "0002_more"),)
    operations = ()
