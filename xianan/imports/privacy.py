"""Personal data stays out of what is stored: values of private fields are masked wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from xianan.core.spreadsheet import Ignored, Table, fold

from .report import SET_ASIDE, CheckedLine, Difference, Fault, Report

_NUMBER = re.compile(r"\d{6,}[Xx]?")
_SHORTEST = 4
"""Shorter texts are not looked for inside sentences: 男 stands in too many."""


def mask(text: str) -> str:
    """Return a text with only its first three and last two characters, or less of a short one."""
    text = text.strip()
    if not text:
        return ""
    if len(text) < 8:
        return text[:1] + "*" * max(len(text) - 1, 2)
    return text[:3] + "*" * (len(text) - 5) + text[-2:]


def masked(report: Report, table: Table, private: Collection[str]) -> Report:
    """Return a report for keeping: the same, without any value of the private fields."""
    if not private:
        return report
    held = {
        row.number: _held(row.values[name] for name in private if name in row.values) for row in table.rows
    }
    everywhere = {text for texts in held.values() for text in texts}

    def fault(found: Fault) -> Fault:
        secrets = held.get(found.row, everywhere)
        if found.code == SET_ASIDE:
            # Its values are not known field by field; a number in it may be anybody's.
            found = replace(found, value=_NUMBER.sub(lambda number: mask(number[0]), found.value))
        return replace(
            found,
            value=mask(found.value) if found.field in private else _without(found.value, secrets),
            message=_without(found.message, secrets),
            remedy=_without(found.remedy, secrets),
            context=_without(found.context, secrets),
        )

    return replace(
        report,
        errors=[fault(found) for found in report.errors],
        warnings=[fault(found) for found in report.warnings],
        lines=[_line(line, private) for line in report.lines],
        # What stands in a row that was set aside is not known field by field.
        ignored=[Ignored(row.row, "", row.reason) for row in report.ignored],
    )


def _held(values: Iterable[str]) -> tuple[str, ...]:
    """Texts of private cells as they may be quoted, the longest first."""
    found = {form for value in values for form in (value, fold(value)) if len(form) >= _SHORTEST}
    return tuple(sorted(found, key=len, reverse=True))


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, mask(secret))
    return text


def _line(line: CheckedLine, private: Collection[str]) -> CheckedLine:
    differences = [
        Difference(d.field, d.label, mask(d.old), mask(d.new)) if d.field in private else d
        for d in line.differences
    ]
    values = {name: value for name, value in line.values.items() if name not in private}
    return replace(line, values=values, differences=differences, keys=())
