"""manage.py check_filing FILE --department NAME [--json]: every fault of a department's workbook, by cell."""

from __future__ import annotations

import difflib
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from empowerment.imports import FilingImport
from empowerment.models import Filing
from empowerment.selectors.comparison import newest_draft
from empowerment.workbook.report import report_json
from xianan.core.errors import DomainError
from xianan.core.spreadsheet import key
from xianan.imports.report import Fault, Report
from xianan.organizations.models import Organization, active

CLEAN, FAULTY, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "核对部门的申报工作簿：没有错误 0，有错误或有行可能漏读 1，不能读取 2（退出码）；只读，不写入任何数据"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="工作簿（.xlsx、.xls 或 .csv）")
        parser.add_argument("--department", required=True, help="申报部门的名称、全称、简称或别名")
        parser.add_argument("--district", default="", help="行政区划代码；几个区有同名部门时需要")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            path = Path(options["file"])
            data = path.read_bytes()
            department = find_department(options["department"], options["district"])
            report = check_workbook(data, path.name, department)
        except OSError as error:
            self._refuse("no_file", f"文件读不出来：{error.strerror}。", as_json=options["json"])
        except DomainError as error:
            self._refuse(error.code, error.message, as_json=options["json"])
        except DatabaseError:
            self._refuse(
                "no_database", "数据库尚未建立或不能使用，请先运行 bin/serve。", as_json=options["json"]
            )
        else:
            if options["json"]:
                self.stdout.write(json.dumps(report_json(report), ensure_ascii=False))
            else:
                self._tell(report)
            sys.exit(FAULTY if report.errors or report.unsure else CLEAN)

    def _refuse(self, code: str, message: str, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"unreadable": message, "code": code}, ensure_ascii=False))
        else:
            self.stderr.write(message)
        sys.exit(UNREADABLE)

    def _tell(self, report: Report) -> None:
        self.stdout.write(
            f"工作表“{report.sheet}”，表头在第 {report.header_row} 行；数据 {report.rows} 行：新增 {report.new}，"
            f"变更 {report.changed}，无变化 {report.unchanged}，错误 {report.faulty}"
        )
        for ignored in report.ignored:
            self.stdout.write(f"忽略第 {ignored.row} 行（{ignored.reason}）：{ignored.text}")
        for word, faults in (("错误", report.errors), ("提醒", report.warnings)):
            for fault in faults:
                self.stdout.write(f"{word} {_line(fault)}")


def check_workbook(data: bytes, filename: str, department: Organization) -> Report:
    """Hold a workbook against the department's newest draft and the list. Raises UnreadableWorkbook.

    Rows that differ only in another department are left to the upload, where they would meet in one filing.
    """
    kind = FilingImport()
    draft = newest_draft(department) or Filing(district=department.district, organization=department)
    table = kind.read(data, filename, draft)
    return kind.checker(table, draft).report(kind.existing(draft))


def _line(fault: Fault) -> str:
    return f"{fault.cell} {fault.column}“{fault.value or '（空）'}”：{fault.message}"


def find_department(name: str, district: str = "") -> Organization:
    """Return the active department of this name, full name, short name or alias.

    Errors: unknown_department (the sentence lists names that are near), several_districts.
    """
    wanted = key(name)
    rows = Organization.objects.filter(active(), empowering=True).select_related("district")
    if district:
        rows = rows.filter(district__code=district)
    known = list(rows)
    by_name = [o for o in known if key(o.name) == wanted]
    found = by_name or [o for o in known if wanted in map(key, (o.full_name, o.short_name, *o.aliases))]
    if wanted and len(found) == 1:
        return found[0]
    if wanted and found:
        places = "、".join(f"{o.district.short_name}（{o.district.code}）" for o in found)
        raise DomainError("several_districts", f"{places}都有“{name}”，请用 --district 写明行政区划代码。")
    if not known:
        raise DomainError("unknown_department", "平台里还没有赋权部门，请先运行 bin/serve 建立机构。")
    names_near = difflib.get_close_matches(name, [o.name for o in known], 5, 0.4) or [o.name for o in known]
    raise DomainError(
        "unknown_department", f"没有叫“{name}”的赋权部门。名称相近的有：{'、'.join(names_near[:20])}。"
    )
