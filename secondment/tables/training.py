"""Sessions as a list."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from secondment.choices import SessionState
from secondment.models import Session
from secondment.rules.training import hundredths
from secondment.selectors.proof import HELD
from xianan.core import clock
from xianan.ui import html
from xianan.ui.tables import Column, Day, EventDay, Name, Number, Table, Tight

UNRECORDED = "待登记举办情况"
UNPROVEN = "未计入"
WAITS = "待签到表或街道确认"


def state_word(session: Any) -> tuple[str, str]:
    """Return how a session stands today, as (word, tone); read with ``as_entered``."""
    if session.state == SessionState.PLANNED and session.planned_on < clock.today():
        return UNRECORDED, "amber"
    if session.needs_proof and not session.counts:
        return UNPROVEN, "amber"
    state = SessionState(session.state)
    return str(state.label), state.tone


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


class SessionTable(Table):
    day = EventDay("日期", accessor="on_day", late=HELD.late, locked=True, order_by=("on_day", "starts_at"))
    title = Name("培训内容", url="secondment:session")
    organization = Tight("举办单位", accessor="organization__name", order_by=("organization__display_order",))
    kind = Tight("类别", wide_only=True)
    place = Column("地点", hidden=True)
    trainer = Column("授课人", hidden=True)
    minutes = Number("时长（分钟）", hidden=True)
    streets = Column("邀请街道", orderable=False, empty_values=(), css="tight")
    street_count = Number("到场街道", orderable=False, hidden=True)
    present_count = Number("到场人数")
    mean_score = Number("平均成绩", hidden=True)
    mean_rating = Number("平均满意度", hidden=True)
    planned_on = Day("计划日期", hidden=True)
    state = Tight("状态")

    def render_streets(self, record: Session) -> str:
        return self.export_streets(record)

    def export_streets(self, record: Session) -> str:
        return "、".join(street.label for street in record.streets.all())

    def render_present_count(self, record: Any) -> str:
        return f"{record.present_count} 人" if record.present_count else "—"

    def render_mean_score(self, value: Any) -> str:
        return hundredths(round(value))

    def export_mean_score(self, record: Any) -> Any:
        return None if record.mean_score is None else round(float(record.mean_score) / 100, 2)

    def render_mean_rating(self, value: Any) -> str:
        return _rounded(value)

    def export_mean_rating(self, record: Any) -> Any:
        return None if record.mean_rating is None else round(float(record.mean_rating), 2)

    def render_state(self, record: Session) -> SafeString:
        word, tone = state_word(record)
        shown = html.state(word, tone, is_open=record.state == SessionState.PLANNED)
        return html.two_lines(shown, WAITS if word == UNPROVEN else "")

    def export_state(self, record: Session) -> str:
        word, _ = state_word(record)
        return f"{word}：{WAITS}" if word == UNPROVEN else word
