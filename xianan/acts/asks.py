"""What a step asks of whoever takes it.

An ask is a keyword of the step's effect and a field of its form. What it says of a value holds for a click and for
a job alike: ``clean`` is called for every taking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django import forms
from django.db import models
from django.db.models import QuerySet

from xianan.core.errors import DomainError
from xianan.core.texts import PLAIN, written
from xianan.ui.fields import HasField, longest_of
from xianan.ui.forms import RowField

ONE_LINE = 200
"""Characters of a text that is typed on one line."""
Words = str | Callable[[Any], str]
"""What is said, or a function that says it of a row."""


def words_of(words: Words, row: Any) -> str:
    return words(row) if callable(words) else words


def _always(row: Any) -> bool:
    return True


def _nothing(row: Any) -> Any:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing asked: the keyword ``name`` of the effect.

    ``to`` is the attribute of the row that takes the value, ``logged`` whether the log has it as the reason.
    Of a row that ``when`` is false for nothing is asked, and the effect's own default holds.
    """

    name: str
    label: Words
    make: Callable[..., forms.Field]
    required: bool = False
    help: Words = ""
    longest: int = 0
    """Characters of a text; 0 for what is no text."""
    codes: tuple[str, str] = ("reason_missing", "reason_long")
    missing: str = ""
    """What is said of a text that is required and lacking; that of a reason when empty."""
    to: str = ""
    logged: bool = False
    when: Callable[[Any], bool] = _always
    initial: Callable[[Any], Any] = _nothing
    among: Callable[[Any], QuerySet[Any]] | None = None
    """The rows of which one is picked."""

    def field(self, row: Any) -> forms.Field:
        """Return the field of the form for a row."""
        return self.make(
            label=words_of(self.label, row),
            help_text=words_of(self.help, row),
            required=self.required,
            initial=self.initial(row),
            **({"queryset": self.among(row)} if self.among is not None else {}),
        )

    def clean(self, value: Any, row: Any, act: str) -> Any:
        """Return a value as the effect takes it. Errors: ``codes`` (field: the name)."""
        if not self.longest:
            if self.required and value in (None, ""):
                missing = self.missing or f"未填写{words_of(self.label, row)}。"
                raise DomainError(self.codes[0], missing, field=self.name)
            return value
        required = (self.missing or f"{act}须填写理由。") if self.required else False
        label = words_of(self.label, row)
        return written(label, value, self.longest, field=self.name, required=required, codes=self.codes)


def note(
    name: str,
    label: Words,
    *,
    to: HasField | None = None,
    like: HasField | None = None,
    longest: int = 0,
    required: bool = False,
    logged: bool = False,
    help: Words = "",
    when: Callable[[Any], bool] = _always,
    initial: Callable[[Any], Any] = _nothing,
) -> Ask:
    """Ask for a text of some lines: as long as the column that takes it (``to``), or that the effect fills (``like``)."""
    most = longest or longest_of(to or like)

    make = _lines(most)
    kept = to.field.name if to is not None else ""
    return Ask(
        name=name, label=label, make=make, required=required, help=help, longest=most, to=kept, logged=logged, when=when,
        initial=initial,
    )  # fmt: skip


def prose(
    name: str,
    label: str,
    *,
    to: HasField,
    help: Words = "",
    logged: bool = False,
    initial: Callable[[Any], Any] = _nothing,
) -> Ask:
    """Ask for a text that is kept as what the row tells: a report, an opinion. Errors: required, too_long."""
    most = longest_of(to)
    return Ask(
        name=name, label=label, make=_lines(most), required=True, help=help, longest=most, to=to.field.name, logged=logged,
        codes=PLAIN, missing=f"未填写{label}。", initial=initial,
    )  # fmt: skip


def kept(to: HasField, *, label: str = "", help: str = "") -> Ask:
    """Ask for a field of the row as its model says it; a form begins with what the row has. Errors: required, too_long."""
    field = to.field
    label, most = label or str(field.verbose_name), field.max_length or 0
    short = not isinstance(field, models.TextField) and most <= ONE_LINE
    return Ask(
        name=field.name, label=label, make=cast("Callable[..., forms.Field]", field.formfield) if short else _lines(most), required=not field.blank,
        help=help or str(field.help_text), longest=most, codes=PLAIN, missing=f"未填写{label}。", to=field.name,
        initial=lambda row: getattr(row, field.name),
    )  # fmt: skip


def _lines(most: int) -> Callable[..., forms.Field]:
    """Return what makes the field of a text: more lines for a longer one."""
    rows = 3 if most <= 300 else 5 if most <= 1000 else 8

    def make(**facts: Any) -> forms.Field:
        return forms.CharField(max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **facts)

    return make


def day(name: str, label: Words, *, help: Words = "", initial: Callable[[Any], Any] = _nothing) -> Ask:
    """Ask for a date."""
    return Ask(
        name=name, label=label, make=forms.DateField, required=True, help=help, initial=initial, codes=PLAIN
    )


def pick(
    name: str,
    label: str,
    *,
    among: Callable[[Any], QuerySet[Any]],
    words: Callable[[Any], str] = str,
    required: bool = True,
    help: Words = "",
    nobody: str = "---------",
) -> Ask:
    """Ask for one of some rows, each called by its ``words``; ``nobody`` is the choice of none."""

    class Pick(RowField):
        def label_from_instance(self, obj: Any) -> str:
            return words(obj)

    make = partial(Pick, empty_label=nobody)
    return Ask(name=name, label=label, make=make, required=required, help=help, among=among, codes=PLAIN)


def tick(name: str, label: Words, *, help: Words = "", when: Callable[[Any], bool] = _always) -> Ask:
    """Ask for a yes that may be left out."""
    return Ask(name=name, label=label, make=forms.BooleanField, help=help, when=when)
