"""Tell the demonstration story."""

import datetime as dt
import os
import shutil
import time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from demo import store
from demo.store import SEEDED
from demo.telling import tell
from xianan.core import clock
from xianan.history.models import Entry
from xianan.organizations.models import District

SWITCH = "ALLOW_DEMO_DATA"


class Command(BaseCommand):
    """Fill an empty database with the story of a district, told through the services.

    Run again for the same day it changes nothing; for another day it refuses unless --reset is given.
    """

    help = "Tells the demonstration story as it stands on a day."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--today", type=_date, default=None, metavar="DATE", help="2026-11-23; today")
        parser.add_argument(
            "--reset", action="store_true", help="delete all data and documents and tell the story anew"
        )

    def handle(self, *args: Any, today: dt.date | None, reset: bool, **options: Any) -> None:
        if not settings.DEMO and os.environ.get(SWITCH) != "1":
            raise CommandError(f"只能在演示环境载入演示数据。确要在这个数据库载入时设置环境变量 {SWITCH}=1。")
        today = today or clock.today()
        told = told_on()
        if reset:
            self._clear(told)
        elif told == today.isoformat():
            self.stdout.write(f"演示数据已按 {told} 载入，没有改动。")
            return
        elif told:
            raise CommandError(
                f"演示数据是按 {told} 载入的，没有改动。要按 {today} 重新载入，加上 --reset（现有数据将全部清除）。"
            )
        elif District.objects.exists():
            raise CommandError(
                "数据库中已有数据，但不是完整的演示数据，没有改动。要重新载入，加上 --reset（现有数据将全部清除）。"
            )
        started = time.monotonic()
        tell(today)
        self.stdout.write(f"已按 {today} 载入演示数据，用时 {time.monotonic() - started:.0f} 秒。")

    def _clear(self, told: str) -> None:
        # Outside demonstration mode the database might be a real one: only a told story is cleared there.
        if not settings.DEMO and not told and District.objects.exists():
            raise CommandError("这个数据库里的数据不是演示数据，不予清除。")
        call_command("flush", interactive=False, verbosity=0)
        for name in store.FILES:
            shutil.rmtree(settings.VAR_DIR / name, ignore_errors=True)
        self.stdout.write("已清除原有数据和文件。")


def told_on() -> str:
    """Return the day for which the story in the database was told, "" when there is none."""
    entry = Entry.objects.filter(action=SEEDED).order_by("-id").first()
    return str(entry.changes["日期"][1]) if entry else ""


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"日期应写作 2026-11-23，现为“{text}”。") from None
