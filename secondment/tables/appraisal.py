"""Years, forms, rules and people as lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from secondment.choices import Grade, RoundState, Side, SideState
from secondment.models import Appraisal, AppraisalRound, Person
from secondment.rules.appraisal import grade_word, show
from secondment.selectors.appraisals import side_of
from xianan.ui import html, text
from xianan.ui.tables import Column, Day, Name, Number, State, Table, Tight

TONES = {grade.value: grade.tone for grade in Grade}


def due(day: dt.date, *, is_open: bool) -> SafeString | str:
    """A due date, with the days that are left as long as something is owed."""
    if not is_open:
        return text.full_date(day)
    left, tone = text.days_left(day)
    return html.state(f"{text.full_date(day)}，{left}", tone)


class RoundTable(Table):
    year = Name("年度", accessor="year", url="secondment:appraisal-round")
    scheme = Tight("考核细则", accessor="scheme__title", orderable=False)
    shares = Tight("占比（街道：部门）", accessor="street_share", orderable=False)
    forms = Number("登记表", accessor="forms", orderable=False)
    complete = Number("双方已评", accessor="complete", orderable=False)
    excellent = Number("优秀", accessor="excellent", orderable=False)
    due_on = Tight("评分截止")
    state = State("状态", waiting=("open",))

    def render_year(self, record: AppraisalRound) -> SafeString:
        return format_html(
            '<a href="{}">{}年度</a>', html.address("secondment:appraisal-round", record.pk), record.year
        )

    def render_scheme(self, record: AppraisalRound) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', html.address("secondment:scheme", record.scheme_id), record.scheme
        )

    def export_scheme(self, record: AppraisalRound) -> str:
        return str(record.scheme)

    def _rows(self, record: AppraisalRound, words: object, query: str) -> SafeString:
        return format_html(
            '<a href="{}{}">{}</a>', html.address("secondment:appraisal-round", record.pk), query, words
        )

    def render_forms(self, record: Any) -> SafeString:
        return self._rows(record, record.forms, "")

    def render_excellent(self, record: Any) -> SafeString:
        return self._rows(record, record.excellent, "?tab=excellent")

    def render_due_on(self, record: AppraisalRound) -> SafeString | str:
        return due(record.due_on, is_open=record.state == RoundState.OPEN)

    def export_year(self, record: AppraisalRound) -> int:
        return record.year

    def render_shares(self, record: AppraisalRound) -> str:
        return f"{record.street_share}:{record.department_share}"

    def export_shares(self, record: AppraisalRound) -> str:
        return f"{record.street_share}:{record.department_share}"

    def render_complete(self, record: Any) -> SafeString:
        return self._rows(record, f"{record.complete}/{record.forms}", "?tab=missing")

    def export_complete(self, record: Any) -> int:
        return int(record.complete)


class SchemeTable(Table):
    version = Tight("版次", accessor="version")
    title = Name("考核细则", url="secondment:scheme")
    state = State("状态", waiting=("draft", "consulting"))
    organization = Tight("制定单位", accessor="organization__name", orderable=False)
    comments = Number("意见", accessor="said", orderable=False)
    in_force_on = Day("施行日期")
    superseded_on = Day("被替代日期")

    def render_version(self, value: int) -> str:
        return f"第{value}版"


class SideColumn(Tight):
    """How far one side is, with its score where the person may see it."""

    def __init__(self, label: str, side: Side) -> None:
        super().__init__(label, accessor="pk", orderable=False)
        self.side = side

    def render(self, record: Any, value: Any) -> SafeString:
        row = side_of(record, self.side)
        if row.state == SideState.DRAFT:
            late = record.late
            return html.state(
                "逾期未完成" if late else "未完成", "red" if late else "amber", is_open=not late
            )
        score = show(row.score) if self.side in record.seen else "已提交"
        return html.state(
            score if row.state == SideState.SIGNED else f"{score} 待审定",
            "green" if row.state == SideState.SIGNED else "blue",
        )

    def export(self, record: Any, value: Any) -> Any:
        row = side_of(record, self.side)
        if row.state == SideState.DRAFT:
            return "未完成"
        return (row.score or 0) / 100 if self.side in record.seen else "已提交"


class AppraisalTable(Table):
    name = Name("姓名", accessor="person__name", order_by=("person__name",), url="secondment:appraisal")
    organization = Tight("派出部门", accessor="organization__name", order_by=("organization__display_order",))
    street = Tight("下沉街道", accessor="street__name", order_by=("street__display_order",))
    track = Tight("编制")
    post = Column("职务", hidden=True)
    period = Tight("当年下沉起止", accessor="serves_from", hidden=True)
    other_streets = Column("当年还曾下沉", hidden=True, orderable=False)
    street_score = SideColumn("街道评分", Side.STREET)
    department_score = SideColumn("部门评分", Side.DEPARTMENT)
    total = Number("综合得分", accessor="total")
    grade = Tight("等次", accessor="grade")
    remarks = Tight("备注", accessor="pk", orderable=False)

    def row_label(self, record: Appraisal) -> str:
        return record.person.name

    def render_period(self, record: Appraisal) -> str:
        return f"{record.serves_from:%Y-%m-%d} 至 {record.serves_until:%Y-%m-%d}"

    def export_period(self, record: Appraisal) -> str:
        return self.render_period(record)

    def render_total(self, value: int) -> str:
        return show(value)

    def export_total(self, record: Appraisal) -> float | None:
        return record.total / 100 if record.total is not None else None

    def render_grade(self, record: Appraisal) -> SafeString:
        return html.state(grade_word(record.grade, record.track), TONES[record.grade])

    def export_grade(self, record: Appraisal) -> str:
        return grade_word(record.grade, record.track)

    def render_remarks(self, record: Appraisal) -> SafeString | str:
        """Name what was done to the grade in a word; request and reason stand in the title and on the form."""
        words = [
            word
            for word, holds in (
                ("等次受限", record.cap_id),
                ("替换要求未决", record.pends_on_id),
                ("组织部门下调", record.lowered_to),
                ("更正" if record.locked_at else "更正中", record.version > 1),
            )
            if holds
        ]
        if not words:
            return "—"
        return format_html(
            '<a href="{}{}" title="{}">{}</a>',
            html.address("secondment:appraisal", record.pk),
            "#cap" if record.cap_id else "#pending" if record.pends_on_id else "",
            self.export_remarks(record),
            "；".join(words),
        )

    def export_remarks(self, record: Appraisal) -> str:
        words = []
        if record.cap is not None:
            words.append(f"替换要求第{record.cap_id}号：不服从街道管理，等次受限")
        if record.pends_on is not None:
            words.append(f"替换要求第{record.pends_on_id}号：{record.pends_on.get_state_display()}，等次待定")
        if record.lowered_to:
            words.append(f"组织部门下调：{record.lowered_reason}")
        if record.version > 1:
            words.append(f"更正第{record.version}版" if record.locked_at else "更正中")
        return "；".join(words)


class FileTable(Table):
    name = Name("姓名", url="secondment:personal-file")
    organization = Tight("派出部门", accessor="organization__name", order_by=("organization__display_order",))
    track = Tight("编制")
    post = Tight("职务", orderable=False)
    street = Tight("现在或最近下沉街道", accessor="last_street", orderable=False)
    id_number = Tight("身份证号码", accessor="id_number", orderable=False)

    def render_id_number(self, record: Person) -> str:
        return record.masked_id_number

    def export_id_number(self, record: Person) -> str:
        return self.render_id_number(record)
