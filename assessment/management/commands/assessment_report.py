"""manage.py assessment_report YEAR --out DIR [--district CODE] [--json]: the papers of a year's result as files."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from assessment.models import Cycle
from assessment.selectors import results
from assessment.services import papers
from xianan.core.errors import DomainError
from xianan.organizations.choices import Duty
from xianan.organizations.models import User
from xianan.organizations.selectors import holders, office


class Command(BaseCommand):
    help = "把一个年度考核结果的全套文书（PDF）和表格（xlsx）写入目录；成功 0，不能编印 1（退出码）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int, help="考核年度，如 2025")
        parser.add_argument("--out", required=True, help="写入的目录，没有时建立")
        parser.add_argument("--district", default="", help="行政区划代码；有几个区时需要")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["out"])
        try:
            cycle = find_cycle(options["year"], options["district"])
            version = results.latest(cycle)
            files = papers.write_to(cycle, folder, actor=_office_user(cycle) if version is not None else None)
        except DomainError as error:
            self._refuse(error.code, error.message, as_json=options["json"])
        except OSError as error:
            self._refuse("no_folder", f"目录 {folder} 不能写入：{error.strerror}。", as_json=options["json"])
        except DatabaseError:
            self._refuse(
                "no_database", "数据库尚未建立或不能使用，请先运行 bin/serve。", as_json=options["json"]
            )
        else:
            if options["json"]:
                said = {
                    "year": cycle.year,
                    "version": version.number if version else 0,
                    "files": [str(path) for path in files],
                }
                self.stdout.write(json.dumps(said, ensure_ascii=False))
            else:
                self.stdout.write("\n".join(str(path) for path in files))
                self.stdout.write(f"已编印 {len(files)} 个文件。")

    def _refuse(self, code: str, message: str, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"error": message, "code": code}, ensure_ascii=False))
        else:
            self.stderr.write(message)
        sys.exit(1)


def find_cycle(year: int, district: str) -> Cycle:
    """Return the cycle of a year. Errors: no_cycle, several (more than one district has one)."""
    rows = Cycle.objects.filter(year=year).select_related("district", "scheme", "policy")
    if district:
        rows = rows.filter(district__code=district)
    found = list(rows[:2])
    if not found:
        raise DomainError("no_cycle", f"没有 {year} 年度的考核。")
    if len(found) > 1:
        raise DomainError("several", "有几个区的考核，用 --district 写明行政区划代码。")
    return found[0]


def _office_user(cycle: Cycle) -> User | None:
    """Somebody of 区委编办, in whose name papers that are not there yet are written."""
    desk = office(cycle.district_id, Duty.ESTABLISHMENT)
    return holders(desk, "establishment").first() if desk is not None else None
