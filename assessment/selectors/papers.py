"""What the papers of a published result are made from, and who may read them (P40)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from assessment.choices import PaperKind, PaperState, ProblemState
from assessment.models import Cycle, Paper, ResultVersion
from assessment.practices.selectors import published
from assessment.rules import papers as rules
from assessment.rules.paper_blocks import ProblemRow
from assessment.rules.paper_words import title_of
from assessment.selectors.problems import ProblemLine, any_problem, problem_lines
from assessment.snapshot import Snapshot
from xianan.core.dates import chinese_date
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import office

from . import results
from .cycles import PUBLISHED
from .scores import street_ids

TEMPLATE = "assessment/print/paper.html"
ALONE = (PaperKind.TABLE, PaperKind.PROBLEMS)
"""Papers that are a table and nothing else: landscape, without the red head."""
FOR_STREETS = (PaperKind.NOTICE, PaperKind.TABLE)
"""What every street reads once it is signed off, beside its own."""


def visible(scope: Scope) -> QuerySet[Paper]:
    """Return the papers a person may read: all for the offices, a street what concerns it once it is signed."""
    rows = Paper.objects.filter(district_id=scope.district_id, cycle__phase__in=PUBLISHED)
    rows = rows.select_related("cycle", "version", "street", "document__superseded_by", "signed_by")
    if scope.whole_district("view_cycle"):
        return rows
    own = scope.organization_ids("view_own_assessment")
    if not own:
        return rows.none()
    return rows.filter(Q(kind__in=FOR_STREETS) | Q(street__in=own), state=PaperState.SIGNED)


def readers(paper: Paper) -> list[int]:
    """Return the streets that read a paper once it is signed off, beside the offices."""
    if paper.street_id is not None:
        return [paper.street_id]
    return street_ids(paper.cycle) if paper.kind in FOR_STREETS else []


def of_version(version: ResultVersion) -> QuerySet[Paper]:
    """Return the papers of a version in the order of issue, street by street."""
    rows = Paper.objects.filter(version=version)
    return rows.select_related("street", "document", "signed_by").order_by("street__display_order", "pk")


def in_order(rows: list[Paper]) -> list[Paper]:
    """Return papers in the order in which they are issued."""
    order = {kind: place for place, kind in enumerate(PaperKind.values)}
    return sorted(
        rows, key=lambda row: (order[row.kind], row.street.display_order if row.street else 0, row.pk)
    )


def unsignable(cycle: Cycle) -> dict[str, str]:
    """Return the kinds of papers that can't be signed off now, with the reason. One query."""
    if any_problem(cycle):
        return {}
    return {PaperKind.PROBLEMS.value: "没有列入整改清单的问题，不能签发空清单。"}


def material_of(cycle: Cycle, snapshot: Snapshot) -> rules.Material:
    """Return what stands beside the snapshot: last year's result, problems as they are now, practices."""
    lines = problem_lines(cycle)
    shown = published(cycle.district_id, cycle.year)
    return rules.Material(
        previous=results.previous_year(cycle),
        problems=[row_of(line) for line in lines],
        practices=[(str(row.street), row.title) for row in shown],
        closed=sum(line.state == ProblemState.CLOSED.label for line in lines),
    )


def row_of(line: ProblemLine) -> ProblemRow:
    """Return a problem as papers print it."""
    return ProblemRow(
        line.street,
        line.indicator,
        line.text,
        line.demand,
        line.measure,
        line.owner,
        chinese_date(line.due_on),
        line.state,
    )


def content(
    kind: str,
    snapshot: Snapshot,
    material: rules.Material,
    words: rules.Words,
    *,
    issuer: str,
    street: Organization | None = None,
) -> dict[str, Any]:
    """Return the data of a paper's template as plain JSON."""
    alone = kind in ALONE
    name = str(street) if street is not None else ""
    blocks = rules.blocks(kind, snapshot, material, words, street=street.pk if street is not None else 0)
    # The seal never stands on a page without text.
    if alone and blocks[-1].get("fill_in"):
        blocks.append({"kind": "fill_in", "labels": blocks[-1].pop("fill_in")})
    closing = 1 if alone else 2
    addressee = {
        PaperKind.NOTICE: "各街道党工委、办事处，区直各部门：",
        PaperKind.STREET: f"{street.formal_name}：" if street is not None else "",
        PaperKind.FILING: "区人民政府：",
    }.get(PaperKind(kind), "")
    return {
        "issuer": "" if alone else issuer,
        "title": "" if alone else title_of(kind, snapshot, name),
        "addressee": addressee,
        "blocks": blocks[:-closing],
        "closing": blocks[-closing:],
        "annexes": rules.annexes(kind, snapshot, material, street=name),
        "landscape": alone,
    }


def issuer_of(cycle: Cycle) -> Organization | None:
    """Return who signs the papers: 区委编办, which makes the results known (P39)."""
    return office(cycle.district_id, Duty.ESTABLISHMENT)
