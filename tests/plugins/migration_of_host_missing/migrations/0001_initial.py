from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("auth", "0999_one_day"),)
    operations = ()
