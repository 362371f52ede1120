"""The pages on which a street confirms or denies; the answers stand on the page of the session (P14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from secondment.confirmations.model import StreetConfirmation
from secondment.confirmations.steps import CONFIRMATION
from secondment.views.common import SECTION
from xianan.acts.pages import NounPages, Panel
from xianan.core import clock
from xianan.core.dates import chinese_date


def _facts(row: StreetConfirmation) -> Sequence[str]:
    session = row.session
    assert session.recorded_at is not None
    entered = clock.local_date(session.recorded_at)
    return (
        f"{session.organization} {chinese_date(session.day)}举办",
        f"{chinese_date(entered)}补登",
        session.place,
    )


def _names(row: StreetConfirmation) -> Mapping[str, Any]:
    present = row.session.attendances.filter(street=row.street, present=True)
    return {"street": row.street, "names": list(present.values_list("name", flat=True))}


PAGES: NounPages[StreetConfirmation] = NounPages(
    noun=CONFIRMATION,
    section=SECTION,
    title="培训",
    back="这场培训",
    name=lambda row: row.session.title,
    facts=_facts,
    sheet=(),
    panels=(Panel("secondment/confirmations/_names.html", _names, steps=("confirm", "deny")),),
)
