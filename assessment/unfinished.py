"""What of this app is open for an organization that is to end."""

from __future__ import annotations

from collections.abc import Iterator

from xianan.organizations.models import Organization
from xianan.organizations.unfinished import Unfinished, listed, open_for

from .choices import Phase, ProblemState
from .models import Cycle, Problem


@open_for.fill
def unfinished(row: Organization) -> Iterator[Unfinished]:
    cycles = Cycle.objects.filter(streets=row).exclude(phase__in=(Phase.PUBLISHED, Phase.ARCHIVED))
    yield listed("未公布结果的年度考核", cycles, "个")
    problems = Problem.objects.filter(street=row, state__in=(ProblemState.OPEN, ProblemState.HANDED))
    yield listed("未销号的整改", problems, "项", "assessment:problems", street=row.pk)
    checks = Problem.objects.filter(checker=row, state__in=(ProblemState.OPEN, ProblemState.HANDED))
    yield listed("由其验收、未销号的整改", checks, "项")
