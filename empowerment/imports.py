"""The kinds of workbooks of this app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from xianan.core.spreadsheet import Members, Table
from xianan.imports.checking import Check, Column
from xianan.imports.models import Upload
from xianan.imports.registry import Result, register
from xianan.imports.report import Existing, Report
from xianan.imports.sheet import SheetKind
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import streets
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameters

from .choices import Source
from .filings.steps import DRAFT, FILING
from .models import Filing
from .selectors.comparison import checker, existing_items, street_names, type_words
from .selectors.items import current_list
from .services import imports as services
from .workbook.columns import COLUMNS, street_members
from .workbook.template import build_template

_ADDRESSES = {
    "upload": "filing-upload",
    "check": "filing-check",
    "confirm": "filing-import",
    "again": "filing-check-again",
}


@register
class FilingImport(SheetKind[Filing]):
    """A department's items into a draft (P01)."""

    key = "filing"
    owner_model = Filing
    label = "赋权事项申报表"
    template_name = "申报模板"
    target = "申报"
    noun, unit = "事项", "项"
    compared = ("申报", "清单")
    next_step = "提交负责人"
    after = "回到申报，核对并请负责人提交"
    shown = ("name", "type")
    always = ("type", "name", "basis")
    widths = {"type": "middle", "source": "middle", "transition_months": "narrow"}

    def fetch(self, scope: Scope, pk: int, *, change: bool = False) -> Filing:
        found = FILING.fetch(scope, pk)
        if change:
            scope.require(DRAFT.right, found, DRAFT.by, label=DRAFT.label)
        return found

    def refuse(self, owner: Filing, scope: Scope) -> None:
        DRAFT.refuse(owner, scope)

    def columns(self, owner: Filing) -> Sequence[Column]:
        return COLUMNS

    def members(self, owner: Filing) -> Members:
        return street_members(street_names(owner.organization))

    def existing(self, owner: Filing) -> Sequence[Existing]:
        return existing_items(owner)

    def checker(self, table: Table, owner: Filing) -> Check:
        return checker(table, owner.organization)

    def check(self, table: Table, owner: Filing) -> Report:
        report = super().check(table, owner)
        services.refuse_twins(table, report)
        return report

    def base(self, owner: Filing) -> str:
        return services.base_of(owner)

    def apply(self, owner: Filing, report: Report, *, actor: User) -> dict[str, Any]:
        return services.write_lines(owner, report, actor=actor)

    def template(self, owner: Filing) -> bytes:
        return template_of(owner.organization)

    def page(self, owner: Filing) -> str:
        return FILING.url(owner)

    def crumbs(self, owner: Filing) -> Sequence[tuple[str, str]]:
        return ("事项申报", FILING.list_url), (owner.title, self.page(owner))

    def address(self, name: str, owner: Filing, upload: Upload | None = None) -> str:
        if name == "template":
            return reverse("empowerment:filing-template")
        keys = [owner.pk] if upload is None else [owner.pk, upload.pk]
        return reverse(f"empowerment:{_ADDRESSES[name]}", args=keys)

    def unchanged_note(self, owner: Filing) -> str:
        current = current_list(owner.district_id)
        return f"与申报或第{current.number}版清单一致" if current else "与申报中的一致"

    def line_note(self, line: Mapping[str, Any]) -> str:
        listed = line["outcome"] == "unchanged" and str(line.get("match", "")).startswith("item:")
        return "清单中已有，无需再报" if listed else ""

    def results(self, owner: Filing, done: Mapping[str, Any]) -> Sequence[Result]:
        listed = done["listed"]
        named = "、".join(f"第 {row} 行“{name}”" for row, name in listed[:20])
        return (
            Result("新写入申报", done["new"]),
            Result("修改申报中已有的事项", done["changed"]),
            Result("申报中已有且无变化", done["unchanged"]),
            Result("清单中已有且无变化，无需再报", len(listed), named + (" 等" if len(listed) > 20 else "")),
        )


def template_of(department: Organization) -> bytes:
    """Return the workbook a department fills in, with the types and streets of its district."""
    names = [row.name for row in streets(department.district_id)]
    return build_template(
        list(type_words(department)),
        names,
        [str(source.label) for source in Source],
        department.name,
        int(parameters(department.district_id, DocumentKey.PLAN).get("transition_months") or 0),
    )
