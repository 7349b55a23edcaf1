"""Generates ordinary plugins: a package of them, each with a page, an API, a card and a link, as startplugin lays out.

A page holds its rows as fixed HTML, so that what a request for it costs is what the portal adds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal

PACKAGE = "generated"


@dataclass(frozen=True)
class Made:
    """What one generated plugin is like.

    everyone  each signed-in user may use it; otherwise nobody may until an admin grants it
    io        what its card may wait for, as in ``portal.plugin.Card``; a "db" card reads the user's groups
    slot      where its card stands
    hangs     while the file ``switch`` of the package exists, its card or its page sleeps for a minute
    writes    it keeps notes: a model, a migration and a page that takes them by POST
    """

    label: str
    everyone: bool = True
    io: str = "none"
    slot: str = "home:main"
    hangs: Literal["", "card", "page"] = ""
    writes: bool = False

    @property
    def app(self) -> str:
        """Its entry for INSTALLED_APPS."""
        return f"{PACKAGE}.{self.label}"


def generate(folder: Path, plugins: Iterable[Made]) -> list[str]:
    """Write the package ``generated`` into ``folder``, which must be on the module path. Return its INSTALLED_APPS."""
    package = folder / PACKAGE
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").touch()
    apps = []
    for one in plugins:
        _write(package / one.label, one, package)
        apps.append(one.app)
    return apps


def switch_of(folder: Path) -> Path:
    """Return the file whose existence makes the hanging plugins hang."""
    return folder / PACKAGE / "switch"


def calls_of(folder: Path, label: str) -> Path:
    """Return the file in which a hanging plugin writes a line, the time in seconds, for each call that hangs."""
    return folder / PACKAGE / label / "calls"


def _write(root: Path, one: Made, package: Path) -> None:
    values: dict[str, str] = {
        "label": one.label,
        "title": one.label.replace("_", " ").capitalize(),
        "class_name": one.label.title().replace("_", ""),
        "package": one.app,
        "everyone": '("read",)' if one.everyone else "()",
        "io": one.io,
        "slot": one.slot,
        "read_groups": "list(card.user.groups.values_list('name', flat=True))" if one.io == "db" else "[]",
        **{f"import_{place}": "from .hang import hang\n" if one.hangs == place else "" for place in ("card", "page")},
        **{f"call_{place}": "    hang()\n" if one.hangs == place else "" for place in ("card", "page")},
        "switch": repr(str(package / "switch")),
        "calls": repr(str(root / "calls")),
        "rows": "\n".join(ROW.substitute(number=number) for number in range(1, 21)),
    }
    files = dict(FILES)
    if one.hangs:
        files["hang.py"] = HANG
    if one.writes:
        files |= NOTES
    for name, text in files.items():
        path = root / name.replace("LABEL", one.label)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).substitute(values), encoding="utf-8")


ROW = Template(
    '    <li class="row"><a class="row-link" href="?row=$number">Row $number of the page</a>'
    '<span class="row-detail">What there is to say about row $number</span><span class="row-end">$number</span></li>'
)

FILES = {
    "__init__.py": "",
    "apps.py": '''from portal.plugin import Card, Link, Plugin


class $class_name(Plugin):
    """Shows a few rows."""

    name = "$package"
    verbose_name = "$title"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {"read": "See $title"}
    everyone = $everyone
    cards = (
        Card(
            "rows",
            "$label/rows.html",
            slot="$slot",
            icon="inbox",
            link="$label:index",
            permission="$label.read",
            context="$package.cards.rows",
            io="$io",
        ),
    )
    nav = (Link("$title", "$label:index", permission="$label.read", group="Work", icon="inbox"),)
''',
    "cards.py": """from datetime import UTC, datetime

$import_card

def rows(card):
$call_card    groups = $read_groups
    at = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
    return {"rows": [{"name": f"Row {number} of $title", "at": at} for number in range(card.rows)], "groups": groups}
""",
    "templates/LABEL/rows.html": """<ul class="rows">
  {% for row in rows %}
    <li class="row">
      <a class="row-link" href="{% url '$label:index' %}">{{ row.name }}</a>
      <span class="row-detail">{{ groups|join:", "|default:"No team" }}</span>
      <span class="row-end">{% relative_time row.at %}</span>
    </li>
  {% endfor %}
</ul>
""",
    "urls.py": """from django.urls import path

from . import views

urlpatterns = [path("", views.index, name="index")]
""",
    "views.py": """from django.shortcuts import render

from portal.plugin import requires

$import_page

@requires("$label.read")
def index(request):
$call_page    return render(request, "$label/index.html")
""",
    "templates/LABEL/index.html": """{% extends "base.html" %}

{% block title %}$title{% endblock %}

{% block heading %}$title{% endblock %}

{% block content %}
  <ul class="rows">
$rows
  </ul>
{% endblock %}
""",
    "api.py": '''from ninja import Router, Schema

from portal.plugin import requires

router = Router()


class Row(Schema):
    """One row."""

    number: int
    name: str


@router.get("/rows", response=list[Row])
@requires("$label.read")
def rows(request):
    """List the rows."""
    return [{"number": number, "name": f"Row {number}"} for number in range(20)]
''',
}

HANG = """import time
from pathlib import Path

SWITCH, CALLS = Path($switch), Path($calls)


def hang():
    if SWITCH.exists():
        with CALLS.open("a") as calls:
            calls.write(f"{time.time()}\\n")
        time.sleep(60)
"""

NOTES = {
    "models.py": """from django.conf import settings
from django.db import models


class Note(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    text = models.CharField(max_length=200)
""",
    "migrations/__init__.py": "",
    "migrations/0001_initial.py": """import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        )
    ]
""",
    "urls.py": """from django.urls import path

from . import views

urlpatterns = [path("", views.index, name="index"), path("add/", views.add, name="add")]
""",
    "views.py": """from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from portal.plugin import requires

from .models import Note


@requires("$label.read")
def index(request):
    return render(request, "$label/index.html")


@require_POST
@requires("$label.read")
def add(request):
    Note.objects.create(user=request.user, text=request.POST["text"][:200])
    return redirect("$label:index")
""",
}
