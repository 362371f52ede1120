"""Whether each part of the portal does its work: for the page 系统状态 and for the machine that watches."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.models import Min

from xianan.celery import app
from xianan.core import clock
from xianan.documents import checks
from xianan.documents.models import Certificate
from xianan.jobs import heartbeat
from xianan.ui.text import full_date, size

# Below this a workbook of 20,000 rows with its papers may not find room.
LEAST_FREE = 512 * 1024 * 1024
SOON = 60
"""Days before its end at which a certificate is pointed out."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing looked at. `ok` decides; `warn` only colours. `advice`: what to do when it is not well."""

    key: str
    label: str
    ok: bool
    says: str
    advice: str = ""
    warn: bool = False

    @property
    def tone(self) -> str:
        return "red" if not self.ok else "amber" if self.warn else "green"

    @property
    def word(self) -> str:
        return "故障" if not self.ok else "需留意" if self.warn else "正常"


def parts() -> list[Part]:
    """Look at every part. Never raises: a part that can't be looked at is not well."""
    return [_looked(key, label, look) for key, label, look in _LOOKS]


def _looked(key: str, label: str, look: Callable[[str, str], Part]) -> Part:
    try:
        return look(key, label)
    except DatabaseFault:
        return Part(key, label, False, "数据库不可用，无法检查", "先恢复数据库")


def _database(key: str, label: str) -> Part:
    begin = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseFault:
        return Part(key, label, False, "连接不上", "检查数据库服务是否运行")
    spent = (time.perf_counter() - begin) * 1000
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return Part(key, label, True, f"{name}，应答 {spent:.0f} 毫秒")


def _broker(key: str, label: str) -> Part:
    begin = time.perf_counter()
    try:
        with app.connection_for_write(connect_timeout=2) as link:
            link.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=3)
    except Exception:
        # Each transport has faults of its own.
        return Part(key, label, False, "连接不上，后台任务已登记的不会丢失", "检查消息队列服务是否运行")
    spent = (time.perf_counter() - begin) * 1000
    name = "文件队列" if settings.DEMO else "Redis"
    return Part(key, label, True, f"{name}，应答 {spent:.0f} 毫秒")


def _sign(part: str, key: str, label: str, advice: str) -> Part:
    age = heartbeat.ages().get(part)
    if age is None:
        return Part(key, label, False, "还没有心跳", advice)
    seconds = max(0, round(age.total_seconds()))
    return Part(key, label, age <= heartbeat.SILENT, f"{_ago(seconds)}前有心跳", advice)


def _ago(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} 秒"
    if seconds < 2 * 3600:
        return f"{seconds // 60} 分钟"
    return f"{seconds // 3600} 小时"


def _worker(key: str, label: str) -> Part:
    return _sign(heartbeat.WORKER, key, label, "重启任务执行程序；已登记的任务会自动接续")


def _beat(key: str, label: str) -> Part:
    return _sign(heartbeat.BEAT, key, label, "重启定时程序；错过的任务会自动补做")


def _disk(key: str, label: str) -> Part:
    found = shutil.disk_usage(settings.VAR_DIR)
    says = f"可用 {size(found.free)}，共 {size(found.total)}"
    advice = "清理磁盘或扩容"
    return Part(key, label, found.free >= LEAST_FREE, says, advice, warn=found.free < found.total // 10)


def _fonts(key: str, label: str) -> Part:
    findings = [finding for finding in checks.health() if finding.label != "字体子集"]
    bad = [finding.message for finding in findings if not finding.ok]
    says = "；".join(bad) or "、".join(finding.label for finding in findings) + "齐全，含人名生僻字"
    return Part(key, label, not bad, says, "运行 bin/setup 安装字体")


def _harfbuzz(key: str, label: str) -> Part:
    found = next((finding for finding in checks.health() if finding.label == "字体子集"), None)
    if found is None:
        return Part(key, label, False, "未能检查", "运行 bin/setup 安装系统库")
    return Part(key, label, found.ok, found.message.rstrip("。"), "运行 bin/setup 安装系统库")


def _certificates(key: str, label: str) -> Part:
    active = Certificate.objects.filter(is_active=True)
    first: dt.datetime | None = active.aggregate(first=Min("not_after"))["first"]
    if first is None:
        return Part(key, label, True, "还没有签发，首次签署时自动签发")
    days = (clock.local_date(first) - clock.today()).days
    says = f"在用 {active.count()} 张，最早 {full_date(first)} 到期，"
    says += f"还有 {days} 天" if days >= 0 else f"已过期 {-days} 天"
    return Part(key, label, first > clock.now(), says, "为到期的单位换发证书", warn=days < SOON)


_LOOKS: tuple[tuple[str, str, Callable[[str, str], Part]], ...] = (
    ("database", "数据库", _database),
    ("broker", "消息队列", _broker),
    ("worker", "任务执行程序", _worker),
    ("beat", "定时程序", _beat),
    ("disk", "磁盘", _disk),
    ("fonts", "文书字体", _fonts),
    ("harfbuzz", "字体子集（HarfBuzz）", _harfbuzz),
    ("certificates", "签署证书", _certificates),
)
