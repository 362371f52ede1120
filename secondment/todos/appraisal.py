"""What of appraisal, proposals and opinions waits for a person."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse

from secondment.choices import CommentAnswer, RoundState, SchemeState
from secondment.models import AppraisalScheme
from secondment.proposals.selectors import answers_owed
from secondment.proposals.steps import PROPOSAL
from secondment.selectors import appraisals
from secondment.selectors.personal_files import opinions_owed
from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, todo_lines

SHOWN = 10


@todo_lines.fill
def appraisal_todos(scope: Scope) -> Iterator[Todo]:
    """Forms to sign off, a year to close, corrections to finish, comments to answer, rules to comment.

    Forms to score stand in 待办 by their own deadlines.
    """
    if scope.organization_ids("sign_appraisal"):
        yield from _to_sign(scope)
    for round_ in appraisals.rounds_to_close(scope):
        yield Todo(
            f"{round_}：双方评分均已审定",
            reverse("secondment:appraisal-close", args=[round_.pk]),
            "办结年度考核",
        )
    for form in appraisals.corrections_to_finish(scope)[:SHOWN]:
        yield Todo(
            f"{form.person}{form.round.year}年度考核登记表更正",
            reverse("secondment:appraisal-finish", args=[form.pk]),
            "办结更正",
            form.cause,
        )
    if scope.holds("comment_scheme") or scope.whole_district("manage_appraisal"):
        yield from _schemes(scope)


def _to_sign(scope: Scope) -> Iterator[Todo]:
    rows = (
        appraisals.sides_to_sign(scope)
        .order_by()
        .values(
            "appraisal__round_id",
            "appraisal__round__year",
            "appraisal__round__due_on",
            "appraisal__round__state",
        )
        .annotate(count=Count("pk"))
        .order_by("-appraisal__round__year")
    )
    for row in rows:
        yield Todo(
            f"{row['appraisal__round__year']}年度下沉人员考核评分",
            f"{reverse('secondment:appraisal-round', args=[row['appraisal__round_id']])}?tab=sign",
            "审阅并审定",
            f"{row['count']} 人",
            row["appraisal__round__due_on"] if row["appraisal__round__state"] == RoundState.OPEN else None,
            count=row["count"],
        )


def _schemes(scope: Scope) -> Iterator[Todo]:
    own = scope.organization_ids("comment_scheme")
    rows = AppraisalScheme.objects.filter(
        district_id=scope.district_id, state=SchemeState.CONSULTING
    ).annotate(
        waiting=Count("comments", filter=Q(comments__state=CommentAnswer.OPEN)),
        said=Count("comments", filter=Q(comments__organization__in=own)),
    )
    for row in rows:
        url = reverse("secondment:scheme", args=[row.pk])
        if row.waiting and scope.whole_district("manage_appraisal"):
            yield Todo(str(row), url, "答复意见", f"未答复 {row.waiting} 条", count=row.waiting)
        elif own and not row.said:
            yield Todo(str(row), url, "阅看并提出意见", "征求意见", row.comments_by)


@todo_lines.fill
def proposal_todos(scope: Scope) -> Iterator[Todo]:
    """Proposals to answer, opinions a street was asked for. Dated ones come by their deadline."""
    if scope.organization_ids("answer_proposal") or scope.whole_district("advise_proposal"):
        owed = answers_owed(scope).select_related("proposal__person", "proposal__street")
        for answer in owed.order_by("proposal__answer_by", "pk")[:SHOWN]:
            yield Todo(
                str(answer.proposal),
                PROPOSAL.url(answer.proposal_id),
                "答复人事建议",
                f"以{answer.organization}名义" if answer.is_office else "",
                answer.proposal.answer_by,
            )
    if scope.organization_ids("give_opinion"):
        owed_opinions = opinions_owed(scope).select_related("person", "asking")
        for opinion in owed_opinions.order_by("due_on", "pk")[:SHOWN]:
            yield Todo(
                f"对{opinion.person}的意见：{opinion.purpose}",
                reverse("secondment:opinion-give", args=[opinion.pk]),
                "出具意见",
                f"{opinion.asking}征求" if opinion.asking else "",
                opinion.due_on,
            )
