from django.db import migrations


class Migration(migrations.Migration):
    dependencies = ()
    operations = ()
    run_before = (("auth", "0002_alter_permission_name_max_length"),)
