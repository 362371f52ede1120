"""manage.py verify_document FILE [--json]: say whether a file is valid, incomplete, superseded, altered or invalid."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from xianan.core import clock
from xianan.documents.choices import Verdict
from xianan.documents.registry import state_of
from xianan.documents.verification import Verification, verify

EXIT = {
    Verdict.VALID: 0,
    Verdict.ALTERED: 1,
    Verdict.INVALID: 2,
    Verdict.INCOMPLETE: 3,
    Verdict.SUPERSEDED: 4,
}


class Command(BaseCommand):
    help = "核验文书：有效 0，签署后被改动 1，无效 2，未签齐 3，已有新版 4（退出码）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="PDF 文件")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = verify(Path(options["file"]).read_bytes())
            note = ""
        except OSError as error:
            result = Verification(verdict=Verdict.INVALID)
            note = f"文件读不出来：{error.strerror}"
        if options["json"]:
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False))
        else:
            self._tell(result, note)
        sys.exit(EXIT[result.verdict])

    def _tell(self, result: Verification, note: str) -> None:
        self.stdout.write(f"结论：{result.verdict.label}")
        if note:
            self.stdout.write(note)
        if result.document is not None:
            self.stdout.write(f"文书：{result.document}")
            state = state_of(result.document)
            if state is not None:
                self.stdout.write(f"目前状态：{state[0]}")
        for fact in result.signatures:
            at = fact.signed_at.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M:%S") if fact.signed_at else ""
            self.stdout.write(
                " ".join(part for part in ("签署：", fact.organization, fact.signer, at) if part)
            )
        waits = result.verdict is Verdict.INCOMPLETE
        for party in result.missing:
            self.stdout.write(
                f"{'尚未签署' if waits else '这一版未签署'}：{party.label} {party.organization}"
            )
        if result.newer is not None:
            since = f" {result.newer.on.isoformat()}" if result.newer.on else ""
            self.stdout.write(f"新版：{result.newer.words}{since}")
