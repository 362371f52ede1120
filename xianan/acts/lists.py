"""The list of a noun: cut to what a person may see, a tab for every state, and the way to begin one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic

from django.db.models import Q, QuerySet
from django.urls import reverse

from xianan.organizations.pages import ListPage
from xianan.ui.lists import Tab

from .nouns import Noun
from .steps import M


class NounList(ListPage, Generic[M]):
    """Subclasses name ``noun``, ``title``, ``section`` and their table."""

    noun: Noun[M]
    section = ""
    begins: tuple[str, str, str] | None = None
    """Label, address and right of beginning one."""
    template_name = "acts/list.html"

    @property
    def right(self) -> str:  # type: ignore[override]  # a value elsewhere, the noun's here
        return self.noun.view

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return self.noun.way(self.section)

    def queryset(self, scope: Any) -> QuerySet[Any]:
        return self.noun.visible(scope)

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        states = self.noun.states
        of_state = (Tab(s.value, str(s.label), Q(**{self.noun.attribute: s.value})) for s in states)
        return (Tab("all", "全部"), *of_state)

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if self.begins is None or not scope.organization_ids(self.begins[2]):
            return None
        return self.begins[0], reverse(self.begins[1])

    def context(self, scope: Any) -> dict[str, Any]:
        return {"begin": self.get_empty_action(scope)}
