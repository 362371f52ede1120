"""Columns and the base of all tables: one look, and a plain value beside every cell for the export.

class ItemTable(Table):
    number = Column("编号", css="tight muted", locked=True)
    name = Name("事项名称", url="empowerment:item", second="office__name")
    state = State("状态", waiting=("draft",))
    ops = Ops()

    def render_ops(self, record): ...
"""

import datetime as dt
import inspect
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.db import models
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django_tables2.data import TableListData

from xianan.core.choices import member_of
from xianan.ui import html, text


class Column(tables.Column):
    """A column of the portal.

    `css`: classes of the cell (tight, num, clip, muted); `hidden`: shown only when chosen;
    `locked`: always shown; `wide_only`: left out on narrow screens.
    """

    css = ""

    def __init__(
        self,
        *args: Any,
        css: str = "",
        hidden: bool = False,
        locked: bool = False,
        wide_only: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.css = " ".join(part for part in (css or self.css, "only-wide" if wide_only else "") if part)
        self.hidden = hidden
        self.locked = locked

    def export(self, record: Any, value: Any) -> Any:
        """The cell as the workbook gets it: text, number or date, never HTML."""
        return value


class Tight(Column):
    """Short text that never breaks."""

    css = "tight"


class Name(Column):
    """The name of the row, linked to its page, cut with the full text in its title.

    `url`: a URL name taking the row's pk, or a function of the record giving an address; `second`: an
    accessor or a function of the record for the small line below.
    """

    css = "clip"

    def __init__(
        self,
        *args: Any,
        url: str | Callable[[Any], str] = "",
        second: str | Callable[[Any], Any] = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("locked", True)
        super().__init__(*args, **kwargs)
        self.url = url
        self.second = second
        self._second_of = second if callable(second) else reader(second)

    def render(self, record: Any, value: Any) -> SafeString:
        address = self._address(record)
        words = html.safe(value)
        name = mark_safe(
            f'<a href="{html.safe(address)}" title="{words}">{words}</a>'
            if address
            else f'<span title="{words}">{words}</span>'
        )
        return html.two_lines(name, self._second_of(record)) if self.second else name

    def _address(self, record: Any) -> str:
        if callable(self.url):
            return self.url(record)
        return html.address(self.url, record.pk) if self.url else ""


class Number(Column):
    css = "num"


class Yuan(Number):
    """Money: the value is fen."""

    def render(self, value: int) -> str:
        return text.yuan(value)

    def export(self, record: Any, value: Any) -> Any:
        return None if value is None else Decimal(value) / 100


class Day(Tight):
    """A date as 2026年11月23日, or 11月23日 with `short=True`."""

    def __init__(self, *args: Any, short: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.short = short

    def render(self, value: Any) -> str:
        return text.short_date(value) if self.short else text.full_date(value)


class EventDay(Tight):
    """The day of something that somebody enters: 补登 stands behind it where that was late.

    ``late`` returns that day for a record; the workbook has it in a column of its own.
    """

    def __init__(self, *args: Any, late: Callable[[Any], dt.date | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.late = late

    def render(self, record: Any, value: Any) -> SafeString:
        return html.with_late(text.full_date(value), self.late(record))


class Moment(Tight):
    """A date with its time."""

    def render(self, value: dt.datetime) -> str:
        return text.short_moment(value)


class Due(Tight):
    """A due date as the days that are left, in a badge; the workbook gets the date."""

    def render(self, value: dt.date) -> SafeString:
        words, tone = text.days_left(value)
        return html.badge(words, tone, "auto")


class State(Tight):
    """A value of a ToneChoices field as a dot and a word; `waiting` names the values drawn as a ring."""

    def __init__(self, *args: Any, waiting: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = waiting

    def member(self, record: Any, value: Any) -> Any:
        path, _, name = str(self.accessor).rpartition("__")
        owner = reader(path)(record) if path else record
        return member_of(owner, name) if isinstance(owner, models.Model) else None

    def render(self, record: Any, value: Any) -> SafeString:
        member = self.member(record, value)
        if member is None:
            return html.state(value)
        return html.state(member, is_open=member.value in self.waiting)

    def export(self, record: Any, value: Any) -> Any:
        member = self.member(record, value)
        return member.label if member is not None else value


class Badge(State):
    """The same as a box: for the one state that matters of a row."""

    def render(self, record: Any, value: Any) -> SafeString:
        member = self.member(record, value)
        return html.badge(member if member is not None else value)


class Ops(Column):
    """Links and buttons of the row: write `render_ops(self, record)` on the table."""

    css = "ops"

    def __init__(self, verbose_name: str = "操作", **kwargs: Any) -> None:
        kwargs.update(orderable=False, exclude_from_export=True, empty_values=(), locked=True)
        super().__init__(verbose_name, **kwargs)


class PageRows(TableListData):
    """Rows that the database has put in order already."""

    def order_by(self, aliases: Any) -> None:
        return None


class Table(tables.Table):
    """Base of the portal's tables. `Meta.attrs` may add classes: `{"class": "table dense"}`."""

    class Meta:
        attrs = {"class": "table"}
        template_name = "django_tables2/portal.html"
        default = "—"

    def row_label(self, record: Any) -> str:
        """How the row's checkbox is read out."""
        return str(record)

    def heads(self) -> Iterator[dict[str, Any]]:
        """The header cells: label, class, sort state and what a click sorts by."""
        for column in self.columns:
            alias = column.order_by_alias
            yield {
                "label": column.header,
                "css": getattr(column.column, "css", "").replace("clip", "").replace("muted", "").strip(),
                "sortable": column.orderable,
                "sort": str(alias.next),
                "state": ("descending" if alias.is_descending else "ascending") if column.is_ordered else "",
            }

    def lines(self) -> Iterator[dict[str, Any]]:
        """The body: each row's record, the name of its checkbox, and its cells as HTML."""
        cells = [self._cell(column) for column in self.columns]
        for record in self.data:
            yield {
                "record": record,
                "label": self.row_label(record),
                "cells": mark_safe("".join([cell(record) for cell in cells])),
            }

    def _cell(self, bound: Any) -> Callable[[Any], str]:
        """Make the function that writes one column's cell.

        django-tables2 looks at the signature of `render` for every cell; here it is read once a column.
        """
        css = getattr(bound.column, "css", "")
        start = f'<td class="{css}">' if css else "<td>"
        read, empty = reader(bound.accessor), bound.column.empty_values
        nothing = f"{start}{conditional_escape(bound.default)}</td>"
        fixed = {"column": bound.column, "bound_column": bound, "table": self}
        wanted = inspect.signature(bound.render).parameters
        fixed = {name: value for name, value in fixed.items() if name in wanted}
        takes_value, takes_record = "value" in wanted, "record" in wanted

        def write(record: Any) -> str:
            value = read(record)
            if value in empty:
                return nothing
            given = dict(fixed)
            if takes_value:
                given["value"] = value
            if takes_record:
                given["record"] = record
            return f"{start}{html.safe(bound.render(**given))}</td>"

        return write

    def exporters(self) -> list[tuple[str, Callable[[Any], Any]]]:
        """Header and value function of each visible column that is exported.

        A method `export_<column>(record)` on the table goes before the column's own.
        """
        found = []
        for column in self.columns:
            if not column.column.exclude_from_export:
                own = getattr(self, f"export_{column.name}", None)
                found.append((str(column.header), own or _exporter(column)))
                if isinstance(column.column, EventDay):
                    found.append((f"{column.header}补登于", column.column.late))
        return found


def _exporter(bound: Any) -> Callable[[Any], Any]:
    read, column = reader(bound.accessor), bound.column
    if not isinstance(column, Column):
        return read
    return lambda record: column.export(record, read(record))


def reader(accessor: str) -> Callable[[Any], Any]:
    """Make the function that follows `a__b__c` from a record; a field with choices gives its label.

    A step that is missing or None gives None.
    """
    *path, last = accessor.split("__")
    display = f"get_{last}_display"
    labelled: dict[type, bool] = {}

    def read(record: Any) -> Any:
        for step in path:
            record = _follow(record, step)
            if record is None:
                return None
        kind = type(record)
        if kind not in labelled:
            labelled[kind] = hasattr(kind, display)
        return getattr(record, display)() if labelled[kind] else _follow(record, last)

    return read


def _follow(record: Any, step: str) -> Any:
    value = record.get(step) if isinstance(record, dict) else getattr(record, step, None)
    return value() if inspect.ismethod(value) else value
