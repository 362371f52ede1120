"""Both sides of a form: scored, submitted, withdrawn, signed off, sent back (P30, P32)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse

from secondment.choices import SideState as S
from secondment.deadlines.appraisal import APPRAISAL_SCORE
from secondment.models import Appraisal, AppraisalScore, AppraisalSide, SchemeItem
from secondment.rounds.steps import correction_due, due_of
from secondment.rules.appraisal import show, side_score
from secondment.selectors.appraisals import SCORING, due_dates, scorers, visible
from secondment.services.grading import RESULT, SCORED, refresh, refuse_locked
from xianan.acts import CLICK, DISTRICT, Noun, Wording, longest_of, note
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.core.parties import Other
from xianan.core.texts import written
from xianan.deadlines.services import close, open_many
from xianan.history.selectors import acts_of
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of
from xianan.organizations.services.confirmation import confirm_password

SIDE: Noun[AppraisalSide] = Noun(
    model=AppraisalSide,
    label="考核评分",
    word="评分",
    states=S,
    view="view_appraisal",
    parties=("organization",),
    sees=lambda rows, scope: rows.filter(appraisal__in=visible(scope)),
    page="secondment:appraisal",
    within="appraisal",
    part_of="appraisal",
    leads=lambda row: reverse("secondment:appraisal", args=[row.appraisal_id]),
    home="secondment:appraisal-rounds",
    joins=("organization", "appraisal__round", "appraisal__person"),
)


# ---- Who may act -------------------------------------------------------------------------------------


def _read(rows: Sequence[AppraisalSide]) -> None:
    """Hang on each side who has acted for the other one of its form, and read the forms' persons and years.

    Three queries for however many, one where the forms came with theirs.
    """
    prefetch_related_objects([row.appraisal for row in rows], "person", "round")
    acts = acts_of(Appraisal, [row.appraisal_id for row in rows], *SCORING)
    found: dict[int, list[tuple[int | None, int | None]]] = defaultdict(list)
    for form, organization, who in acts.values_list("object_id", "organization_id", "actor_id").distinct():
        found[form].append((organization, who))
    for row in rows:
        vars(row)["others"] = [who for owner, who in found[row.appraisal_id] if owner != row.organization_id]


def _others(row: AppraisalSide) -> Iterable[int]:
    if "others" not in vars(row):
        _read([row])
    found: Iterable[int] = vars(row)["others"]
    return found


def _refuse_locked(row: AppraisalSide) -> None:
    refuse_locked(row.appraisal)


def _refuse_appraised(row: AppraisalSide, actor: User, act: str) -> None:
    """Refuse who is the one appraised (P30)."""
    if actor.person_index and actor.person_index == row.appraisal.person.id_index:
        raise DomainError("own_appraisal", f"被考核人与您是同一自然人，不能{act}。")


_OTHER = Other("代表另一方办理其中的评分", _others)
_OPEN: dict[str, Any] = {
    "guards": (_refuse_locked,), "shown": lambda row: row.appraisal.locked_at is None, "locks": ("appraisal",),
}  # fmt: skip
_OWN: dict[str, Any] = {
    **_OPEN, "by": "organization", "others": (_OTHER,), "prepare": _read, "behalf": "organization",
}  # fmt: skip
_SCORES = "score_appraisal"


# ---- Scored ------------------------------------------------------------------------------------------

SCORE = SIDE.permit(
    "评分", S.DRAFT, right=_SCORES, by="organization", others=(_OTHER,), guards=(_refuse_locked,)
)  # fmt: skip


def _items(row: AppraisalSide) -> QuerySet[SchemeItem]:
    return SchemeItem.objects.filter(scheme=row.appraisal.round.scheme_id, side=row.side)


@transaction.atomic
def save_scores(
    side: AppraisalSide, *, scores: Mapping[int, int | None], comment: str, actor: User
) -> AppraisalSide:
    """Keep what a side has scored so far: {item id: hundredths, None for not yet}.

    Errors: those of ``SCORE``, own_appraisal, score (field item_<id>), too_long (field comment).
    """
    lock(side.appraisal)
    fresh = SCORE.hold(side, actor=actor)
    _refuse_appraised(fresh, actor, SCORE.label)
    items = {row.pk: row for row in _items(fresh)}
    comment = written("评语", comment, longest_of(AppraisalSide.comment), field="comment")
    kept: dict[int, int] = dict(fresh.scores.values_list("item_id", "score"))
    for key, score in scores.items():
        if key not in items:
            raise DomainError("score", "评分项目不属于该评分方。")
        if score is None:
            kept.pop(key, None)
        elif 0 <= score <= items[key].points:
            kept[key] = score
        else:
            raise DomainError(
                "score",
                f"“{items[key].name}”评了 {show(score)} 分，须在 0 至 {show(items[key].points)} 分之间。",
                field=f"item_{key}",
            )
    fresh.scores.all().delete()
    AppraisalScore.objects.bulk_create(
        AppraisalScore(district_id=fresh.district_id, side=fresh, item_id=key, score=score)
        for key, score in kept.items()
    )
    fresh.comment, fresh.score = comment, side_score(kept.get(key) for key in items)
    fresh.save(update_fields=["comment", "score"])
    record(
        fresh.appraisal, "appraisal.scored", f"{fresh.get_side_display()}保存评分（已评 {len(kept)}/{len(items)} 项）",
        actor=actor, organization=fresh.organization,
    )  # fmt: skip
    return fresh


def _grade(form: Appraisal) -> None:
    refresh([form])
    form.save(update_fields=list(RESULT))


def _submitted(row: AppraisalSide, actor: User) -> None:
    close(APPRAISAL_SCORE, [row], outcome="submitted")
    _grade(row.appraisal)


@SIDE.step(
    "submit", "提交评分", S.DRAFT, S.SUBMITTED, right=_SCORES, action="appraisal.submitted", follow=_submitted,
    stamp=(AppraisalSide.submitted_by, AppraisalSide.submitted_at),
    # The score itself stays out of the log: the other side reads the timeline before it has scored.
    wording=Wording(done=lambda row: f"{row.get_side_display()}提交评分"), **_OWN,
)  # fmt: skip
def submit(row: AppraisalSide, *, actor: User) -> None:
    """Submit a side that has scored every item; total and grade follow once both have.

    Errors: own_appraisal, incomplete (field item_<id>).
    """
    _refuse_appraised(row, actor, submit.label)
    items = list(_items(row))
    scores = dict(row.scores.values_list("item_id", "score"))
    empty = [item for item in items if item.pk not in scores]
    if empty:
        names = "、".join(f"“{item.name}”" for item in empty[:3])
        more = f"等 {len(empty)} 项" if len(empty) > 3 else ""
        raise DomainError(
            "incomplete", f"{names}{more}还没有评分，各项都评分后才能提交。", field=f"item_{empty[0].pk}"
        )
    row.score = side_score(scores[item.pk] for item in items)


# ---- Taken back --------------------------------------------------------------------------------------


def _refuse_after_other(row: AppraisalSide) -> None:
    # Whoever has submitted may see the other side's scores, so taking one's own back would let them follow.
    if row.appraisal.sides.exclude(pk=row.pk).exclude(state=S.DRAFT).exists():
        raise DomainError("guard", "对方已经提交评分，不能自行撤回；确需修改的，由组织人社部门退回。")


def _reopen(row: AppraisalSide, actor: User) -> None:
    form = row.appraisal
    due_on = due_dates([form])[form.pk]
    if form.version > 1 and due_on == form.round.due_on:
        # A version that a cap has reopened had nothing to score, and so no date of its own.
        due_on = correction_due(form.round)
    open_many(APPRAISAL_SCORE, [due_of(row, due_on)])
    _grade(form)


@SIDE.step(
    "withdraw", "撤回评分", S.SUBMITTED, S.DRAFT, right=_SCORES, how=CLICK, action="appraisal.withdrawn", follow=_reopen,
    wording=Wording(
        done=lambda row: f"{row.get_side_display()}撤回评分", said="已撤回评分，可以修改后再次提交。"
    ),
    **{**_OWN, "guards": (_refuse_locked, _refuse_after_other)},
)  # fmt: skip
def withdraw(row: AppraisalSide, *, actor: User) -> None:
    """Take a side back as long as the other one has not submitted. Errors: own_appraisal, guard."""
    _refuse_appraised(row, actor, withdraw.label)
    row.submitted_by = row.submitted_at = None


@SIDE.step(
    "return", "退回重评", (S.SUBMITTED, S.SIGNED), S.DRAFT, right="manage_appraisal", by=DISTRICT,
    others=(Other(SCORED, lambda row: scorers(row.appraisal)),), action="appraisal.returned", follow=_reopen,
    asks=(
        note(
            "reason", "理由", longest=300, required=True, logged=True,
            help=lambda row: f"{row.appraisal.person}的评分退回后须重新提交和审定。",
        ),
    ),
    wording=Wording(
        button="退回重评", style="refuse", said="已退回重评。",
        title=lambda row: f"退回{row.organization}重评", done=lambda row: f"退回{row.organization}重评",
    ),
    **_OPEN,
)  # fmt: skip
def send_back(row: AppraisalSide, *, reason: str, actor: User) -> None:
    """Have a side score anew, with the reason; also after it was signed off."""
    row.submitted_by = row.submitted_at = row.signed_by = row.signed_at = None


# ---- Signed off --------------------------------------------------------------------------------------


@SIDE.step(
    "sign-one", "审定", S.SUBMITTED, S.SIGNED, right="sign_appraisal", action="appraisal.signed",
    stamp=(AppraisalSide.signed_by, AppraisalSide.signed_at),
    wording=Wording(done=lambda row: f"{row.get_side_display()}负责人审定"), **_OWN,
)  # fmt: skip
def sign(row: AppraisalSide, *, actor: User) -> None:
    """Sign a side off as the head of its unit, whose password ``sign_sides`` has asked. Errors: own_appraisal."""
    _refuse_appraised(row, actor, sign.label)


def sign_sides(sides: Iterable[AppraisalSide], *, actor: User, password: str) -> list[AppraisalSide]:
    """Sign off sides as the head of their units, all or none of them, with the password.

    Errors: not_allowed, wrong_password and locked (field password), nothing_chosen, those of the step.
    """
    rows, scope = list(sides), scope_of(actor)
    if not rows:
        raise DomainError("nothing_chosen", "没有待审定的评分。")
    if not all(sign.allows(row, scope) for row in rows):
        raise NotAllowed("您没有“审定”的权限。")
    confirm_password(actor, password)
    # One account with rights on both sides may not take both in one go either.
    if len({row.appraisal_id for row in rows}) < len(rows):
        scope.refuse_same_person([actor.pk], _OTHER.done, sign.label)
    return sign.all(rows, actor=actor)
