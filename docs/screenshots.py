"""Takes the pictures in docs/images: ``python docs/screenshots.py [FOLDER]``.

Starts the portal with the demo in a folder of its own on a free port, signs in as erin, and takes each page in light
and in dark. Needs Chromium and the packages of requirements-dev.txt.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
WIDTH, HEIGHT = 1440, 900
START_SECONDS = 60
PAGES = {
    "home": "/",
    "catalog": "/catalog/",
    "entity": "/catalog/default/component/order-service/",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(folder: Path) -> None:
    """Write NAME.png and NAME-dark.png of each page into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        sys.exit(f"This needs Chromium, and none of {', '.join(BROWSERS)} is on the PATH.")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for scheme, suffix in (("light", ""), ("dark", "-dark")):
            context = browser.new_context(
                base_url=address,
                viewport={"width": WIDTH, "height": HEIGHT},
                color_scheme=scheme,  # type: ignore[arg-type]
                reduced_motion="reduce",
            )
            page = context.new_page()
            sign_in(page)
            for name, url in PAGES.items():
                take(page, url, folder / f"{name}{suffix}.png")
            context.close()
        browser.close()


@contextmanager
def demo() -> Iterator[str]:
    """Serve the demo for a block and give its address. Raises RuntimeError when it does not start."""
    with tempfile.TemporaryDirectory(prefix="foyer-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**kept, "FOYER_VAR_DIR": folder, "PORT": str(port)}
        for arguments in (["manage.py", "prepare"], ["manage.py", "collectstatic", "--noinput", "--verbosity", "0"]):
            subprocess.run(  # noqa: S603 - our own commands
                [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
            )
        server = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "-m", "config.serve"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/readyz", server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return as soon as ``url`` answers 200. Raises RuntimeError when the server ends or takes a minute."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(url, timeout=5):  # noqa: S310 - the address of our own server
                return
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError(f"{url} did not answer: start the portal with make run and look at what it says.")


def sign_in(page: Page) -> None:
    """Sign in as the engineer of the demo."""
    page.goto("/accounts/login/")
    page.fill("input[name=username]", "erin")
    page.fill("input[name=password]", "demo-erin")
    page.click("form [type=submit]")
    page.wait_for_url("/")


def take(page: Page, url: str, file: Path) -> None:
    """Take what stands in the window once late cards are in. Raises RuntimeError unless the page answers 200."""
    response = page.goto(url)
    if response is None or response.status != 200:
        raise RuntimeError(f"{url} answered {response and response.status}: the demo should have this page.")
    page.wait_for_load_state("networkidle")
    page.locator("[aria-busy=true]").first.wait_for(state="detached")
    page.screenshot(path=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
