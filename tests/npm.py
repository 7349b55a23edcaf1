"""What tests need from npm: installed on first use, beside the package.json that names it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def install(folder: Path) -> Path:
    """Install what the lock file in ``folder`` names, unless that is done, and return the node_modules folder.

    Skips the test where npm is missing or reaches no registry.
    """
    installed = folder / "node_modules"
    stamp = installed / ".package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= (folder / "package-lock.json").stat().st_mtime:
        return installed
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed.")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"npm could not install what {folder.name}/package-lock.json names: {done.stderr[-200:]}")
    return installed
