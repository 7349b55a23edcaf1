"""Prints how far Foyer and Backstage agree on the files of a corpus: ``python -m conformance DIR``.

Ends with status 1 when they differ in a way that has no known reason.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django


def main(folder: Path) -> int:
    """Print the agreement and each difference."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from conformance.corpus import ASPECTS, compare

    if not (folder / "oracle.jsonl").is_file():
        print(f"There is no {folder}/oracle.jsonl: name a folder with Backstage's verdicts, CORPUS=DIR.")
        return 2
    found = compare(folder)
    print(f"{found.documents} documents\n")
    for title, counts in (
        ("aspect", {name: found.aspects[name] for name in ASPECTS if name in found.aspects}),
        ("stage in Backstage", found.stages),
    ):
        print(f"{title:<20} {'same':>6} {'of':>6}")
        for name, (same, of) in counts.items():
            print(f"{name:<20} {same:>6} {of:>6}  {100 * same / of:.1f} %")
        print()
    for one in found.differences:
        print(f"{one.place}: {one.aspect}\n  Foyer:     {one.foyer}\n  Backstage: {one.backstage}")
        print(f"  Because:   {one.reason or 'not known'}")
    unknown = sum(not one.reason for one in found.differences)
    print(f"{len(found.differences)} differences, {unknown} without a known reason.")
    return 1 if unknown else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the folder of the corpus: make conformance CORPUS=DIR")
    sys.exit(main(Path(sys.argv[1])))
