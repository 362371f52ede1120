"""The official papers of a result, put together from data alone (P40).

Pure: the same snapshot gives the same words. What people edit comes in as ``words``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xianan.core.dates import chinese_date

from ..choices import PaperKind
from ..snapshot import Snapshot, StreetLine
from .costs import lost
from .paper_blocks import (
    Block,
    ProblemRow,
    cells_table,
    centre,
    chart,
    group_chart,
    heading,
    paragraphs,
    problems_table,
    right,
    total_chart,
    totals_table,
)
from .paper_words import (
    FEW,
    cause_words,
    comparison_lines,
    ground,
    none_due_lines,
    place_words,
    problem_lines,
    ranking_lines,
    tie_lines,
)
from .points import short_points, show_points
from .scoring import FULL, half_up

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Material:
    """What a paper is written from beside the snapshot: last year's, problems, titles of practices."""

    previous: Snapshot | None = None
    problems: Sequence[ProblemRow] = ()
    practices: Sequence[tuple[str, str]] = ()
    closed: int = 0


# ---- The papers ------------------------------------------------------------------------------------------


def blocks(
    kind: str, snapshot: Snapshot, material: Material, words: Words, *, street: int = 0
) -> list[Block]:
    """Return the blocks of a paper. Raises KeyError for a street that was not assessed."""
    if kind == PaperKind.STREET:
        return _street(snapshot, material, words, snapshot.street(street))
    return {
        PaperKind.NOTICE: _notice,
        PaperKind.ANNUAL: _annual,
        PaperKind.TABLE: _table,
        PaperKind.FILING: _filing,
        PaperKind.PROBLEMS: _problems,
    }[PaperKind(kind)](snapshot, material, words)


def _results(snapshot: Snapshot) -> list[Block]:
    return paragraphs([*ranking_lines(snapshot), *tie_lines(snapshot)])


def _practice(material: Material) -> list[Block]:
    if not material.practices:
        return paragraphs(
            ["各街道主动承接、规范运行赋权事项，在组织领导、队伍建设和便民服务等方面积累了做法。"]
        )
    return paragraphs(f"{street}：{title}。" for street, title in material.practices)


def _found(snapshot: Snapshot) -> list[Block]:
    return paragraphs(problem_lines(snapshot) or ["考核没有发现扣分问题。"])


def _notice(snapshot: Snapshot, material: Material, words: Words) -> list[Block]:
    opening = (
        f"{ground(snapshot)}，考核工作领导小组组织考核组对{len(snapshot.streets)}个街道"
        f"{snapshot.year}年度街道管理体制改革工作进行了考核。现将结果通报如下。"
    )
    return [
        *paragraphs([opening]),
        heading(1, "考核结果"),
        *_results(snapshot),
        heading(2, "主要做法"),
        *_practice(material),
        heading(3, "存在问题"),
        *_found(snapshot),
        heading(4, "下一步工作要求"),
        *paragraphs(words.get("demands", "").splitlines()),
        {"kind": "annex", "lines": ["考核得分表"]},
    ]


def notice_annex(snapshot: Snapshot) -> list[Block]:
    """Return what is attached to the notice: the table of totals."""
    return [totals_table(snapshot, wide=True, title="考核得分表")]


def _annual(snapshot: Snapshot, material: Material, words: Words) -> list[Block]:
    number = len(snapshot.streets)
    mean = half_up(sum(row.total for row in snapshot.streets), number) if number else 0
    first, last = snapshot.ranked[0], snapshot.ranked[-1]
    overall = (
        f"{number}个街道平均得分{show_points(mean)}分，最高{show_points(first.total)}分（{first.name}），"
        f"最低{show_points(last.total)}分（{last.name}）。"
    )
    closed = (
        f"已列入整改清单{len(material.problems)}个问题，其中{material.closed}个已验收销号。"
        if material.problems
        else "扣分问题将列入整改清单，逐项整改销号。"
    )
    return [
        heading(1, "考核工作组织情况"),
        *paragraphs([f"{ground(snapshot)}开展考核。", *words.get("opening", "").splitlines()]),
        heading(2, "考核结果"),
        *paragraphs([overall, *(ranking_lines(snapshot) if number <= FEW else []), *tie_lines(snapshot)]),
        *paragraphs(none_due_lines(snapshot, snapshot.streets)),
        totals_table(snapshot),
        chart(total_chart(snapshot, material.previous), "图1　各街道总分（分）"),
        chart(group_chart(snapshot), "图2　各考评项目得分率（%）"),
        heading(3, "与上一年度比较"),
        *paragraphs(comparison_lines(snapshot, material.previous)),
        heading(4, "主要做法"),
        *_practice(material),
        heading(5, "存在问题"),
        *_found(snapshot),
        heading(6, "整改情况"),
        *paragraphs([closed]),
        heading(7, "下一步工作打算"),
        *paragraphs(words.get("demands", "").splitlines()),
        {"kind": "annex", "lines": ["考核得分表", "问题整改清单"] if material.problems else ["考核得分表"]},
    ]


def annual_annexes(snapshot: Snapshot, material: Material) -> list[Block]:
    """Return what is attached to the report of the year."""
    found = _table(snapshot, material, {})
    if material.problems:
        found.append(problems_table(material.problems, title="问题整改清单"))
    return found


def _street(snapshot: Snapshot, material: Material, words: Words, line: StreetLine) -> list[Block]:
    losses = []
    for row in snapshot.indicators:
        cell = line.cell(row.id)
        if lost(row, cell):
            losses.append(
                [
                    f"{row.code} {row.name}",
                    centre(short_points(row.points)),
                    right(show_points(cell.points)),
                    cause_words(row, cell),
                ]
            )
    own = [
        f"{snapshot.indicator(row.indicator_id).code} {snapshot.indicator(row.indicator_id).name}："
        + {"upheld": "维持原分", "corrected": "予以更正"}.get(row.state, "待答复")
        + (f"。答复：{row.answer.rstrip('。')}。" if row.answer else "。")
        for row in snapshot.objections
        if row.street_id == line.id
    ]
    problems = [row for row in material.problems if row.street == line.name]
    found = [
        *paragraphs(
            [
                (
                    f"{ground(snapshot)}，考核组对你街道{snapshot.year}年度街道管理体制改革工作进行了考核，"
                    "结果已经考核工作领导小组审定并公布。现将有关情况反馈如下。"
                )
            ]
        ),
        heading(1, "考核结果"),
        *paragraphs(
            [
                (
                    f"你街道得分{show_points(line.total)}分，在{len(snapshot.streets)}个街道中列{place_words(line)}，"
                    f"计入全区年度综合考评{show_points(line.evaluation)}分。"
                )
            ]
        ),
        {
            "kind": "table",
            "small": True,
            "columns": [{"label": "考评项目"}, {"label": "分值"}, {"label": "得分"}, {"label": "得分率"}],
            "rows": [
                [
                    group.name,
                    centre(short_points(group.points)),
                    right(show_points(points)),
                    right(f"{points * 100 / group.points:.1f}%" if group.points else "—"),
                ]
                for group, points in zip(snapshot.groups, line.groups, strict=True)
            ],
            "footer": ["总分", centre(short_points(FULL)), right(show_points(line.total)), ""],
        },
        *paragraphs(none_due_lines(snapshot, [line])),
        heading(2, "扣分情况"),
    ]
    if losses:
        found.append(
            {
                "kind": "table",
                "small": True,
                "columns": [
                    {"label": "考评指标", "width": "26%"},
                    {"label": "分值", "width": "9%"},
                    {"label": "得分", "width": "11%"},
                    {"label": "扣分原因"},
                ],
                "rows": losses,
            }
        )
    else:
        found += paragraphs(["各项指标均得满分。"])
    place = 3
    if own:
        found += [heading(place, "申诉处理"), *paragraphs(own)]
        place += 1
    found += [heading(place, "整改要求"), *paragraphs(words.get("demands", "").splitlines())]
    if problems:
        found.append({"kind": "annex", "lines": ["问题整改清单"]})
    return found


def street_annex(material: Material, name: str) -> list[Block]:
    """Return what is attached to a street's paper: its own list of problems, if it has one."""
    own = [row for row in material.problems if row.street == name]
    return [problems_table(own, title=f"{name}问题整改清单", with_street=False)] if own else []


def _table(snapshot: Snapshot, material: Material, words: Words) -> list[Block]:
    few = len(snapshot.streets) <= FEW
    title = f"{snapshot.year}年度考核得分表"
    if few:
        return [cells_table(snapshot, snapshot.ranked, title=title, fill_in=True)]
    found = [totals_table(snapshot, wide=True, title=title, fill_in=True)]
    ranked = snapshot.ranked
    for start in range(0, len(ranked), FEW):
        part = ranked[start : start + FEW]
        found.append(
            cells_table(
                snapshot,
                part,
                title=f"{title}（逐项，第{start + 1}至{start + len(part)}个街道）",
                fill_in=False,
            )
        )
    return found


def _filing(snapshot: Snapshot, material: Material, words: Words) -> list[Block]:
    opening = (
        f"{ground(snapshot)}，{snapshot.year}年度街道管理体制改革工作考核已经完成，现将有关情况报告如下。"
    )
    steps = (
        f"考核对象为{'、'.join(row.name for row in snapshot.streets)}。"
        if len(snapshot.streets) <= FEW
        else f"考核对象为{len(snapshot.streets)}个街道。"
    )
    chair = next((row for row in snapshot.leaders if row.is_chair), None)
    led = f"考核工作领导小组由{chair.title}{chair.name}任组长，" if chair is not None else ""
    open_to = f"得分经公示，受理申诉{len(snapshot.objections)}项，更正{len(snapshot.corrections)}项。"
    on = f"结果于{chinese_date(snapshot.published_on)}公布。" if snapshot.published_on else ""
    evaluation = "；".join(f"{row.name}{show_points(row.evaluation)}分" for row in snapshot.ranked)
    return [
        *paragraphs([opening]),
        heading(1, "考核组织"),
        *paragraphs([f"{steps}{led}考核组由{len(snapshot.team)}人组成。{open_to}{on}"]),
        heading(2, "考核结果"),
        *(_results(snapshot) if len(snapshot.streets) <= FEW else [totals_table(snapshot)]),
        heading(3, "计入全区年度综合考评"),
        *paragraphs(
            [f"按总分的{snapshot.evaluation_points}%计入，满分{snapshot.evaluation_points}分：{evaluation}。"]
        ),
        heading(4, "整改安排"),
        *paragraphs(
            [
                f"考核发现的问题已列入整改清单{len(material.problems)}项，由各街道限期整改。"
                if material.problems
                else "考核发现的问题将列入整改清单，由各街道限期整改。"
            ]
        ),
        *paragraphs(words.get("closing", "").splitlines()),
        {"kind": "annex", "lines": ["考核得分表"]},
    ]


def _problems(snapshot: Snapshot, material: Material, words: Words) -> list[Block]:
    title = f"{snapshot.year}年度考核问题整改清单"
    if not material.problems:
        return [{"kind": "heading", "text": title}, *paragraphs(["没有列入整改清单的问题。"])]
    return [problems_table(material.problems, title=title)]


def annexes(kind: str, snapshot: Snapshot, material: Material, *, street: str = "") -> list[Block]:
    """Return what comes after the signature of a paper, each part on a page of its own."""
    if kind in (PaperKind.NOTICE, PaperKind.FILING):
        return notice_annex(snapshot)
    if kind == PaperKind.ANNUAL:
        return annual_annexes(snapshot, material)
    return street_annex(material, street) if kind == PaperKind.STREET else []
