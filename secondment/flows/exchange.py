"""The state machines of upward study and guidance: one a side (P10)."""

from __future__ import annotations

from secondment.choices import ExchangeState as E
from secondment.models import Exchange
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.flow import Flow, Other, Step, by

RIGHT = "register_exchange"
_SENT = (Other("代表派出单位登记或填报", by("registered_by", "reported_by")),)
_RECEIVED = (Other("代表接收单位确认或评价", by("confirmed_by", "evaluated_by")),)


def _not_before_start(row: Exchange) -> str:
    if row.confirmed_on is not None:
        return f"{chinese_date(row.confirmed_on)}已确认到岗。"
    return "" if clock.today() >= row.starts_on else f"{chinese_date(row.starts_on)}起方可确认到岗。"


def _is_over(row: Exchange) -> str:
    return "" if clock.today() >= row.ends_on else f"{chinese_date(row.ends_on)}结束，届时方可办理。"


SENDER = Flow(
    "上派下挂",
    (
        Step("edit", "修改登记", (E.PLANNED,), E.PLANNED, RIGHT, others=_RECEIVED),
        Step("cancel", "取消安排", (E.PLANNED,), E.CANCELLED, RIGHT, reason=True, others=_RECEIVED),
        Step("report", "填报总结", (E.PLANNED,), E.REPORTED, RIGHT, guards=(_is_over,), others=_RECEIVED),
    ),
    E,
    owner="sender",
)
RECEIVER = Flow(
    "上派下挂",
    (
        Step(
            "confirm", "确认到岗", (E.PLANNED,), E.PLANNED, RIGHT, guards=(_not_before_start,), others=_SENT
        ),
        Step(
            "evaluate",
            "填写评价",
            (E.PLANNED, E.REPORTED),
            E.PLANNED,
            RIGHT,
            guards=(_is_over,),
            others=_SENT,
        ),
    ),
    E,
    owner="receiver",
)
