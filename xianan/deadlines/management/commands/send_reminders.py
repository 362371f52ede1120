"""Send the reminders of a day by hand: what the schedule does every morning."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from xianan.core import clock
from xianan.deadlines.registry import kind
from xianan.deadlines.rules import rung_words
from xianan.deadlines.services import mail, reminders
from xianan.organizations.models import District


class Command(BaseCommand):
    help = "Send the reminders that are due on a day and have not been sent yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on",
            metavar="DATE",
            help="the day, 2026-11-23 (today); a future one only in demonstration mode",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be sent")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        day = _day(options["on"])
        dry_run = options["dry_run"]
        if day > clock.today() and not dry_run and not settings.DEMO:
            raise CommandError("以后日期的提醒只能在演示环境发送；可加 --dry-run 查看将发送的内容。")
        sent: list[reminders.Sent] = []
        for district in District.objects.order_by("pk"):
            sent += reminders.remind(district, on=day, dry_run=dry_run).sent
            if not dry_run:
                mail.write_digests(district, on=day)
        if options["json"]:
            answer = {"date": day.isoformat(), "sent": [asdict(line) for line in sent]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for line in sent:
            self.stdout.write(
                f"{rung_words(line.rung)}　{line.organization}　{kind(line.kind).label}　{line.object}　→ {line.to}"
            )
        self.stdout.write(f"{day} {'将发送' if dry_run else '已发送'}提醒 {len(sent)} 条。")


def _day(text: str | None) -> dt.date:
    if text is None:
        return clock.today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"日期写作 2026-11-23，现为“{text}”。") from None
