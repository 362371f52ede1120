"""What an order or circular says: number, words and table of its PDF, as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from xianan.core.dates import chinese_date
from xianan.organizations.models import District
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameters, version_in_force

from ..choices import OrderKind
from ..models import Order, OrderLine

TEMPLATE = "deadlines/print/order.html"
DOCUMENT_KINDS = {OrderKind.ORDER.value: "supervision_order", OrderKind.CIRCULAR.value: "circular"}
PREFIXES = {
    OrderKind.ORDER.value: ("order_prefix", "督办"),
    OrderKind.CIRCULAR.value: ("circular_prefix", "通报"),
}
ANSWER_DAYS = 10


def document_kind(kind: str) -> str:
    """Return the kind of document, and so of its register of numbers."""
    return DOCUMENT_KINDS[kind]


def number_text(district: District, kind: str, year: int, number: int) -> str:
    """Return a number as it is printed: 咸督办〔2026〕3号. The prefix is a policy parameter."""
    key, fallback = PREFIXES[kind]
    prefix = parameters(district, DocumentKey.PLAN).get(key) or fallback
    return f"{prefix}〔{year}〕{number}号"


def answer_days(district: District) -> int:
    """Return in how many days an order is to be answered, by policy parameter."""
    return int(parameters(district, DocumentKey.PLAN).get("answer_days") or ANSWER_DAYS)


def default_title(kind: str, day: dt.date) -> str:
    """Return the title that a draft begins with."""
    if kind == OrderKind.CIRCULAR:
        return f"关于{day.year}年{day.month}月未按时间节点完成事项的通报"
    return "关于抓紧办理逾期事项的督办单"


def content(order: Order, lines: Sequence[OrderLine], *, on: dt.date) -> dict[str, Any]:
    """Return the data of the PDF as plain JSON; names and days as they stand on the day of issue."""
    version = version_in_force(order.district, DocumentKey.PLAN, on)
    return {
        "issuer": order.organization.formal_name,
        "title": order.title,
        "kind": order.get_kind_display(),
        "is_order": order.kind == OrderKind.ORDER,
        "policy": version.title if version else "",
        "addressee": f"{'、'.join(_names(lines))}：",
        "text": [part.strip() for part in order.text.splitlines() if part.strip()],
        "count": len(lines),
        "issued_on": chinese_date(on),
        "answer_by": chinese_date(order.answer_by),
        "table": {
            "small": True,
            "columns": [
                {"label": "序号", "width": "7%"},
                {"label": "责任单位", "width": "22%"},
                {"label": "未完成的事项", "width": "42%"},
                {"label": "时限", "width": "19%"},
                {"label": "逾期", "width": "10%"},
            ],
            "rows": [
                [
                    {"text": str(place), "align": "centre"},
                    str(line.organization),
                    line.matter,
                    chinese_date(line.due_on),
                    {"text": f"{line.days_overdue} 天", "align": "right"},
                ]
                for place, line in enumerate(lines, 1)
            ],
        },
    }


def _names(lines: Iterable[OrderLine]) -> list[str]:
    return list(dict.fromkeys(str(line.organization) for line in lines))
