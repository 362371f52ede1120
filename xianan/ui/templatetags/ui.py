"""Template tags of the portal: `{% load ui %}`."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import template
from django.db import models
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xianan.core.choices import member_of
from xianan.ui import html, text

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "check" %}`: a symbol; with a label it is read out."""
    return html.icon(name, label)


def _value(value: Any, field: str) -> Any:
    """Read a row's field as the member of its enumeration, and its display text failing that."""
    if field and isinstance(value, models.Model):
        member = member_of(value, field)
        if member is not None:
            return member
        display = getattr(value, f"get_{field}_display", None)
        return display() if display else getattr(value, field)
    return value


@register.simple_tag
def badge(value: Any, field: str = "", tone: str = "", icon: str = "") -> SafeString | str:
    """`{% badge item "state" %}`, `{% badge member %}` or `{% badge "已签署" tone="green" icon="auto" %}`."""
    value = _value(value, field)
    return html.badge(value, tone, icon) if value not in (None, "") else ""


@register.simple_tag
def state(value: Any, field: str = "", tone: str = "", open: bool = False) -> SafeString | str:
    """Like `badge`, as a dot and a word; `open=True` draws a ring for what still waits."""
    value = _value(value, field)
    return html.state(value, tone, is_open=open) if value not in (None, "") else ""


@register.simple_tag
def bar(value: float, total: float = 100, tone: str = "blue", label: str = "") -> SafeString:
    """`{% bar 64 %}` or `{% bar done all tone="green" label="已完成 6 项，共 9 项" %}`."""
    return html.bar([(min(value or 0, total or 1), tone)], total or 1, label)


@register.simple_tag
def days_left(due: dt.date | None, icon: bool = True) -> SafeString | str:
    """A badge for a due date: 逾期 2 天, 今日, 剩 3 天."""
    if not due:
        return ""
    words, tone = text.days_left(due)
    return html.badge(words, tone, "auto" if icon else "")


@register.filter
def days_text(due: dt.date | None) -> str:
    """The same words without a badge, to stand after a date: 剩 7 天."""
    return text.days_left(due)[0]


@register.filter
def days_tone(due: dt.date | None) -> str:
    return text.days_left(due)[1]


@register.filter
def late_by(row: Any, entry: Any) -> SafeString | str:
    """`{{ session|late_by:held }}`: 补登 and the day of the entry where the row's day was entered late."""
    return html.late(entry.late(row)) if row is not None else ""


register.filter("cn_date", text.full_date)
register.filter("cn_moment", text.full_moment)
register.filter("short_date", text.short_date)
register.filter("short_moment", text.short_moment)
register.filter("weekday", text.weekday)
register.filter("yuan", text.yuan)
register.filter("size", text.size)


@register.simple_tag
def share(part: int, whole: int) -> str:
    """`{% share 46 51 %}` → 90.2% 46/51."""
    return text.share(part, whole)


@register.simple_tag(takes_context=True)
def url_with(context: Context, **changes: Any) -> str:
    """This page's address with parameters changed: `{% url_with page=2 %}`; None or "" removes one."""
    return query_with(context["request"], **changes)


def query_with(request: HttpRequest, **changes: Any) -> str:
    """Return `?…` of the request with `changes`; None or "" removes, a list repeats."""
    query: QueryDict = request.GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        elif isinstance(value, (list, tuple)):
            query.setlist(key, [str(each) for each in value])
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def field(
    bound: BoundField,
    wide: bool = False,
    label: str = "",
    hint: str = "",
    optional: str = "可不填",
) -> SafeString:
    """A form field whole: label, control, hint, error with icon; `wide` takes the full row.

    What may stay empty is marked (`optional=""` leaves the mark out); what must be filled is not.
    """
    widget = bound.field.widget
    many = bool(getattr(widget, "use_fieldset", False))
    return render_to_string(
        "ui/field.html",
        {
            "field": bound,
            "wide": wide or getattr(widget, "wide", False),
            "label": label or bound.label,
            "hint": hint or bound.help_text,
            "mark": optional if not bound.field.required and not bound.field.disabled else "",
            "many": many,
            "single_box": getattr(widget, "input_type", "") == "checkbox" and not many,
        },
    )


@register.simple_tag
def control(bound: Any, **attrs: str) -> SafeString:
    """The control of a field alone: `{% control form.file form="submit" %}`."""
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: Any, unsaved: str = "尚未保存") -> dict[str, Any]:
    """What has to be put right, each line a link to its field. Renders nothing for a sound form."""
    if not form or not form.is_bound or not form.errors:
        return {"lines": []}
    lines = [("", message) for message in form.non_field_errors()]
    for bound in form:
        lines += [(bound.id_for_label or bound.auto_id, message) for message in bound.errors]
    return {"lines": lines, "unsaved": unsaved}


@register.inclusion_tag("ui/timeline.html")
def timeline(
    entries: Iterable[Any], upcoming: Iterable[tuple[str, str]] = (), more_url: str = ""
) -> dict[str, Any]:
    """What was done to an object, newest first; `upcoming` is (what, until when), drawn as rings.

    An entry has `label`, `actor_name`, `at`, and may have `organization`, `reason`, `tone`, `detail`.
    """
    return {"entries": entries, "upcoming": upcoming, "more_url": more_url}


@register.inclusion_tag("ui/steps.html")
def steps(current: int, *labels: str) -> dict[str, Any]:
    """`{% steps 3 "上传工作簿" "对应列名" "核对结果" "确认导入" %}`: the third is in work."""
    return {"steps": list(enumerate(labels, start=1)), "current": current}


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: Context, page: Any, *, printing: bool = True) -> dict[str, Any]:
    """The foot of a list: which rows are shown, page links, rows a page, printing all. `page` is one of `paged`."""
    request = context["request"]
    sizes = [(size, query_with(request, size=size, page=None)) for size in (10, 20, 50, 100)]
    numbers = [
        (number, "" if number in (page.number, page.paginator.ELLIPSIS) else query_with(request, page=number))
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]
    return {
        "page": page,
        "printing": printing and page.paginator.num_pages > 1,
        "all_url": query_with(request, size="all", page=None),
        "numbers": numbers,
        "sizes": sizes,
        "previous": query_with(request, page=page.number - 1) if page.number > 1 else "",
        "next": query_with(request, page=page.number + 1) if page.has_next() else "",
        "unit": context.get("unit", "项"),
    }
