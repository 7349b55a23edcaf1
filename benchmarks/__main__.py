"""``python -m benchmarks [NAME …] [--short]``: measure everything, or the figures that are named."""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from importlib import import_module

from benchmarks.report import table

NAMES = ("weight", "paint", "startup", "overhead", "plugins200", "search", "catalog", "hangs")


def main() -> int:
    """Print a table for each figure. Returns 1 when a measurement could not be made, whatever the figures are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what the portal promises.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; all when none is named")
    parser.add_argument("--short", action="store_true", help="fewer and shorter runs, for CI: rougher figures")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}: use {', '.join(NAMES)}")
    load, processors, broken = os.getloadavg()[0], os.cpu_count() or 1, 0
    print(f"{processors} processors, load average at the start {load:.1f}")
    if load > processors / 4:
        print("The machine is busy with other work: times of the clock say little now.")
    for name in options.names or NAMES:
        figure = import_module(f"benchmarks.{name}")
        began = time.monotonic()
        try:
            rows = figure.run(options.short)
        except Exception:  # noqa: BLE001 - one figure that can't be measured must not keep the others from it
            broken += 1
            print(f"\n{name}: could not be measured\n{traceback.format_exc()}", flush=True)
            continue
        print(f"\n{name}: {figure.TITLE}, in {time.monotonic() - began:.0f} s\n{table(rows)}", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
