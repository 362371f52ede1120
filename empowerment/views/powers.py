"""Powers in force: which street holds what, and who bears main responsibility today."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from empowerment.choices import PowerState
from empowerment.filters.agreements import PowerFilter
from empowerment.models import Empowerment
from empowerment.selectors import agreements as selectors
from empowerment.tables.powers import PowerTable
from xianan.organizations.choices import Kind
from xianan.organizations.scope import Scope
from xianan.ui.lists import ListPage, Tab


def own_title(scope: Scope) -> str:
    """Return what the page is called for this person."""
    if scope.whole_district("view_agreement"):
        return "街道职权"
    if scope.organization.kind in (Kind.STREET, Kind.STATION):
        return "本街道职权"
    return "本局下放职权"


class PowerList(ListPage):
    """Item × street in force with letter, dates, days left and who bears it."""

    right = "view_agreement"
    table_class = PowerTable
    filterset_class = PowerFilter
    search_fields = ("line__name", "agreement__number")
    search_hint = "事项名称、文号"
    crumbs = (("赋权事项", ""),)
    empty_title = "还没有生效的职权"
    empty_text = "承接确认书经双方签署生效后，事项列在这里，并开始计算过渡期。"

    @property
    def title(self) -> str:  # type: ignore[override]
        return own_title(self.request.scope)  # type: ignore[attr-defined]

    @cached_property
    def _tabs(self) -> tuple[Tab, ...]:
        late = selectors.unevaluated()
        return (
            Tab("all", "全部"),
            Tab("transition", "过渡期内", Q(state=PowerState.TRANSITION) & ~late),
            Tab("late", "逾期未评估", late),
            Tab("operating", "运行", Q(state=PowerState.OPERATING)),
        )

    def get_empty_action(self, scope: Any) -> tuple[str, str]:
        return "查看承接确认书", reverse("empowerment:agreements")

    def get_tabs(self, scope: Any) -> tuple[Tab, ...]:
        return self._tabs

    def queryset(self, scope: Any) -> QuerySet[Empowerment]:
        return selectors.powers(scope)
