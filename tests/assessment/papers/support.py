"""A snapshot without a database: two groups, three streets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from assessment.rules.results import revised
from assessment.snapshot import (
    CellLine,
    EventLine,
    GivenLine,
    GroupLine,
    IndicatorLine,
    LeaderLine,
    Snapshot,
    StreetLine,
)

NAMES = ("温泉街道", "浮山街道", "永安街道")


def indicator(key: int, code: str, name: str, points: int) -> IndicatorLine:
    return IndicatorLine(key, code, name, "normal", points, "缺一项扣 1 分", "deductions", 0, False)


GROUPS = [
    GroupLine("组织领导体系", 60_00, [indicator(1, "1.1", "专题研究", 60_00)]),
    GroupLine("赋权承接工作", 40_00, [indicator(2, "2.1", "执法规范", 40_00)]),
]


def cell(key: int, full: int, taken: Sequence[tuple[int, int, str]] = (), note: str = "") -> CellLine:
    events = [EventLine(n, amount, times, cause, "案卷") for n, (amount, times, cause) in enumerate(taken, 1)]
    points = full - sum(event.taken for event in events)
    given = GivenLine("王×", "区司法局", False, None, points, note, "", False, events)
    return CellLine(key, points, points, full, False, True, None, [given], events, None, "")


def snapshot(
    lost: Sequence[Sequence[tuple[int, int, str]]] = ((), (), ()), year: int = 2026, **more
) -> Snapshot:
    """A published result; ``lost`` are the events of 2.1 by street."""
    names = more.pop("names", NAMES)
    lines = [
        StreetLine(n, name, [], 0, 0, 0, 0, 0, False, 0, [cell(1, 60_00), cell(2, 40_00, taken)])
        for n, (name, taken) in enumerate(zip(names, lost, strict=True), 1)
    ]
    base = Snapshot(
        district="咸安区", year=year, title=f"{year}年度考核", version=1, cause="",
        published_on=dt.date(year + 1, 1, 20), measured_on=dt.date(year, 12, 20),
        policy_title="深化街道管理体制改革工作考核办法", policy_reference="咸办发〔2026〕5号", policy_ground="",
        scheme_title="细则", consolidation="mean", bonus_cap=0, penalty_cap=0, evaluation_points=5,
        leaders=[LeaderLine("陈××", "区政府常务副区长", True)], team=["王×（区司法局）", "吴×（区委编办）"],
        groups=GROUPS, streets=lines, ties=[], corrections=[], objections=[],
    )  # fmt: skip
    made = revised(base, corrections=[], decisions=more.pop("decisions", []), objections=[])
    return replace(made, **more)
