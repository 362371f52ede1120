"""All measurements: run by bin/bench on a PostgreSQL and a Redis of its own."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import asdict

from bench.measure import Figure

ITEMS = 100_000
ROWS = 10_000
PARTS = ("lists", "documents", "imports", "reminders", "measures")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measures the portal; prints medians.")
    parser.add_argument("--quick", action="store_true", help="fewer runs, about two minutes")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--clone", action="store_true", help="measure bin/serve and bin/test of a fresh clone"
    )
    parser.add_argument("--only", choices=PARTS, help="one part only")
    parser.add_argument("--items", type=int, default=ITEMS, help="items on the list (100000)")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    figures = []
    group = ""
    for figure in _clone() if options.clone else _all(options):
        figures.append(figure)
        if not options.json:
            heading = "" if figure.group == group else f"\n{figure.group}\n"
            group = figure.group
            sys.stdout.write(f"{heading}{figure.line()}\n")
            sys.stdout.flush()
    machine = f"{os.cpu_count()} processors, load {load:.1f} before and {os.getloadavg()[0]:.1f} after"
    if options.json:
        found = {"machine": machine, "python": platform.python_version()}
        found["figures"] = [asdict(figure) for figure in figures]
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return
    sys.stdout.write(f"\nPython {platform.python_version()}, {machine}; medians, warm\n")


def _clone() -> Iterable[Figure]:
    from bench import clone

    return clone.measure()


def _all(options: argparse.Namespace) -> Iterable[Figure]:
    import django

    django.setup()
    from bench import district, documents, imports, lists, measures, reminders

    wanted = {options.only} if options.only else set(PARTS)
    if wanted & {"lists", "imports", "measures"}:
        place = district.build(options.items if wanted & {"lists", "imports"} else 1_000)
        if "lists" in wanted:
            yield from lists.measure(place, 7 if options.quick else 25)
        if "imports" in wanted:
            yield from imports.measure(place.clerk.pk, ROWS, 5 if options.quick else 9)
    if "measures" in wanted:
        yield from measures.measure(5 if options.quick else 15)
    if "reminders" in wanted:
        yield from reminders.measure(3 if options.quick else 7)
    if "documents" in wanted:
        yield from documents.measure(5 if options.quick else 15)


if __name__ == "__main__":
    main()
