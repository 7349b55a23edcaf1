import django.db.models.deletion
from django.db import migrations, models

import plugins.links.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="QuickLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80)),
                (
                    "url",
                    models.CharField(
                        max_length=500, validators=[plugins.links.models.validate_https], verbose_name="address"
                    ),
                ),
                ("description", models.CharField(blank=True, max_length=200)),
                ("icon", models.CharField(choices=plugins.links.models.icon_choices, default="link", max_length=40)),
                ("category", models.CharField(db_index=True, default="General", max_length=60)),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=100, help_text="Ascending.", verbose_name="order"),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Empty: everybody sees it.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="auth.group",
                    ),
                ),
            ],
            options={
                "verbose_name": "quick link",
                "ordering": ("position", "title", "pk"),
            },
        ),
    ]
