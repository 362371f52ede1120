"""The list of a session as a workbook: street, name, present, score (P14)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from secondment.choices import AttendanceSource
from secondment.models import Session
from secondment.rules.training import hundredths
from secondment.services import attendance as services
from secondment.sessions.steps import ATTEND, SESSION
from xianan.core import clock
from xianan.imports.parsers import Amount, OrganizationName, PersonName, Tick, Wrong
from xianan.imports.registry import register
from xianan.imports.report import CheckedLine, Existing
from xianan.imports.sheet import CheckRow, Column, SheetKind
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import streets


class Score(Amount):
    """A score from 0 to 100 with at most two decimals, as hundredths."""

    def read(self, text: str) -> int:
        plain = text.strip().removesuffix("分").strip()
        try:
            value = Decimal(plain) * 100
        except InvalidOperation:
            raise Wrong("not_a_score", "成绩不是数字", "填 0 至 100 的数字，如 92.5") from None
        if not value.is_finite() or not 0 <= value <= services.HIGHEST or value != int(value):
            raise Wrong(
                "score_range", "成绩不在 0 至 100 之间，或者超过两位小数", "改为 0 至 100，至多两位小数"
            )
        return int(value)

    def show(self, value: Any) -> str:
        return hundredths(value)


@register
class AttendanceImport(SheetKind[Session]):
    """Who took part in a session, for all streets, by whoever holds it."""

    key = "attendance"
    owner_model = Session
    label = "培训参训名单"
    target = "参训名单"
    noun, unit = "参训人员", "人"
    identity = (("street", "name"),)
    shown = ("name", "street")
    people = True

    def columns(self, owner: Session) -> Sequence[Column]:
        known = list(streets(owner.district_id, on=owner.day))
        names, first = OrganizationName(known), str(known[0]) if known else ""
        return (
            Column("street", "街道", names, ("所在街道", "单位"), required=True, example=first),
            Column(
                "name",
                "姓名",
                PersonName(services.LONGEST_NAME),
                ("参训人员",),
                required=True,
                example="张××",
            ),
            Column("present", "是否到场", Tick(), ("到场", "签到"), required=True, example="是"),
            Column(
                "score",
                "测试成绩",
                Score(),
                ("成绩", "得分"),
                hint="0 至 100，没有测试的不填",
                example="92.5",
            ),
        )

    def organization_of(self, owner: Session) -> Organization:
        return owner.organization

    def fetch(self, scope: Scope, pk: int, *, change: bool = False) -> Session:
        found = SESSION.fetch(scope, pk)
        if change:
            self.require(found, scope)
        return found

    def require(self, owner: Session, scope: Scope) -> None:
        ATTEND.why_not(scope, owner)

    def refuse(self, owner: Session, scope: Scope) -> None:
        ATTEND.refuse(owner, scope)

    def existing(self, owner: Session) -> list[Existing]:
        rows = owner.attendances.order_by("pk").values_list("pk", "street_id", "name", "present", "score")
        return [
            Existing(str(key), {"street": street, "name": name, "present": present, "score": score})
            for key, street, name, present, score in rows
        ]

    def check_row(self, row: CheckRow, owner: Session) -> None:
        if row.get("present") and owner.planned_on > clock.today():
            row.error("present", "early", "培训还没有开始，不能登记为到场", "改为“否”，作为报名")
        if row.values.get("present") is False and row.get("score") is not None:
            row.error("score", "absent_score", "未到场的人有成绩", "改为到场，或者删去成绩")

    def write(self, owner: Session, lines: Sequence[CheckedLine], *, actor: User) -> None:
        every = {street.pk: street for street in streets(owner.district_id, on=owner.day)}
        fresh = [
            services.Listed(
                every[line.values["street"]],
                line.values["name"],
                bool(line.values["present"]),
                line.values.get("score"),
            )
            for line in lines
            if not line.match
        ]
        if fresh:
            services.add_names(owner, people=fresh, actor=actor, source=AttendanceSource.WORKBOOK)
        known = dict(owner.attendances.values_list("pk", "score"))
        marks = {
            int(line.match): services.Mark(
                bool(line.values["present"]), line.values.get("score", known.get(int(line.match)))
            )
            for line in lines
            if line.match
        }
        if marks:
            services.mark_people(owner, marks=marks, actor=actor)

    def page(self, owner: Session) -> str:
        return SESSION.url(owner)
