"""The plugin that ``startplugin`` writes works as it is: page, card, API, its own tests, nothing to mend."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.contract.conftest import ROOT

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a plugin into a folder that only this test knows, and return the folder."""
    folder = tmp_path_factory.mktemp("code") / "acme"
    folder.mkdir()
    out = StringIO()
    call_command("startplugin", "front_desk", directory=str(folder), stdout=out)
    assert 'Add "acme.front_desk" to INSTALLED_APPS' in out.getvalue()
    return folder / "front_desk"


@pytest.fixture(scope="module")
def run(package: Path, prepared: Path, tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """Return a function that runs Python with only that plugin installed, and returns the finished process."""
    var = tmp_path_factory.mktemp("var")
    shutil.copytree(prepared, var, dirs_exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {
        "FOYER_PLUGINS": "acme.front_desk",
        "FOYER_VAR_DIR": str(var),
        "FOYER_STRICT_PLUGINS": "1",
        "PYTHONPATH": str(package.parents[1]),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )

    return python


def test_it_has_nothing_to_mend(run) -> None:  # type: ignore[no-untyped-def]
    done = run("manage.py", "plugins", "check", "front_desk")
    assert (done.returncode, done.stdout) == (0, "front_desk: nothing to mend.\n"), done.stderr


def test_its_own_tests_pass(run, package: Path) -> None:  # type: ignore[no-untyped-def]
    done = run("-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "--ds=config.settings", str(package))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


def test_its_page_its_card_and_its_api_answer(run) -> None:  # type: ignore[no-untyped-def]
    urls = ("/front_desk/", "/cards/front_desk/greeting/", "/api/front_desk/greeting", "/api/front_desk/manifest.json")
    done = run("-m", "tests.contract.driver", "--strict", *urls)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["strict"] == ""
    assert {url: report["bob"][url]["status"] for url in urls} == dict.fromkeys(urls, 200)
    home = report["bob"]["/"]["body"]
    assert 'id="card-front_desk.greeting"' in home
    assert "Hello, Bob." in home
    assert 'href="/front_desk/"' in home
    assert report["makemigrations"]["code"] == 0


def test_its_code_is_formatted_and_without_findings(package: Path) -> None:
    configuration = ("--config", str(ROOT / "pyproject.toml"))
    for command in (("check",), ("format", "--check")):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *configuration, "--no-cache", str(package)],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["Front", "front-desk", "9to5", "", "admin", "cards", "healthy", "x" * 41])
def test_a_name_that_can_not_be_a_label_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("startplugin", name, directory=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_exists_is_left_alone(package: Path) -> None:
    with pytest.raises(CommandError, match="exists already"):
        call_command("startplugin", "front_desk", directory=str(package.parent))
