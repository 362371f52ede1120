"""What the services of a cycle share: words that must not be empty or too long, and who may not act."""

from __future__ import annotations

import hashlib

from assessment.models import Cycle, Indicator, Objection, SelfReport
from assessment.reports.steps import BY_STREET
from assessment.selectors import cycles
from xianan.core.errors import DomainError
from xianan.core.texts import PLAIN, written
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import people_of


def words(text: str, field: str, label: str, longest: int) -> str:
    """Return what was typed without blanks around it. Errors: required, too_long (field)."""
    return written(label, text, longest, field=field, required=True, codes=PLAIN)


def seen_as(*texts: str) -> str:
    """Return a mark of the words that a page shows, by which a save tells whether they still stand."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def refuse_overwriting(seen: str | None, *texts: str, stands: str) -> None:
    """Refuse a save over a colleague's, telling what ``stands`` now; None comes from code. Errors: stale."""
    if seen is not None and seen != seen_as(*texts):
        raise DomainError(
            "stale",
            f"页面打开以后已由同事改动，您填写的还没有保存。{stands}。核对后再次保存，以您的内容为准。",
        )


def refuse_own_street(cycle: Cycle, street: Organization, actor: User, now: str) -> None:
    """Refuse an assessor who works in the street, or has filled in its self-report (P37). Errors: same_person."""
    scope = scope_of(actor)
    report = SelfReport.objects.filter(cycle=cycle, street=street).first()
    if report is not None:
        scope.refuse_same_person(BY_STREET.who(report), BY_STREET.done, now)
    scope.refuse_same_person(
        people_of(street).filter(pk__in=scope.accounts).values_list("pk", flat=True), f"在{street}任职", now
    )


def refuse_party(cycle: Cycle, street: Organization, actor: User, now: str) -> None:
    """Refuse who has reported or objected for the street about points that are now put right (P40)."""
    scope = scope_of(actor)
    raised = Objection.objects.filter(cycle=cycle, street=street).values_list("raised_by_id", flat=True)
    scope.refuse_same_person(raised, "代表街道提出申诉", now)
    report = SelfReport.objects.filter(cycle=cycle, street=street).first()
    if report is not None:
        scope.refuse_same_person(BY_STREET.who(report), BY_STREET.done, now)


def check_cell(cycle: Cycle, street: Organization, indicator: Indicator) -> None:
    """Refuse a street that is not assessed and an indicator of another scheme."""
    if indicator.scheme_id != cycle.scheme_id:
        raise DomainError("other_scheme", "该指标不在本次考核的细则中。", field="indicator")
    if street.pk not in {row.pk for row in cycles.streets(cycle)}:
        raise DomainError("other_street", f"“{street}”不是本次考核的对象。", field="street")
