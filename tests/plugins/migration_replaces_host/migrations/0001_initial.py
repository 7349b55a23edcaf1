from django.db import migrations


class Migration(migrations.Migration):
    dependencies = ()
    operations = ()
    replaces = (("auth", "0001_initial"),)
