from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("healthy", "0001_initial"),)
    operations = ()
