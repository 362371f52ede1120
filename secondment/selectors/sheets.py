"""What the papers of appraisal say, as plain data for their templates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from secondment.choices import Membership, Side, SideState
from secondment.models import Appraisal, AppraisalRound, Person, Replacement
from secondment.rules.appraisal import calculation, grade_word, show
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.identity import mask_id_number

HIDDEN = "＊＊＊＊"
POLITICAL = {
    Membership.PARTY.value: "中共党员",
    Membership.LEAGUE.value: "共青团员",
    Membership.NONE.value: "群众",
}


def sex_of(person: Person) -> str:
    """Return 男 or 女 as the identity number says it."""
    digit = person.id_number[16:17]
    return "" if not digit.isdigit() else "男" if int(digit) % 2 else "女"


def head_of(person: Person, *, whole: bool = False) -> dict[str, str]:
    """Return name, sex, birth and politics of a person; birth hidden unless ``whole``."""
    return {
        "name": person.name,
        "sex": sex_of(person),
        "born": f"{person.born_on.year}年{person.born_on.month}月" if whole else HIDDEN,
        "political": POLITICAL[person.membership],
    }


def identity_of(person: Person, *, whole: bool = False) -> dict[str, str]:
    """Return the same with the identity number, which is masked unless ``whole``."""
    number = person.id_number if whole else mask_id_number(person.id_number)
    return {**head_of(person, whole=whole), "number": number}


def cap_words(form: Appraisal) -> str:
    """Return by which request a grade is capped, "" where it is not."""
    if form.cap is None:
        return ""
    completed = chinese_date(form.cap.completed_on) if form.cap.completed_on else ""
    return (
        f"{_demanded(form.cap)}，{completed}替换完成，限制计入{form.round.year}年，"
        f"当年考核不得评为{grade_word('competent', form.track)}及以上等次。"
    )


def pending_words(form: Appraisal) -> str:
    """Return why a grade is 待定, "" where it is not."""
    if form.pends_on is None:
        return ""
    return f"{_demanded(form.pends_on)}，{form.pends_on.get_state_display()}，替换完成、街道撤回或部门说明不予替换前，等次待定。"


def _demanded(row: Replacement) -> str:
    day = chinese_date(row.requested_on) if row.requested_on else ""
    return f"{row.street}{day}以“不服从街道管理”提出替换要求"


def form_data(form: Appraisal) -> dict[str, Any]:
    """Return the data of a 年度考核登记表 as plain JSON. The form's round, parties and cap are at hand.

    It is what is kept: birth is hidden in it, and stands on the paper alone.
    """
    sides = {row.side: row for row in form.sides.all()}
    shares = form.round.shares
    tables: list[dict[str, Any]] = []
    for side, share in zip((Side.STREET, Side.DEPARTMENT), shares, strict=True):
        row = sides[side]
        scores = {score.item_id: score.score for score in row.scores.all()}
        items = [item for item in form.round.scheme.items.all() if item.side == side]
        tables.append(
            {
                "label": str(side.label),
                "organization": str(row.organization),
                "share": share,
                "rows": [[item.name, _points(item.points), show(scores.get(item.pk))] for item in items],
                "score": show(row.score),
                "comment": row.comment,
                "signer": row.signed_by.name if row.state == SideState.SIGNED and row.signed_by else "",
                "signed_on": chinese_date(clock.local_date(row.signed_at)) if row.signed_at else "",
            }
        )
    most = max(len(table["rows"]) for table in tables)
    for table in tables:
        # Both tables end on one line, however many items each has.
        table["rows"] += [["", "", ""]] * (most - len(table["rows"]))
    street, department = sides[Side.STREET], sides[Side.DEPARTMENT]
    return {
        "year": form.round.year,
        "version": form.version,
        "cause": form.cause,
        "person": head_of(form.person),
        "track": form.get_track_display(),
        "post": form.post,
        "department": str(form.organization),
        "street": str(form.street),
        "period": f"{chinese_date(form.serves_from)}至{chinese_date(form.serves_until)}",
        "other_streets": form.other_streets,
        "tables": tables,
        "calculation": calculation(street.score, department.score, shares),
        "grade": grade_word(form.grade, form.track),
        "cap": cap_words(form),
        "pending": pending_words(form),
        "lowered": form.lowered_reason,
        "scheme": str(form.round.scheme),
        "final": form.locked_at is not None,
        "day": chinese_date(clock.local_date(form.locked_at)) if form.locked_at else "",
    }


def _points(points: int) -> str:
    return show(points).removesuffix("00").removesuffix(".") if points % 100 == 0 else show(points)


def results_data(round_: AppraisalRound, forms: Iterable[Appraisal]) -> dict[str, Any]:
    """Return the data of the list of results: landscape, with a row to sign."""
    rows = []
    for place, form in enumerate(forms, 1):
        sides = {row.side: row for row in form.sides.all()}
        remarks = [
            words
            for words in (
                "因不服从街道管理被替换，等次受限" if form.cap_id else "",
                "替换要求未决，等次待定" if form.pends_on_id else "",
                f"组织部门下调：{form.lowered_reason.rstrip('。')}" if form.lowered_reason else "",
                f"更正（第{form.version}版）" if form.version > 1 else "",
            )
            if words
        ]
        rows.append(
            [
                {"text": str(place), "align": "centre"},
                form.person.name,
                str(form.organization),
                str(form.street),
                form.get_track_display(),
                {"text": show(sides[Side.STREET].score), "align": "right"},
                {"text": show(sides[Side.DEPARTMENT].score), "align": "right"},
                {"text": show(form.total), "align": "right"},
                {"text": grade_word(form.grade, form.track), "align": "centre"},
                "；".join(remarks),
            ]
        )
    return {
        "title": "",
        "table": {
            "wide": True,
            "small": True,
            "title": f"{round_.year}年度下沉人员考核结果",
            "columns": [
                {"label": "序号", "width": "5%"},
                {"label": "姓名", "width": "8%"},
                {"label": "派出部门", "width": "17%"},
                {"label": "下沉街道", "width": "10%"},
                {"label": "编制", "width": "9%"},
                {"label": f"街道评分（{round_.street_share}%）", "width": "9%"},
                {"label": f"部门评分（{round_.department_share}%）", "width": "9%"},
                {"label": "综合得分", "width": "9%"},
                {"label": "等次", "width": "11%"},
                {"label": "备注", "width": "13%"},
            ],
            "rows": rows,
            "fill_in": ["组织部门（盖章）", "人社部门（盖章）", "审核人", "日期"],
        },
        "note": f"依据{round_.scheme}，街道和派出部门评分按 {round_.street_share}:{round_.department_share} 加权。",
    }
