"""The workbook of a scoring scheme: a row an indicator; what is exported reads back unchanged (P38)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assessment.choices import IndicatorKind, Method, Mode, NoneDue
from assessment.models import Indicator, Scheme
from assessment.rules.points import parse_points, short_points
from assessment.rules.scheme import LONGEST, indicator_faults
from assessment.schemes import steps
from assessment.schemes.steps import EDIT, SCHEME
from assessment.selectors import schemes
from xianan.core.errors import NotAllowed
from xianan.imports.parsers import Amount, Choice, Code, Parser, Text, Tick, Wrong
from xianan.imports.registry import register
from xianan.imports.report import CheckedLine, Existing
from xianan.imports.sheet import CheckRow, Column, SheetKind
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import office

FIELDS = steps.INDICATOR_FIELDS


class Points(Amount):
    """Points as people write them, 4 or 0.5, as hundredths; an empty cell is none."""

    empty = 0

    def read(self, text: str) -> int:
        try:
            return parse_points(text)
        except ValueError as error:
            raise Wrong("no_points", str(error).rstrip("。"), "写作 4 或 0.5") from None

    def show(self, value: Any) -> str:
        return short_points(value) if value else ""


class Methods(Parser):
    """One or several ways of looking: 听汇报、查阅资料."""

    empty: Any = ()

    def __init__(self) -> None:
        self._labels = {str(label): value for value, label in Method.choices}

    def read(self, text: str) -> list[str]:
        words = [
            word.strip() for word in text.replace("，", "、").replace(",", "、").split("、") if word.strip()
        ]
        wrong = [word for word in words if word not in self._labels]
        if wrong:
            raise Wrong(
                "no_method", f"“{wrong[0]}”不是考评方式", f"从{'、'.join(self._labels)}中选，几种之间用顿号"
            )
        found = {self._labels[word] for word in words}
        return [value for value in Method.values if value in found]

    def show(self, value: Any) -> str:
        return "、".join(label for label, key in self._labels.items() if key in (value or ()))


@register
class SchemeImport(SheetKind[Scheme]):
    """Indicators are told by their codes; groups that are not there yet are added."""

    key = "scheme"
    owner_model = Scheme
    label = "考评细则"
    target = "考评细则"
    noun, unit = "指标", "项"
    view, right, right_label = "view_scheme", "edit_scheme", "编制考评细则"
    identity = (("code",),)
    shown = ("code", "name")

    def columns(self, owner: Scheme) -> Sequence[Column]:
        return (
            Column("group", "考评项目", Text(60), ("项目", "考评内容", "考核项目"), required=True, width=16),
            Column("code", "指标编号", Code(LONGEST["code"]), ("指标序号",), required=True, width=10, example="3.1"),
            Column("name", "考评指标", Text(LONGEST["name"]), ("指标", "指标名称", "考核指标"), required=True, width=26),
            Column("kind", "种类", Choice(IndicatorKind), hint="不填为考评指标，只有考评指标计入 100 分"),
            Column("points", "分值", Points(), ("满分", "分数"), required=True, width=8, example="4"),
            Column("rule", "评分标准", Text(LONGEST["rule"], lines=True), ("评分办法", "评分细则"), required=True, width=40),
            Column("evidence", "所需材料", Text(LONGEST["evidence"], lines=True), ("佐证材料",), width=24),
            Column("methods", "考评方式", Methods(), ("考核方式",), required=True, width=18, example="查阅资料"),
            Column("mode", "计分方式", Choice(Mode), hint="不填为评分人评定", width=16),
            Column("measure_key", "取数指标", Choice(schemes.measure_labels()), hint="自动计分的指标选定", width=24),
            Column("per_count", "每件扣分", Points(), hint="按件数自动扣分的指标填写", width=10, example="0.5"),
            Column("with_deductions", "另可逐项扣分", Tick(), width=14),
            Column("none_due", "本年度无应办的", Choice(NoneDue), hint="自动计分的指标填写，不填为计满分", width=20),
        )  # fmt: skip

    def existing(self, owner: Scheme) -> Sequence[Existing]:
        rows = Indicator.objects.filter(scheme=owner).select_related("group")
        return [
            Existing(str(row.pk), {"group": row.group.name, **{name: getattr(row, name) for name in FIELDS}})
            for row in rows
        ]

    def check_row(self, row: CheckRow, owner: Scheme) -> None:
        if row.faulty:
            return
        for fault in indicator_faults(values_of(row.values), measures=schemes.measure_labels()):
            row.error(fault.field, "invalid", fault.message.rstrip("。"), "按此修改")

    def write(self, owner: Scheme, lines: Sequence[CheckedLine], *, actor: User) -> None:
        groups = {group.name: group for group in owner.groups.all()}
        rows = {str(row.pk): row for row in owner.indicators.all()}
        for line in lines:
            name = line.values["group"]
            if name not in groups:
                groups[name] = steps.add_group(owner, name=name, position=len(groups) + 1, actor=actor)
            values = values_of(line.values)
            known = rows.get(line.match or "")
            if known is None:
                steps.add_indicator(groups[name], values=values, actor=actor)
            else:
                kept = {field: getattr(known, field) for field in FIELDS if field not in line.values}
                steps.change_indicator(known, group=groups[name], values={**values, **kept}, actor=actor)

    # ---- Who and where -------------------------------------------------------------------------------

    def organization_of(self, owner: Scheme) -> Organization:
        found = office(owner.district_id, Duty.ESTABLISHMENT)
        if found is None:
            raise NotAllowed("本区没有承担区委编办职责的机构。")
        return found

    def fetch(self, scope: Scope, pk: int, *, change: bool = False) -> Scheme:
        owner = SCHEME.fetch(scope, pk)
        if change:
            self.require(owner, scope)
        return owner

    def require(self, owner: Scheme, scope: Scope) -> None:
        scope.require(self.right, owner, label=self.right_label)

    def refuse(self, owner: Scheme, scope: Scope) -> None:
        EDIT.refuse(owner, scope)

    def page(self, owner: Scheme) -> str:
        return SCHEME.url(owner)

    def crumbs(self, owner: Scheme) -> Sequence[tuple[str, str]]:
        return [*SCHEME.way("考核与经费"), ("考评细则", SCHEME.list_url), (str(owner), SCHEME.url(owner))]


def values_of(given: Any) -> dict[str, Any]:
    """Return the fields of an indicator out of a line; what the file leaves empty gets its default."""
    found = {
        **steps.DEFAULTS,
        **{name: given[name] for name in FIELDS if given.get(name) not in (None, "")},
    }
    return {**found, "methods": list(found.get("methods") or ())}
