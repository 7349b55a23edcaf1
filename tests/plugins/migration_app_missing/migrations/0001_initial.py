from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("taggit", "0001_initial"),)
    operations = ()
