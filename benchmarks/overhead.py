"""What the portal adds to a page: its pages over a bare Django view that answers with the same bytes."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from benchmarks.client import Connection
from benchmarks.compare import FULL, SHORT, Target, compare
from benchmarks.plugins import Made
from benchmarks.report import Row
from benchmarks.server import Failed, Person, Server, installation

TITLE = "Overhead of the portal's frame over a bare view with the same middleware, session, user lookup and bytes"
GOAL = 1.3
TOKEN = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken" value="[^"]*">')

PLUGINS = [
    Made(f"p{number:02}", io=("none", "db", "net")[number % 3], slot=f"home:{('left', 'main', 'right')[number % 3]}")
    for number in range(1, 13)
]


def run(short: bool) -> list[Row]:
    """Compare a page of a plugin, a page of the host and the home page with 12 cards with their bare copies."""
    with tempfile.TemporaryDirectory(prefix="foyer-benchmark-") as templates:
        site = installation(PLUGINS, settings="benchmarks.bare.settings", BENCHMARK_TEMPLATES=templates)
        with site as installed, installed.serve() as server:
            people = installed.people(4)
            rows: list[Row] = []
            for name, path, goal in (
                ("page of a plugin", "/p01/", GOAL),
                ("page of the host, theme", "/settings/theme/", GOAL),
                ("home with 12 cards", "/", None),
            ):
                copy = f"copy-{path.strip('/').replace('/', '-') or 'home'}"
                size = _save(server, people[0], path, Path(templates) / f"{copy}.html")
                found = compare(
                    Target(server, (path,), tuple(people)),
                    Target(server, (f"/bare/{copy}/",), tuple(people)),
                    SHORT if short else FULL,
                )
                rows += found.rows(f"{name}, {size / 1000:.1f} kB", "portal", "bare", goal)
    return rows


def _save(server: Server, person: Person, path: str, template: Path) -> int:
    """Keep the page as a template without tags but for the token of a form, and return its size in bytes."""
    connection = Connection(server.port)
    answer = connection.get(path, person.cookie)
    connection.close()
    if answer.status != 200:
        raise Failed(f"{path} answered {answer.status}.\n{server.end_of_log()}")
    text = answer.text()
    # A form needs its token in plain Django too.
    text = TOKEN.sub("{% endverbatim %}{% csrf_token %}{% verbatim %}", text)
    template.write_text(f"{{% verbatim %}}{text}{{% endverbatim %}}", encoding="utf-8")
    return len(answer.text().encode())
