"""The list of powers: the current one, its versions, and the life of one item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import NotAllowed
from xianan.core.fields import label_of
from xianan.core.outside import whole
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.acts import WRITE, form_page
from xianan.ui.html import badge
from xianan.ui.lists import Tab
from xianan.ui.text import late_after

from ..choices import Change, Legality, Party, Source
from ..filters.items import EntryFilter, ItemFilter
from ..forms.items import LegalityForm
from ..legality.steps import ITEM, clear, review
from ..models import Agreement, Claim, Item, ItemList, ListEntry
from ..models.item import OPEN_MARKS
from ..rules import is_unevaluated
from ..selectors import items as selectors
from ..selectors.transition import bearers
from ..tables.items import EntryTable, ItemTable, VersionTable, item_table

_BATCH = 2000


class Items(ListPage):
    """The current list with a column for each street."""

    title = "事项清单"
    right = "view_items"
    filterset_class = ItemFilter
    default_sort = "number"
    search_fields = ("name", "basis")
    search_hint = "名称、编号、依据"
    crumbs = (("赋权事项", ""),)
    template_name = "empowerment/items/list.html"
    empty_title = "还没有公布清单"
    empty_text = "部门申报的事项经审核、区人民政府审议通过后，列入清单并编号。"

    @cached_property
    def table_class(self) -> type[ItemTable]:
        return item_table(selectors.street_columns(self.scope.district))

    def queryset(self, scope: Any) -> QuerySet[Item]:
        return ITEM.visible(scope)

    tabs = (
        Tab("all", "全部"),
        Tab("unclaimed", "未被全部认领", selectors.not_fully_claimed()),
        Tab("city", "市直下放", Q(source=Source.CITY)),
        Tab("legality", "待合法性复核", Q(legality__in=OPEN_MARKS)),
    )

    @cached_property
    def filtered(self) -> QuerySet[Item]:
        # A number is found as a whole, with or without its zeros; words anywhere in name or basis.
        # Chinese has no case, and a comparison that ignores it costs three times as much.
        rows = self.filterset.qs
        if self.tab and self.tab.condition is not None:
            rows = rows.filter(self.tab.condition)
        for word in self.q.split():
            found = Q(name__contains=word) | Q(basis__contains=word)
            if (number := whole(word)) is not None:
                found |= Q(number=number)
            rows = rows.filter(found)
        return rows

    def ordered(self, rows: QuerySet[Item]) -> QuerySet[Item]:
        # A number stands once in a district: in its order the index alone leads to a deep page.
        if self.sort in ("number", "-number"):
            return rows.order_by(self.sort)
        return super().ordered(rows)

    @cached_property
    def tab_counts(self) -> dict[str, int]:
        return selectors.tab_counts(self.scope.district.pk)

    def rows_of(self, page: Any) -> list[Item]:
        return _with_standings(super().rows_of(page))

    def records(self, rows: QuerySet[Item]) -> Iterator[Item]:
        return _in_batches(rows.iterator(chunk_size=_BATCH))

    def context(self, scope: Any) -> dict[str, Any]:
        version = selectors.current_list(scope.district)
        if version is None:
            return {"version": None}
        words = f"第{version.number}版 · {chinese_date(version.published_on)}公布"
        return {"version": version, "badge": badge(words, "green", "check")}


def _with_standings(rows: list[Any]) -> list[Any]:
    """Hang on each item of a table how it stands in each street."""
    found = selectors.standings([row.pk for row in rows])
    by_item: dict[int, dict[int, selectors.Standing]] = {}
    for (item, street), standing in found.items():
        by_item.setdefault(item, {})[street] = standing
    for row in rows:
        row.standing = by_item.get(row.pk, {})
    return rows


def _in_batches(rows: Iterable[Item]) -> Iterator[Item]:
    source = iter(rows)
    while batch := list(islice(source, _BATCH)):
        yield from _with_standings(batch)


@login_required
@require_safe
def item(request: Request, pk: int) -> HttpResponse:
    """The life of one power: content, where it stands in each street, versions, what was done."""
    scope = request.scope
    rows = Item.objects.filter(district_id=scope.district_id).select_related(
        "type", "organization", "legality_by__organization"
    )
    found = get_object_or_404(rows, pk=pk)
    if not scope.holds("view_items"):
        raise NotAllowed("您没有查看事项清单的权限。")
    standings = selectors.standings([found.pk])
    today = clock.today()
    street_bears = bearers([found.pk], today)
    lives = [
        _life(street, standings.get((found.pk, street.pk)), today)
        | {
            "bearer": street
            if street_bears.get((found.pk, street.pk)) == Party.STREET
            else found.organization
        }
        for street in selectors.street_columns(scope.district)
    ]
    own = scope.can("view_filing", found, "organization")
    for life in lives:
        # Why a street declines is told to itself, the department and the offices (P05).
        life["told"] = own or scope.can("view_claim", life["street"])
    letters = {
        life["standing"].agreement_id for life in lives if life["standing"] and life["standing"].agreement_id
    }
    context = {
        "title": found.name,
        "item": found,
        "lives": lives,
        "letters": _readable_letters(scope, letters),
        "versions": selectors.history_of(found),
        "timeline": timeline(found, *_related(scope, found))[:30],
        "proposals": _proposals(scope, found),
        "crumbs": (("事项清单", reverse("empowerment:items")),),
        "badge": badge(Legality(found.legality), icon_name="auto")
        if found.legality != Legality.NONE
        else None,
        "legality_steps": ITEM.offered(found, scope),
        "facts": (
            f"编号 {found.code}",
            found.type.name,
            found.organization.name,
            *([found.get_source_display()] if found.source else []),
        ),
    }
    return render(request, "empowerment/items/detail.html", context)


@login_required
@require_http_methods(WRITE)
def item_legality(request: Request, pk: int) -> HttpResponse:
    """What 区司法局 finds on looking at a marked item again."""
    scope = request.scope
    found = ITEM.fetch(scope, pk)
    clear.refuse(found, scope)
    steps = ITEM.offered(found, scope)
    back = reverse("empowerment:item", args=[pk])
    basis = f"设定依据：{found.basis}\n职责边界：{found.duties or '未载明'}"
    return form_page(
        request, LegalityForm(request.POST or None, steps=steps),
        lambda data: review(found, actor=request.user, **data),
        lambda _: back, title=f"合法性复核：{found.name}", button="登记复核结论", back=back,
        crumbs=(("事项清单", reverse("empowerment:items")), (found.name, back)),
        done=lambda row: f"已登记：{row.get_legality_display()}。",
        hint=f"{found.type.name}，{found.get_source_display()}，{found.organization}\n{basis}",
    )  # fmt: skip


def _life(street: Any, standing: selectors.Standing | None, today: Any) -> dict[str, Any]:
    life: dict[str, Any] = {"street": street, "standing": standing}
    if standing and standing.effective_on and standing.transition_until:
        life["days"] = (standing.transition_until - standing.effective_on).days
        life["gone"] = min(max((today - standing.effective_on).days, 0), life["days"])
        life["late"] = is_unevaluated(standing.state, standing.transition_until, today)
        life["left"] = (standing.transition_until - today).days
    return life


def _readable_letters(scope: Scope, ids: Iterable[int]) -> set[int]:
    """The letters among ``ids`` that the person may open."""
    rows = Agreement.objects.filter(pk__in=list(ids))
    reach = [("view_agreement", "organization"), ("view_agreement", "street")]
    return set(scope.filter_any(rows, reach).values_list("pk", flat=True))


def _related(scope: Scope, item: Item) -> list[Claim]:
    """The claims whose log a person may read beside the item's."""
    return list(scope.filter(Claim.objects.filter(item=item), "view_claim", "street"))


def _proposals(scope: Scope, item: Item) -> list[Any]:
    """The filings behind the item that the person may see."""
    rows = item.proposals.select_related("filing").order_by("-id")
    if not scope.whole_district("view_filing"):
        rows = rows.filter(filing__organization__in=scope.organization_ids("view_filing"))
    return list(rows[:10])


class Versions(ListPage):
    """The numbered versions of the list."""

    menu = "empowerment:items"
    title = "清单版本"
    unit = "版"
    right = "view_items"
    table_class = VersionTable
    default_sort = ""

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return (("事项清单", reverse("empowerment:items")),)

    search_fields = ("title", "meeting__name")
    search_hint = "清单、会议名称"
    empty_title = "还没有公布清单"
    empty_text = "区人民政府审议通过后，事项列入清单，每次形成一个编号的版本。"

    def queryset(self, scope: Any) -> QuerySet[ItemList]:
        return selectors.versions(scope)


class Version(ListPage):
    """One version: every entry as it stood, with what changed in front."""

    menu = "empowerment:items"
    title = "清单条目"
    right = "view_items"
    table_class = EntryTable
    filterset_class = EntryFilter
    default_sort = "number"
    search_fields = ("name", "basis")
    search_hint = "名称、依据"
    template_name = "empowerment/items/version.html"
    tabs = (
        Tab("all", "全部"),
        Tab("added", "新增", Q(change=Change.ADDED)),
        Tab("changed", "变更", Q(change=Change.CHANGED)),
        Tab("kept", "保留", Q(change=Change.KEPT)),
    )

    @cached_property
    def version(self) -> ItemList:
        return get_object_or_404(selectors.versions(self.scope), pk=self.kwargs["pk"])

    def queryset(self, scope: Any) -> QuerySet[ListEntry]:
        return selectors.entries(self.version)

    def context(self, scope: Any) -> dict[str, Any]:
        version = self.version
        newest = selectors.current_list(scope.district)
        current = newest is not None and newest.pk == version.pk
        before = ItemList.objects.filter(district=version.district_id, number=version.number - 1).first()
        return {
            "title": version.title,
            "version": version,
            "before": before,
            "changes": _changes(version, before),
            "badge": badge("现行", "green", "check") if current else badge("已被替代", "grey"),
            "crumbs": (
                ("事项清单", reverse("empowerment:items")),
                ("清单版本", reverse("empowerment:item-lists")),
            ),
            "facts": (
                late_after(f"{chinese_date(version.published_on)}公布", selectors.PUBLISHED.late(version)),
                version.meeting.name,
                f"{version.total} 项，新增 {version.added} 项，变更 {version.changed} 项",
            ),
            "may_meet": scope.whole_district("view_filing"),
        }


_COMPARED = ("name", "type_name", "basis", "duties", "source", "municipal_department")
_MOST_CHANGES = 50


def _changes(version: ItemList, before: ItemList | None) -> list[dict[str, Any]]:
    """What changed in each changed entry against the version before, the first fifty."""
    if before is None or not version.changed:
        return []
    rows = list(version.entries.filter(change=Change.CHANGED).order_by("number")[:_MOST_CHANGES])
    old = {e.item_id: e for e in before.entries.filter(item__in=[row.item_id for row in rows])}
    found = []
    for row in rows:
        was = old.get(row.item_id)
        differences = [
            (label_of(ListEntry, name), _word(was, name), _word(row, name))
            for name in _COMPARED
            if was is not None and getattr(was, name) != getattr(row, name)
        ]
        found.append({"entry": row, "differences": differences})
    return found


def _word(entry: Any, name: str) -> str:
    return str(entry.get_source_display() if name == "source" else getattr(entry, name))
