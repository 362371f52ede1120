"""The base of every list page: tabs, filters, search, sort, columns, pages, export, bulk actions.

All state is in the address, so a list can be sent to a colleague, printed and exported as it is seen.
The number of queries does not depend on the number of rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views import View

from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.core.outside import wholes
from xianan.ui import exports, workbook
from xianan.ui.conditions import Chip, chips_of, names_of, prepare_filters
from xianan.ui.protocols import PortalRequest, Scope
from xianan.ui.tables import PageRows, Table
from xianan.ui.templatetags.ui import query_with

SIZES = (10, 20, 50, 100)
SIZE = 20
# Rows that a page shows at most, asked for in full; a longer list says so and how to get it.
PRINTED = 2000
DEEP = 1000
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Tab:
    """A saved view above the list; `condition` None shows all. `distinct` where it crosses to-many."""

    key: str
    label: str
    condition: Q | None = None
    distinct: bool = False


@dataclass(frozen=True)
class BulkAction:
    """A button of the bulk bar: posts the ticked rows (`row`) to `url`.

    With `dialog` it opens the dialog of that id, whose form gets the ticked rows instead.
    `style`: "", "primary" or "refuse".
    """

    label: str
    url: str = ""
    style: str = ""
    dialog: str = ""
    icon: str = ""


class Pages(Paginator):
    """The pages of some rows. ``too_many``: all of them were asked for, and they are more than PRINTED."""

    too_many = False


class CountedPages(Pages):
    """A paginator that was told how many rows there are."""

    def __init__(self, total: int, size: int) -> None:
        super().__init__(range(total), size)
        self.count = total


def paged(asked: QueryDict, pages: Pages, *, number: str | None = None, all_rows: bool = True) -> Page[Any]:
    """Return the page that is asked for by ``page`` and ``size``, which may be ``all`` up to PRINTED rows."""
    size = asked.get("size", "")
    if size in map(str, SIZES):
        pages.per_page = int(size)
    elif size == "all" and all_rows:
        pages.too_many = pages.count > PRINTED
        if not pages.too_many:
            pages.per_page = PRINTED
    return pages.get_page(number or asked.get("page"))


class ListPage(LoginRequiredMixin, View):
    """A list. Subclasses name what is theirs; everything else stands here once.

    Required: `title`, `table_class`, `queryset(scope)`. The query must already be cut to what the
    scope may see. `right` refuses the page to people who hold it nowhere.
    """

    unit = "项"
    right = ""
    filterset_class: Any = None
    default_sort = ""
    search_fields: Sequence[str] = ()
    search_hint = ""
    tabs: Sequence[Tab] = ()
    facts: Sequence[str] = ()
    exportable = True
    bulk_all = False
    """Whether the bulk bar offers every row of the list, beyond the page; see `selection`."""
    empty_title = ""
    empty_action: tuple[str, str] | None = None
    """Label and address of the next step where there is nothing yet."""
    template_name = "ui/list.html"

    menu = ""
    """The `url_name` of the menu's line, where the address of the list doesn't stand below its own."""

    request: PortalRequest

    # ---- What a subclass may give: a value, or a property where it depends on the request ----

    @property
    def title(self) -> str:
        raise NotImplementedError

    @property
    def table_class(self) -> type[Table]:
        raise NotImplementedError

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return ()

    @property
    def empty_text(self) -> str:
        return ""

    def queryset(self, scope: Scope) -> QuerySet[Any]:
        """The rows this person may see, with the joins a page needs."""
        raise NotImplementedError

    def bulk_actions(self, scope: Scope) -> Sequence[BulkAction]:
        """The actions this person may take on several rows; none leaves the checkboxes out."""
        return ()

    def get_tabs(self, scope: Scope) -> Sequence[Tab]:
        return self.tabs

    def get_empty_action(self, scope: Scope) -> tuple[str, str] | None:
        return self.empty_action

    def context(self, scope: Scope) -> dict[str, Any]:
        """More for the template."""
        return {}

    # ---- The request -------------------------------------------------------------------------

    @property
    def scope(self) -> Scope:
        return self.request.scope

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.right and not self.scope.holds(self.right):
            raise NotAllowed(f"您没有查看“{self.title}”的权限。")
        if self.menu:
            self.request.menu_current = self.menu
        if self.exportable and request.GET.get("export") == "xlsx":
            return self.export()
        return self.page()

    def page(self) -> HttpResponse:
        page = self.paginated
        table = self.table(self.rows_of(page))
        chips = self.chips
        context = {
            "title": self.title,
            "unit": self.unit,
            "crumbs": self.crumbs,
            "facts": self.facts,
            "table": table,
            "page": page,
            "tabs": self.tab_lines,
            "tab_label": self.tab.label if self.tab and self.tab.condition is not None else "",
            "filters": self.filter_fields,
            "ignored": self.ignored,
            "search": bool(self.search_fields),
            "search_hint": self.search_hint,
            "q": self.q,
            "chips": chips,
            "clear_url": self._keep("tab", "cols", "size"),
            "filter_state": self._state_without("q", "page", *self._filter_names),
            "columns": self.column_lines,
            "column_state": self._state_without("cols", "page"),
            "column_reset": query_with(self.request, cols=None),
            "export_url": query_with(self.request, export="xlsx", page=None) if self.exportable else "",
            "bulk": self.bulk_actions(self.scope),
            "bulk_all": self.bulk_all and page.paginator.num_pages > 1,
            "empty_title": self.empty_title or f"还没有{self.title}",
            "empty_text": self.empty_text,
            "empty_action": self.get_empty_action(self.scope),
            "query_string": self.request.GET.urlencode(),
            **self.context(self.scope),
        }
        return render(self.request, self.template_name, context)

    def export(self) -> HttpResponseBase:
        """The list as it is seen: same conditions, order and columns, all pages.

        A long one is made in the background, if the portal offers that; see `exports`.
        """
        later = exports.later(self, self.total)
        if later is not None:
            return later
        rows = exports.counted(self.request, self.records(self.ordered(self.filtered)))
        name = f"{self.title}{clock.today():%Y-%m-%d}.xlsx"
        content = workbook.write(self.title, self.table([]).exporters(), rows)
        return FileResponse(content, as_attachment=True, filename=name, content_type=workbook.XLSX)

    def records(self, rows: QuerySet[Any]) -> Iterable[Any]:
        """All rows for the workbook, with what `rows_of` adds to those of a page."""
        return rows.iterator(chunk_size=2000)

    @classmethod
    def selection(cls, request: HttpRequest) -> QuerySet[Any]:
        """The rows a bulk form was sent for: the ticked ones, or with `all` every row of the list
        as it was seen. Cut to what the person may see either way.
        """
        view = cls()
        view.setup(request)
        if request.POST.get("all"):
            view.query = QueryDict(request.POST.get("query", ""))
            return view.filtered
        return view.base.filter(pk__in=wholes(request.POST.getlist("row")))

    # ---- Which rows --------------------------------------------------------------------------

    @cached_property
    def query(self) -> QueryDict:
        return self.request.GET

    @cached_property
    def base(self) -> QuerySet[Any]:
        return self.queryset(self.scope)

    @cached_property
    def q(self) -> str:
        # PostgreSQL refuses NUL in text.
        return self.query.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]

    @cached_property
    def tab(self) -> Tab | None:
        tabs = self.get_tabs(self.scope)
        wanted = self.query.get("tab")
        return next((tab for tab in tabs if tab.key == wanted), tabs[0] if tabs else None)

    @cached_property
    def filterset(self) -> Any:
        if self.filterset_class is None:
            return None
        found = self.filterset_class(self.query, queryset=self.base, request=self.request)
        prepare_filters(found.form)
        found.form.full_clean()
        return found

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        # A condition whose value makes no sense is left out and named; the others hold.
        rows = self.base if self.filterset is None else self.filterset.qs
        if self.tab and self.tab.condition is not None:
            rows = rows.filter(self.tab.condition)
            if self.tab.distinct:
                rows = rows.distinct()
        for word in self.q.split() if self.search_fields else ():
            found = Q()
            for field in self.search_fields:
                found |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(found)
        return rows

    @cached_property
    def sort(self) -> str:
        """The column the list is sorted by, with "-" for descending; "" keeps the query's own order."""
        for wanted in (self.query.get("sort", ""), self.default_sort):
            column = self.table_class.base_columns.get(wanted.removeprefix("-"))
            if column is not None and column.orderable is not False:
                return wanted
        return ""

    def ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Put `rows` in order; the primary key comes last, so no row stands on two pages."""
        if not self.sort:
            return rows if rows.ordered else rows.order_by("pk")
        name = self.sort.removeprefix("-")
        column = self.table_class.base_columns[name]
        fields = [str(part) for part in (column.order_by or (column.accessor or name,))]
        if self.sort.startswith("-"):
            fields = [part[1:] if part.startswith("-") else f"-{part}" for part in fields]
        return rows.order_by(*fields, "-pk" if self.sort.startswith("-") else "pk")

    @cached_property
    def paginated(self) -> Page[Any]:
        return paged(self.query, CountedPages(self.total, SIZE))

    @cached_property
    def total(self) -> int:
        narrowed = self.q or (self.filterset is not None and self._narrowed)
        if not narrowed and self.tab and not self.tab.distinct:
            return self.tab_counts[self.tab.key]
        return self.filtered.order_by().count()

    @property
    def _narrowed(self) -> bool:
        return any(value not in (None, "", []) for value in self.filterset.form.cleaned_data.values())

    def rows_of(self, page: Page[Any]) -> list[Any]:
        """The rows of a page. In an order that no index may give, and on a deep page, the keys are found
        first and the rows fetched by key, so that no row is joined that is not shown; beyond the middle
        they are counted from the end.
        """
        if not page.paginator.count:
            return []
        start = page.start_index() - 1
        stop = start + page.paginator.per_page
        if start < DEEP and self.sort == self.default_sort:
            return list(self.ordered(self.filtered)[start:stop])
        total = page.paginator.count
        found = self.ordered(self.filtered).values_list("pk", flat=True)
        if start > total // 2:
            keys = list(found.reverse()[max(total - stop, 0) : total - start])[::-1]
        else:
            keys = list(found[start:stop])
        place = {key: index for index, key in enumerate(keys)}
        return sorted(self.base.filter(pk__in=keys).order_by(), key=lambda row: place[row.pk])

    # ---- What stands around the rows ---------------------------------------------------------

    def table(self, rows: list[Any]) -> Table:
        names = self.table_class.base_columns
        return self.table_class(
            PageRows(rows),
            exclude=[name for name in names if name not in self.shown],
            order_by=(self.sort,) if self.sort else (),
        )

    @cached_property
    def shown(self) -> set[str]:
        """The columns that are shown: the chosen ones and those that always stand."""
        columns = self.table_class.base_columns
        chosen = {name for part in self.query.getlist("cols") for name in part.split(",")} & set(columns)
        if not chosen:
            chosen = {name for name, column in columns.items() if not getattr(column, "hidden", False)}
        return chosen | {name for name, column in columns.items() if getattr(column, "locked", False)}

    @property
    def column_lines(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "label": column.verbose_name or name,
                "on": name in self.shown,
                "locked": getattr(column, "locked", False),
            }
            for name, column in self.table_class.base_columns.items()
            if not column.exclude_from_export
        ]

    @cached_property
    def tab_counts(self) -> dict[str, int]:
        counts = {
            tab.key: Count("pk", filter=tab.condition, distinct=tab.distinct)
            for tab in self.get_tabs(self.scope)
        }
        # Keys of tabs are words of ours, but not always identifiers.
        aliases = {f"tab{index}": count for index, count in enumerate(counts.values())}
        found = self.base.order_by().aggregate(**aliases) if aliases else {}
        return {key: found[f"tab{index}"] for index, key in enumerate(counts)}

    @property
    def tab_lines(self) -> list[dict[str, Any]]:
        tabs = self.get_tabs(self.scope)
        return [
            {
                "label": tab.label,
                "count": self.tab_counts[tab.key],
                "url": query_with(self.request, tab=tab.key if tab.key != tabs[0].key else None, page=None),
                "current": self.tab is not None and tab.key == self.tab.key,
            }
            for tab in tabs
        ]

    @property
    def filter_fields(self) -> list[Any]:
        return list(self.filterset.form) if self.filterset is not None else []

    @property
    def ignored(self) -> list[str]:
        """Labels of the conditions whose value makes no sense."""
        if self.filterset is None:
            return []
        form = self.filterset.form
        return [str(form.fields[name].label or name) for name in form.errors if name in form.fields]

    @property
    def chips(self) -> list[Chip]:
        found = []
        if self.q and self.search_fields:
            found.append(Chip(f"关键词：{self.q}", query_with(self.request, q=None, page=None)))
        if self.filterset is not None:
            found += chips_of(self.request, self.filterset.form)
        return found

    @property
    def _filter_names(self) -> list[str]:
        return [name for bound in self.filter_fields for name in names_of(bound)]

    def _state_without(self, *names: str) -> list[tuple[str, str]]:
        """The address's other parameters, to be carried by a form as hidden fields."""
        return [
            (key, value)
            for key, values in self.request.GET.lists()
            if key not in {*names, "export"}
            for value in values
        ]

    def _keep(self, *names: str) -> str:
        gone = {key: None for key in self.request.GET if key not in names}
        return query_with(self.request, **gone)
