from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("migration_two_leaves", "0001_initial"),)
    operations = ()
