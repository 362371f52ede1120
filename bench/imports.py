"""Check and import of 10,000 rows through the services of the filing.

``python -m bench.imports CLERK ROWS`` is one round in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import io
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import Figure

HEAD = ("序号", "事项名称", "事项类型", "设定依据", "职责边界", "权力来源层级")
STEPS = (
    "check, all rows new",
    "import, all rows new",
    "check, half of the rows changed",
    "import, half changed",
)


def measure(clerk: int, rows: int, runs: int) -> list[Figure]:
    """Return seconds and peak memory of checks and imports, each round in a new process and filing."""
    rounds: list[dict[str, Any]] = []
    for _ in range(runs):
        made = subprocess.run(
            [sys.executable, "-m", "bench.imports", str(clerk), str(rows)], capture_output=True, text=True
        )
        if made.returncode:
            raise SystemExit(made.stderr)
        rounds.append(json.loads(made.stdout.splitlines()[-1]))
    group = f"Import of {rows:,} rows"
    figures = []
    for step in STEPS:
        seconds = [found[step][0] for found in rounds]
        memory = statistics.median(found[step][1] for found in rounds)
        note = f"peak {memory:.0f} MB"
        figures.append(Figure(group, step, statistics.median(seconds), "s", min(seconds), note))
    start = statistics.median(found["start"] for found in rounds)
    figures.append(Figure(group, "the process before", start, "MB"))
    return figures


def book(rows: int, *, changed: bool = False) -> bytes:
    """Return a workbook of so many items; ``changed`` gives every second row other duties."""
    from openpyxl import Workbook

    made = Workbook(write_only=True)
    sheet = made.create_sheet("申报表")
    sheet.append(HEAD)
    for number in range(1, rows + 1):
        duties = "街道负责巡查、立案和处罚" if changed and number % 2 else "街道负责巡查；部门负责指导"
        name = f"对擅自占用第{number}号公共停车泊位的处罚"
        sheet.append([number, name, "行政处罚", f"《城市道路管理条例》第{number % 60 + 1}条", duties, "区直"])
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def one_round(clerk: int, rows: int) -> dict[str, Any]:
    """Check and import twice; return seconds and megabytes of each step."""
    import django

    django.setup()
    from empowerment.filings.steps import create_filing
    from xianan.imports.models import Upload
    from xianan.imports.services import import_upload, upload_workbook
    from xianan.jobs import runner
    from xianan.organizations.models import User

    actor = User.objects.select_related("organization", "district").get(pk=clerk)

    def check(data: bytes) -> Upload:
        return upload_workbook("filing", filing, data=data, filename="申报.xlsx", actor=actor)

    def take_in(upload: Upload) -> None:
        handed = import_upload(upload, actor=actor)
        if handed.job_id is not None and not runner.run(handed.job_id):
            raise SystemExit("the job did not end")
        state = Upload.objects.values_list("state", flat=True).get(pk=upload.pk)
        if state != "imported":
            raise SystemExit(f"the workbook is {state}")

    first, second = book(rows), book(rows, changed=True)
    filing = create_filing(organization=actor.organization, title="预热", actor=actor)
    take_in(check(book(20)))
    filing = create_filing(organization=actor.organization, title="万行导入", actor=actor)
    found: dict[str, Any] = {"start": _resident()}
    found[STEPS[0]], upload = _peak(lambda: check(first))
    found[STEPS[1]], _ = _peak(lambda: take_in(upload))
    found[STEPS[2]], upload = _peak(lambda: check(second))
    found[STEPS[3]], _ = _peak(lambda: take_in(upload))
    return found


def _peak(act: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Return ((seconds, peak megabytes of this process and the largest of its own), what the act gave)."""
    # Forgets the peak of what went before.
    Path("/proc/self/clear_refs").write_text("5")
    begin = time.perf_counter()
    given = act()
    seconds = time.perf_counter() - begin
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return (seconds, max(_status("VmHWM"), children)), given


def _resident() -> float:
    return _status("VmRSS")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    sys.stdout.write(json.dumps(one_round(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
