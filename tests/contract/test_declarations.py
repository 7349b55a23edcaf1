"""The rules of the contract, through load(): what is let in, what is refused and in which words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.guard import Failure, Guard, PluginFailed
from portal.loading import loader

HOST = ("django.contrib.auth", "django.contrib.contenttypes")
WRITE = Callable[..., str]

APPS = '''
from pydantic import BaseModel

from portal.plugin import Card, Link, Plugin, Schedule, Slot


class Sample(Plugin):
    """A sample."""

    name = "{package}"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {{"read": "Read", "write": "Write"}}
    {declarations}
'''


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WRITE]:
    """Return a function that writes a plugin with further declarations, and returns its package."""
    monkeypatch.syspath_prepend(tmp_path)
    known = set(sys.modules)

    def plugin(declarations: str = "", package: str = "samples.sample", apps: str = APPS, **files: str) -> str:
        folder = tmp_path.joinpath(*package.split("."))
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "apps.py").write_text(apps.format(package=package, declarations=declarations), encoding="utf-8")
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return package

    yield plugin
    for name in set(sys.modules) - known:
        if name.startswith("samples"):
            del sys.modules[name]


@pytest.fixture
def failures(monkeypatch: pytest.MonkeyPatch) -> dict[str, Failure]:
    """Let load() collect its failures apart from those of the process."""
    guard = Guard()
    monkeypatch.setattr(loader, "guard", guard)
    return guard.failures


def card(**fields: object) -> str:
    values = {"name": "one", "template": "sample/one.html", "slot": "home:left", **fields}
    return f"cards = (Card({', '.join(f'{name}={value!r}' for name, value in values.items())}),)"


GOOD = (
    "",
    'version = "1!2.0rc1.post3+local"',
    'requires_portal = "==1.*"',
    'requires_portal = ">=1.0a1"',
    'everyone = ("read", "write")',
    "cards = ()",
    card(),
    card(permission="sample.read", size="L", io="db", cache_for=60, shared=True, exclusive=True, refresh=5),
    card(slot="catalog.entity:overview"),
    'nav = (Link("Sample", "sample:index"), Link("Find", "sample:find", slot="search"))',
    'nav = (Link("More", "sample:more", slot="catalog.entity:tabs", permission="sample.read"),)',
    'slots = (Slot("sample:top"), Slot("sample.page:side", argument="samples.sample.slots.page"))',
    'schedules = (Schedule("sweep", "samples.sample.tasks.sweep", every=10),)',
    'schedules = (Schedule("sweep", "samples.sample.tasks.sweep", every="samples.sample.tasks.seconds"),)',
    'csp = {"img-src": ("https://img.example.com", "https://a.example:8443/logos/")}',
    "config_model = type('Model', (BaseModel,), {})",
    'verbose_name = "Muster für Ämter"',
    "def ready(self): pass",
)


@pytest.mark.parametrize("declarations", GOOD)
def test_what_keeps_the_contract_is_loaded(write: WRITE, failures: dict[str, Failure], declarations: str) -> None:
    package = write(declarations)
    assert loader.load([*HOST, package], host=HOST) == [*HOST, package, "portal"]
    assert failures == {}


BAD = {
    'label = "x" * 41': "must be 1 to 40 of a-z",
    'label = "_hidden"': "beginning with a letter",
    'label = "todo_é"': "must be 1 to 40 of a-z",
    'label = "admin"': "belongs to the host",
    'label = "api"': "belongs to the host",
    'label = "portal"': "already taken",
    'label = "contenttypes"': "already taken",
    "version = None": "PEP 440 version",
    'version = "1.0.0-final-really"': "PEP 440 version",
    "requires_portal = None": "PEP 440 specifier",
    "requires_portal = 1": "PEP 440 specifier",
    'requires_portal = "<1"': "upgrade one of them",
    'requires_portal = "~=2.0"': "upgrade one of them",
    'permissions = ("read",)': "permissions must be a mapping",
    'permissions = {"Read": "Read"}': "needs a name of a-z",
    'permissions = {"read": ""}': "and a description",
    'permissions = {"read": None}': "and a description",
    'permissions = {1: "Read"}': "TypeError",
    'permissions = {"sample.read": "Read"}': "needs a name of a-z",
    'everyone = ("delete",)': 'everyone names "delete"',
    'everyone = ["read"]': "everyone must be a tuple",
    'everyone = "read"': "everyone must be a tuple",
    'cards = [Card("one", "sample/one.html", slot="home:left")]': "cards must be a tuple",
    'cards = ("one",)': "cards must be a tuple of Card",
    "cards = None": "cards must be a tuple",
    card(name=""): "1 to 40 of a-z",
    card(name="One"): "1 to 40 of a-z",
    card(name="one/two"): "1 to 40 of a-z",
    card(template="one.html"): 'must lie under "sample/"',
    card(template="sample/../healthy/one.html"): 'must lie under "sample/"',
    card(slot="home"): 'there is no slot "home"',
    card(slot="home:"): 'there is no slot "home:"',
    card(slot="home:top"): 'there is no slot "home:top"',
    card(permission="read"): 'the permission "read" is not among',
    card(permission="sample.delete"): "is not among",
    card(permission="healthy.read"): "is not among",
    card(io="disk"): 'io is "net", "db" or "none"',
    card(size="XL"): 'size is "S", "M" or "L"',
    card(cache_for=-1): "cache_for is at least 0",
    card(refresh=4): "refresh at least 5",
    card(shared=True): "need cache_for",
    card(exclusive=True): "need cache_for",
    'schedules = Schedule("sweep", "samples.sample.tasks.sweep", every=10)': "schedules must be a tuple of Schedule",
    'schedules = (Schedule("Sweep", "samples.sample.tasks.sweep", every=10),)': "a name is 1 to 40 of a-z",
    'schedules = (Schedule("sweep", "samples.sample.tasks.sweep", every=10),) * 2': "is declared twice",
    'schedules = (Schedule("sweep", "os.abort", every=10),)': "name things of the plugin itself",
    'schedules = (Schedule("sweep", "samples.sample.tasks.sweep", every="time.time"),)': "things of the plugin itself",
    'schedules = (Schedule("sweep", "samples.sample.tasks.sweep", every=9),)': "at least 10",
    'schedules = (Schedule("sweep", "samples.sample.tasks.sweep", every=1e9),)': "a whole number of seconds",
    'nav = Link("Sample", "sample:index")': "nav must be a tuple of Link",
    'nav = (Link("Sample", "index"),)': 'must begin with "sample:"',
    'nav = (Link("Sample", "admin:index"),)': 'must begin with "sample:"',
    'nav = (Link("Sample", "sample:index", slot="home:top"),)': 'there is no slot "home:top"',
    'slots = ("sample:top",)': "slots must be a tuple of Slot",
    'slots = (Slot("top"),)': "must be named",
    'slots = (Slot("sample:"),)': "must be named",
    'slots = (Slot("home:bottom"),)': "must be named",
    'slots = (Slot("samples:top"),)': "must be named",
    'slots = (Slot("sample:a"), Slot("sample:a"))': "declared twice",
    'csp = {"default-src": ("https://a.example",)}': "may widen",
    'csp = {"img-src": "https://a.example"}': "must be a tuple of hosts",
    'csp = {"img-src": ("*",)}': "is not an https host",
    'csp = {"img-src": ("http://a.example",)}': "is not an https host",
    'csp = {"img-src": ("https://a.example; script-src *",)}': "is not an https host",
    'csp = ("img-src",)': "csp must be a mapping",
    "config_model = {'path': str}": "pydantic model class",
    "config_model = int": "pydantic model class",
    "def import_models(self): pass": "belongs to the host",
    "create = classmethod(lambda cls, entry: cls)": "belongs to the host",
    "required = 'yes'": "required must be True or False",
}


@pytest.mark.parametrize("declarations", BAD)
def test_what_breaks_the_contract_is_refused(write: WRITE, failures: dict[str, Failure], declarations: str) -> None:
    assert loader.load([*HOST, write(declarations)], host=HOST) == [*HOST, "portal"]
    assert failures["sample"].door == "apps"
    assert BAD[declarations] in failures["sample"].message


FILES = {
    "templates/base.html": "templates/base.html lies outside",
    "templates/samples/x.html": "lies outside",
    "templates/admin/login.html": "lies outside",
    "templates/sample.html": "lies outside",
    "static/x.css": "lies outside",
    "static/foyer/foyer.css": "lies outside",
    "static/sample/a b.css": "rename it",
}


@pytest.mark.parametrize("path", FILES)
def test_a_file_outside_the_plugins_own_folders_is_refused(
    write: WRITE, failures: dict[str, Failure], path: str
) -> None:
    assert loader.load([*HOST, write(**{path: "x"})], host=HOST) == [*HOST, "portal"]
    assert failures["sample"].door == "files"
    assert FILES[path] in failures["sample"].message


def test_a_link_to_a_file_elsewhere_is_refused(write: WRITE, failures: dict[str, Failure], tmp_path: Path) -> None:
    package = write(**{"templates/sample/one.html": "x"})
    (tmp_path / "samples/sample/templates/sample/two.html").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("a secret", encoding="utf-8")
    loader.load([*HOST, package], host=HOST)
    assert "is a link that leaves the plugin's folder" in failures["sample"].message


def test_the_only_plugin_in_the_package_is_found_by_its_package_or_its_class(
    write: WRITE, failures: dict[str, Failure]
) -> None:
    package = write()
    assert loader.load([*HOST, f"{package}.apps.Sample"], host=HOST) == [*HOST, f"{package}.apps.Sample", "portal"]
    assert failures == {}


def test_a_plugin_that_is_listed_twice_is_loaded_once(write: WRITE, failures: dict[str, Failure]) -> None:
    package = write()
    assert loader.load([*HOST, package, package], host=HOST) == [*HOST, package, "portal"]
    assert "already taken" in failures[package].message


def test_the_second_claim_on_a_label_fails_and_the_first_stays(write: WRITE, failures: dict[str, Failure]) -> None:
    first, second = write(), write(package="samples.other.sample")
    assert loader.load([*HOST, first, second], host=HOST) == [*HOST, first, "portal"]
    assert set(failures) == {"samples.other.sample"}


def test_the_label_of_a_plugin_that_failed_is_not_free(write: WRITE, failures: dict[str, Failure]) -> None:
    first, second = write("version = ''"), write(package="samples.other.sample")
    assert loader.load([*HOST, first, second], host=HOST) == [*HOST, "portal"]
    assert set(failures) == {"sample", "samples.other.sample"}
    assert "already taken" in failures["samples.other.sample"].message


PLAIN = '''
from django.apps import AppConfig


class Plain(AppConfig):
    """An app that is no plugin."""

    name = "{package}"
    {declarations}
'''


def test_an_app_that_is_no_plugin_is_left_to_django(write: WRITE, failures: dict[str, Failure]) -> None:
    package = write(apps=PLAIN)
    assert loader.load([*HOST, package], host=HOST) == [*HOST, package, "portal"]
    assert failures == {}


def test_an_app_that_is_no_plugin_can_not_take_a_label_either(write: WRITE, failures: dict[str, Failure]) -> None:
    package = write('label = "auth"', apps=PLAIN)
    assert loader.load([*HOST, package], host=HOST) == [*HOST, "portal"]
    assert "already taken" in failures["sample"].message


@pytest.mark.parametrize("entry", ["nowhere.at.all", "", ".", "os", "samples.sample.apps.Nothing"])
def test_an_entry_that_leads_nowhere_is_quarantined(write: WRITE, failures: dict[str, Failure], entry: str) -> None:
    write()
    assert "portal" in loader.load([*HOST, entry], host=HOST)


def test_an_app_of_the_host_that_is_broken_fails_hard() -> None:
    with pytest.raises(ImportError):
        loader.load(["nowhere.at.all"], host=["nowhere.at.all"])


def test_an_empty_list_is_safe_mode(failures: dict[str, Failure]) -> None:
    assert loader.load(HOST, host=HOST) == [*HOST, "portal"]


def test_strict_mode_stops_at_the_first_failure_and_names_it(write: WRITE, failures: dict[str, Failure]) -> None:
    with pytest.raises(PluginFailed, match=r"Plugin sample \(samples.sample\) failed at apps: version is ''"):
        loader.load([*HOST, write("version = ''")], host=HOST, strict=True)


def test_a_failure_keeps_door_reason_time_and_traceback(write: WRITE, failures: dict[str, Failure]) -> None:
    loader.load([*HOST, write("1 / 0")], host=HOST)
    failure = failures["sample"]
    assert (failure.name, failure.door) == ("samples.sample", "apps")
    assert failure.message == "ZeroDivisionError: division by zero"
    assert "samples/sample/apps.py" in failure.traceback
    assert failure.at.tzinfo is not None


def test_the_person_at_the_keyboard_can_stop_it(write: WRITE, failures: dict[str, Failure]) -> None:
    with pytest.raises(KeyboardInterrupt):
        loader.load([*HOST, write("raise KeyboardInterrupt")], host=HOST)
