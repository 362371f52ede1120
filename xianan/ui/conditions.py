"""The conditions of a list: how their fields look and how active ones are named and taken away."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django_filters import ModelChoiceFilter
from django_filters.fields import ModelChoiceField

from xianan.ui import html, text
from xianan.ui.forms import RowField, pairs_of, prepare_widget
from xianan.ui.templatetags.ui import query_with


class RowChoice(RowField, ModelChoiceField):
    """The field of a `RowFilter`."""


class RowFilter(ModelChoiceFilter):
    """A condition that names one row by its key."""

    field_class = RowChoice


@dataclass(frozen=True)
class Chip:
    """An active condition in words and the address without it."""

    label: str
    url: str


class Select(forms.Select):
    """A select that is written at once instead of by a template for each option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        pairs = list(self.choices)
        if any(isinstance(label, (list, tuple)) for _, label in pairs):
            return super().render(name, value, attrs, renderer)
        chosen = set(self.format_value(value))
        options = "".join(
            f'<option value="{html.safe(str(key))}"{" selected" if str(key) in chosen else ""}>'
            f"{html.safe(label)}</option>"
            for key, label in pairs
        )
        opening = flatatt({"name": name, **self.attrs, **(attrs or {})})
        return mark_safe(f"<select{opening}>{options}</select>")


def prepare_filters(form: forms.Form) -> None:
    """Give filter fields the controls of the design; "any value" reads 全部."""
    field: Any
    for field in form.fields.values():
        if getattr(field, "empty_label", None) is not None:
            field.empty_label = "全部"
        prepare_widget(field)
        for part in getattr(field, "fields", ()):
            prepare_widget(part)
        for part in getattr(field.widget, "widgets", ()):
            part.attrs["class"] = "control"
        if type(field.widget) is forms.Select:
            field.widget = _written_at_once(field)


def _written_at_once(field: Any) -> Select:
    choices = field.widget.choices
    if isinstance(field, RowChoice) and field.null_label is None and field.empty_label is not None:
        # Django reads them through a cursor of the server: four trips for a dozen rows.
        rows: Any = field.queryset
        named = [(field.prepare_value(row), field.label_from_instance(row)) for row in rows]
        choices = [("", field.empty_label), *named]
    widget = Select(field.widget.attrs, choices)
    widget.is_required = field.widget.is_required
    return widget


def chips_of(request: HttpRequest, form: forms.Form) -> list[Chip]:
    """Name every condition of a checked filter form that narrows the list."""
    found = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        words = in_words(bound.field, value)
        if words:
            url = query_with(request, page=None, **dict.fromkeys(names_of(bound)))
            found.append(Chip(f"{bound.label}：{words}", url))
    return found


def names_of(bound: Any) -> list[str]:
    """The parameters a filter field reads: one, or one for each part of a range."""
    suffixes = getattr(bound.field.widget, "suffixes", None)
    return [f"{bound.html_name}_{suffix}" if suffix else bound.html_name for suffix in suffixes or [""]]


def in_words(field: forms.Field, value: Any) -> str:
    """Return a condition's value as people read it, "" for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (dt.date, dt.datetime)):
        return text.full_date(value)
    if isinstance(value, slice):
        first, last = in_words(field, value.start), in_words(field, value.stop)
        return f"{first}至{last}" if first or last else ""
    if isinstance(field, forms.MultipleChoiceField):
        labels = {str(key): str(label) for key, label in pairs_of(field)}
        return "、".join(labels.get(str(each), str(each)) for each in value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(pairs_of(field)).get(value, value))
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return "、".join(str(each) for each in value)
    return str(value)
