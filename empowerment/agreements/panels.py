"""What the pages of letters show, gathered in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse

from empowerment.agreements.steps import AGREEMENT, withdraw
from empowerment.choices import AgreementState, Party
from empowerment.models import Agreement, AgreementLine, Empowerment
from empowerment.rules import transition_until
from empowerment.selectors import agreements as selectors
from empowerment.selectors.periods import not_over, over
from empowerment.selectors.transition import bearers, borne_by_street, unevaluated
from xianan.core import clock
from xianan.documents.models import DocumentFile, DocumentSignature
from xianan.history.selectors import timeline
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import holders, streets
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameters
from xianan.ui import html

LINES = 50
FIGURES = ("transition_months", "letter_prefix", "letter_copies", "signing_days")


@dataclass(frozen=True, slots=True)
class Side:
    """One party in the sign panel."""

    label: str
    organization: Organization
    signature: DocumentSignature | None
    signatories: tuple[str, ...]
    waiting: bool


def context_of(
    letter: Agreement,
    scope: Scope,
    *,
    form: Any,
    refused: str = "",
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the context of a letter's page."""
    signatures = {
        row.party: row
        for row in DocumentSignature.objects.filter(document=letter.document_id).select_related("certificate")
    }
    files = list(DocumentFile.objects.filter(document=letter.document_id).order_by("sequence"))
    state = AgreementState(letter.state)
    sides = _sides(letter, signatures)
    steps = AGREEMENT.offered(letter, scope)
    all_lines = (query or {}).get("lines") == "all" or letter.line_count <= LINES
    rows = letter.lines.select_related("item")
    lines = list(rows if all_lines else rows[:LINES])
    in_force = _in_force(letter) if letter.effective_on else None
    newest = files[-1]
    file_url = reverse("documents:file", args=[letter.document_id, newest.sequence])
    waits = {AgreementState.SENT: letter.organization, AgreementState.SIGNED: letter.street}.get(state)
    signs_as = next((step for step in steps if step.name.startswith("sign")), None)
    return {
        "title": letter.number,
        "crumbs": (("赋权事项", ""), ("承接确认书", reverse("empowerment:agreements"))),
        "badge": html.badge(state, icon_name="auto"),
        "facts": (
            f"{letter.organization} 与 {letter.street}",
            f"{letter.line_count} 项",
            f"一式 {letter.copies} 份",
        ),
        "letter": letter,
        "state": state,
        "sides": sides,
        "form": form,
        "refused": refused,
        "sign_step": signs_as,
        "sign_why": signs_as.why_not(scope, letter) if signs_as else "",
        "refuse_step": next((step for step in steps if step.name.startswith("refuse")), None),
        "withdraw_step": withdraw if withdraw in steps else None,
        "party": waits if signs_as else None,
        "is_last": state == AgreementState.SIGNED,
        "would_end": transition_until(clock.today(), letter.transition_months),
        "effect_until": (
            transition_until(letter.effective_on, letter.transition_months) if letter.effective_on else None
        ),
        "lines": _borne(letter, lines) if in_force else [(line, None, None) for line in lines],
        "in_force": in_force,
        "all_lines": all_lines,
        "original": files[0],
        "newest": newest,
        "file_url": file_url,
        "download_url": f"{file_url}?download",
        "verify_url": reverse("documents:verify-code", args=[letter.document.code]),
        "entries": timeline(letter),
        "upcoming": [(f"待{waits}签署", f"截止 {letter.sign_by:%-m月%-d日}")] if waits else [],
    }


def _borne(
    letter: Agreement, lines: list[AgreementLine]
) -> list[tuple[AgreementLine, Organization, int | None]]:
    """Return each line of a letter in force with who bears it today and the power it has become."""
    sides = bearers([line.item_id for line in lines], streets=[letter.street_id])
    powers = dict(Empowerment.objects.filter(line__in=lines).values_list("line_id", "pk"))
    return [
        (
            line,
            letter.street
            if sides.get((line.item_id, letter.street_id)) == Party.STREET
            else letter.organization,
            powers.get(line.pk),
        )
        for line in lines
    ]


def _in_force(letter: Agreement) -> dict[str, Any]:
    counts = Empowerment.objects.filter(agreement=letter).aggregate(
        all=Count("pk", filter=not_over()),
        over=Count("pk", filter=over()),
        street=Count("pk", filter=borne_by_street()),
        late=Count("pk", filter=unevaluated()),
    )
    return counts | {"rest": counts["all"] - counts["street"]}


def _sides(letter: Agreement, signatures: Mapping[str, DocumentSignature]) -> list[Side]:
    sides = []
    for key, label, organization, role, turn in (
        ("a", "甲方", letter.organization, "department_head", AgreementState.SENT),
        ("b", "乙方", letter.street, "street_head", AgreementState.SIGNED),
    ):
        signature = signatures.get(key)
        open_ = letter.state in (AgreementState.SENT, AgreementState.SIGNED)
        names = (
            tuple(holders(organization, role).values_list("name", flat=True)[:3])
            if signature is None and open_
            else ()
        )
        sides.append(Side(label, organization, signature, names, letter.state == turn))
    return sides


# ---- Preparing -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One department of the matrix with a pair, or nothing, for each street."""

    organization: Organization
    cells: tuple[selectors.Pair | None, ...]


def prepare_context(scope: Scope, *, chosen: set[str] | None = None, refused: str = "") -> dict[str, Any]:
    """Return the context of the page where a batch of letters is prepared."""
    district = scope.district
    figures = parameters(district, DocumentKey.PLAN)
    missing = [key for key in FIGURES if key not in figures]
    pairs = selectors.pairs_to_send(district, months=int(figures.get("transition_months", 0) or 0))
    known = list(streets(district))
    known += [pair.street for pair in pairs if pair.street not in known]
    columns = list(dict.fromkeys(known))
    by_key = {(pair.organization.pk, pair.street.pk): pair for pair in pairs}
    departments = list(dict.fromkeys(pair.organization for pair in pairs))
    ready = [pair for pair in pairs if pair.can_be_sent]
    based_on = selectors.ground(district)
    return {
        "title": "准备发送承接确认书",
        "crumbs": (("赋权事项", ""), ("承接确认书", reverse("empowerment:agreements"))),
        "facts": _facts(figures),
        "columns": columns,
        "rows": [
            Row(department, tuple(by_key.get((department.pk, street.pk)) for street in columns))
            for department in departments
        ],
        "pairs": pairs,
        "ready": ready,
        "chosen": {pair.key for pair in ready} if chosen is None else chosen,
        "blocked": [pair for pair in pairs if pair.gaps],
        "marked": [pair for pair in pairs if pair.marked],
        "others": [pair for pair in pairs if pair.others],
        "items": sum(pair.count for pair in pairs),
        "months": figures.get("transition_months"),
        "ground": based_on,
        "missing_figures": missing,
        "running": Job.objects.filter(
            district=district, kind="agreements.send", state__in=(JobState.QUEUED, JobState.RUNNING)
        ),
        "refused": refused,
    }


def _facts(figures: Mapping[str, Any]) -> list[str]:
    words = (
        ("transition_months", "过渡期 {} 个月"),
        ("letter_copies", "一式 {} 份"),
        ("signing_days", "每方签署期限 {} 日"),
        ("letter_prefix", "文号代字 {}"),
    )
    return [text.format(figures[key]) for key, text in words if key in figures]
