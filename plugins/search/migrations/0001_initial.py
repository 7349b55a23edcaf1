from __future__ import annotations

import sys
from typing import Any

from django.db import migrations, models

from plugins.search.backends import BACKENDS


def create(apps: Any, schema_editor: Any) -> None:
    """Make the tables of words in the way of this database, and say when a part of it is missing."""
    connection = schema_editor.connection
    if connection.vendor in BACKENDS and (warning := BACKENDS[connection.vendor](connection).create()):
        sys.stderr.write(f"{warning}\n")


def drop(apps: Any, schema_editor: Any) -> None:
    """Remove them."""
    connection = schema_editor.connection
    if connection.vendor in BACKENDS:
        BACKENDS[connection.vendor](connection).drop()


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=40)),
                ("ref", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("label", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("rebuilt_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True, help_text="Why some documents are not in the index.")),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=64, primary_key=True, serialize=False)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(help_text="The plugin it comes from.", max_length=40)),
                ("ref", models.CharField(max_length=300)),
                ("type", models.CharField(max_length=40)),
                (
                    "access",
                    models.CharField(
                        help_text='The permission it asks for; "todos." is any of the plugin.', max_length=120
                    ),
                ),
                (
                    "audience",
                    models.CharField(blank=True, help_text='"user:7", "group:3"; empty: everybody.', max_length=60),
                ),
                ("title", models.TextField()),
                ("name", models.TextField(blank=True)),
                ("url", models.TextField()),
                ("owner", models.TextField(blank=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("weight", models.SmallIntegerField(default=0)),
                ("title_key", models.CharField(help_text="All words of the title in one.", max_length=200)),
                ("name_key", models.CharField(blank=True, max_length=200)),
                (
                    "digest",
                    models.CharField(help_text="Of all other columns; equal means nothing to write.", max_length=64),
                ),
                ("fields_json", models.TextField(default="{}")),
                ("text", models.TextField(blank=True)),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("label", "ref"), name="search_document_once")],
            },
        ),
        migrations.RunPython(create, drop),
    ]
