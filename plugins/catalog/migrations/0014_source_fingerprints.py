from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0013_search_rows_unchecked")]

    operations = [
        migrations.CreateModel(
            name="SourceFingerprint",
            fields=[("fingerprint", models.CharField(max_length=64, primary_key=True, serialize=False))],
            options={"default_permissions": ()},
        ),
    ]
