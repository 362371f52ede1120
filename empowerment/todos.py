"""What of this app waits for a person."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse

from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, todo_lines

from .choices import FilingState, Legality, LineState
from .models import Filing
from .selectors import agreements, claims, filings, items, transition


@todo_lines.fill
def filing_todos(scope: Scope) -> Iterator[Todo]:
    """Drafts to finish and submit, items sent back, filings to review and to decide."""
    drafting, submitting = scope.organization_ids("draft_filing"), scope.organization_ids("submit_filing")
    desks = [state for state, right in filings.RIGHT_OF.items() if scope.holds(right)]
    if scope.holds("record_decision"):
        desks.append(FilingState.DELIBERATION)
    if drafting or submitting:
        yield from _drafts(drafting, submitting)
    if drafting:
        yield from _returned(scope)
    if desks:
        yield from _desks(scope, desks)


def _drafts(drafting: set[int], submitting: set[int]) -> Iterator[Todo]:
    rows = (
        Filing.objects.filter(state=FilingState.DRAFT, organization__in=drafting | submitting)
        .annotate(count=Count("lines"))
        .order_by("-id")
    )
    for filing in rows:
        heads = filing.organization_id in submitting
        if heads and not filing.count:
            continue
        yield Todo(
            title=filing.title,
            url=reverse("empowerment:filing", args=[filing.pk]),
            action="核对并提交申报" if heads else "继续填报",
            context=f"{filing.count} 项" if filing.count else "还没有事项",
        )


def _returned(scope: Scope) -> Iterator[Todo]:
    rows = (
        filings.returned_lines(scope)
        .order_by()
        .values("filing_id", "filing__title")
        .annotate(count=Count("pk"))
        .order_by("-filing_id")
    )
    for row in rows:
        yield Todo(
            title=row["filing__title"],
            url=f"{reverse('empowerment:filing', args=[row['filing_id']])}?lines=returned",
            action="修改并重新申报",
            context=f"退回或暂缓 {row['count']} 项",
            count=row["count"],
        )


def _desks(scope: Scope, states: list[FilingState]) -> Iterator[Todo]:
    rows = (
        Filing.objects.filter(district_id=scope.district_id, state__in=states)
        .select_related("organization")
        .annotate(open=Count("lines", filter=Q(lines__state=LineState.REVIEW)))
        .order_by("submitted_at", "id")
    )
    for filing in rows:
        decide = filing.state == FilingState.DELIBERATION
        yield Todo(
            title=f"{filing.organization}：{filing.title}",
            url=reverse("empowerment:meeting-create")
            if decide
            else reverse("empowerment:filing-review", args=[filing.pk]),
            action="登记审议决定" if decide else "审核事项",
            context=f"{filing.open} 项",
            count=filing.open,
        )


@todo_lines.fill
def legality_todos(scope: Scope) -> Iterator[Todo]:
    """Items with the standing mark that 区司法局 has not looked at since they came on the list."""
    if not scope.holds("check_legality"):
        return
    count = items.unchecked(scope).count()
    if count:
        yield Todo(
            title="市直下放的行政处罚待合法性复核",
            url=f"{reverse('empowerment:items')}?legality={Legality.PENDING.value}",
            action="复核",
            context=f"{count} 项",
            count=count,
        )


# ---- Claims and letters ----------------------------------------------------------------------------

LETTERS_SHOWN = 10


@todo_lines.fill
def claim_todos(scope: Scope) -> Iterator[Todo]:
    """Items a street's clerk has to decide on, and decisions its head has to submit."""
    deciding, submitting = scope.organization_ids("decide_claim"), scope.organization_ids("submit_claim")
    for row in claims.waiting(deciding | submitting):
        url = reverse("empowerment:claim-desk", args=[row.street.pk])
        if row.pending and row.street.pk in deciding:
            yield Todo(
                f"{row.street}：认领事项", url, "处理认领", f"未处理 {row.pending} 项", count=row.pending
            )
        if row.ready and row.street.pk in submitting:
            left = f"，还有 {row.pending} 项未处理" if row.pending else ""
            yield Todo(
                f"{row.street}：认领结果待提交",
                url,
                "审定并提交",
                f"已处理 {row.ready} 项{left}",
                count=row.ready,
            )


@todo_lines.fill
def letter_todos(scope: Scope) -> Iterator[Todo]:
    """Letters to be signed now, the most urgent first; for 区委编办 what is claimed and not yet sent."""
    if scope.organization_ids("sign_agreement"):
        mine = agreements.letters_to_sign(scope).order_by("sign_by", "pk")
        letters = list(mine[: LETTERS_SHOWN + 1])
        for letter in letters[:LETTERS_SHOWN]:
            yield Todo(
                str(letter),
                reverse("empowerment:agreement", args=[letter.pk]),
                "审阅并签署",
                f"{letter.organization} 与 {letter.street}，{letter.line_count} 项",
                letter.sign_by,
            )
        if len(letters) > LETTERS_SHOWN:
            more = mine.count() - LETTERS_SHOWN
            url = f"{reverse('empowerment:agreements')}?tab=mine"
            yield Todo("其余待签署的承接确认书", url, "逐份审阅", f"{more} 份", count=more)
    theirs = agreements.theirs_to_sign(scope).order_by("sign_by", "pk")
    if not scope.whole_district("view_agreement"):
        for letter in theirs[:LETTERS_SHOWN]:
            yield Todo(
                str(letter),
                reverse("empowerment:agreement", args=[letter.pk]),
                "查看，待负责人签署",
                f"{letter.organization} 与 {letter.street}，{letter.line_count} 项",
                letter.sign_by,
            )
    if scope.whole_district("send_agreement"):
        late, since, ready = agreements.office_letters(scope)
        if late:
            yield Todo(
                "逾期未签署的承接确认书",
                f"{reverse('empowerment:agreements')}?tab=late",
                "查看并督促签署",
                f"{late} 份",
                since,
                late,
            )
        if ready:
            yield Todo(
                "已认领的事项待签订确认书",
                reverse("empowerment:agreement-prepare"),
                "准备发送",
                f"{ready} 份",
                count=ready,
            )


# ---- The end of transitions ------------------------------------------------------------------------


@todo_lines.fill
def transition_todos(scope: Scope) -> Iterator[Todo]:
    """Powers a unit has yet to state about, those past their term on both desks, those to be confirmed."""
    waiting = transition.waiting(scope)
    url = reverse("empowerment:powers")
    if waiting.to_review:
        yield Todo(
            "过渡期即将期满的职权待评估",
            f"{url}?tab=mine",
            "评估衔接情况",
            f"{waiting.to_review} 项",
            waiting.to_review_by,
            waiting.to_review,
        )
    if waiting.late:
        yield Todo(
            "逾期未评估的职权",
            f"{url}?tab=late",
            "查看并督促评估" if scope.whole_district("confirm_transition") else "查看并完成评估",
            f"{waiting.late} 项，主体责任仍由赋权部门承担",
            waiting.late_since,
            waiting.late,
        )
    if waiting.to_confirm:
        yield Todo(
            "双方评估为已具备的职权",
            f"{url}?tab=ready",
            "确认衔接完成",
            f"{waiting.to_confirm} 项",
            waiting.to_confirm_by,
            waiting.to_confirm,
        )
