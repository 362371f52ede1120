"""The rules of the appraisal: drawn up, sent round, commented, put in force (P30)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from secondment.choices import CommentAnswer, Side
from secondment.choices import SchemeState as S
from secondment.models import AppraisalScheme, SchemeComment, SchemeItem
from secondment.rules.appraisal import items_fault, show
from xianan.acts import CLICK, DISTRICT, Noun, Wording, kept
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.fields import label_of
from xianan.core.locks import lock
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import Scope, scope_of


def _read(rows: QuerySet[AppraisalScheme], scope: Scope) -> QuerySet[AppraisalScheme]:
    """Drafts stay with those who write them."""
    if not scope.holds(SCHEME.view):
        return rows.none()
    return rows if scope.whole_district("manage_appraisal") else rows.exclude(state=S.DRAFT)


SCHEME: Noun[AppraisalScheme] = Noun(
    model=AppraisalScheme,
    label="考核细则",
    word="考核细则",
    states=S,
    view="view_appraisal",
    parties=("organization",),
    sees=_read,
    page="secondment:scheme",
    begun="scheme.drafted",
    above=("下沉人员考核", "secondment:appraisal-rounds"),
    joins=("organization", "district"),
)
_OFFICE: dict[str, Any] = {"right": "manage_appraisal", "by": DISTRICT}
EDIT = SCHEME.permit("修改考核细则", (S.DRAFT, S.CONSULTING), **_OFFICE)
DELETE = SCHEME.permit("删除草稿", S.DRAFT, **_OFFICE)
ANSWER = SCHEME.permit("答复意见", S.CONSULTING, **_OFFICE)


@transaction.atomic
def create_scheme(*, title: str, actor: User) -> AppraisalScheme:
    """Begin the next version with the items of the last one. Errors: not_allowed, required (title)."""
    scope = scope_of(actor)
    scope.require("manage_appraisal", scope.district, label="制定考核细则")
    if not title.strip():
        raise DomainError("required", "未填写标题。", field="title")
    district = lock(scope.district)
    rows = AppraisalScheme.objects.filter(district=district)
    last = rows.order_by("-version").first()
    scheme = AppraisalScheme.objects.create(
        district=district,
        version=(last.version if last else 0) + 1,
        title=title.strip(),
        organization=actor.organization,
        created_by=actor,
    )
    if last is not None:
        copies = list(last.items.all())
        for row in copies:
            row.pk, row.scheme = None, scheme
            row._state.adding = True
        SchemeItem.objects.bulk_create(copies)
    label = f"起草，沿用第{last.version}版的评分项目" if last else "起草"
    record(scheme, "scheme.drafted", label, actor=actor)
    return scheme


@SCHEME.step(
    "change", "修改考核细则", (S.DRAFT, S.CONSULTING), "", action="scheme.changed", **_OFFICE,
    asks=(kept(AppraisalScheme.title), kept(AppraisalScheme.comments_by)),
    tells=(AppraisalScheme.title, AppraisalScheme.comments_by),
    wording=Wording(title="修改标题和时限", done="修改标题和时限", button="保存修改", said="已保存。"),
)  # fmt: skip
def change_scheme(
    row: AppraisalScheme, *, title: str, comments_by: dt.date | None = None, actor: User
) -> None:
    """Change title and the day for comments. Errors: required (title)."""


@transaction.atomic
def delete_scheme(scheme: AppraisalScheme, *, actor: User) -> None:
    """Delete a draft nobody has commented. Errors: wrong_state, not_allowed, commented."""
    fresh = DELETE.hold(scheme, actor=actor)
    if fresh.comments.exists():
        raise DomainError("commented", "已收到意见的考核细则不能删除，可修改后再次征求意见。")
    record(fresh, "scheme.deleted", "删除草稿", actor=actor)
    fresh.delete()


@transaction.atomic
def save_item(
    scheme: AppraisalScheme, *, side: str, values: dict[str, Any], actor: User, item: SchemeItem | None = None
) -> SchemeItem:
    """Add an item to a side's table or change one; ``values``: name, standard, points (hundredths).

    Errors: wrong_state, not_allowed, points (field points), item_twice (field name).
    """
    fresh = EDIT.hold(scheme, actor=actor)
    if not 1 <= values["points"] <= 10000:
        raise DomainError("points", "分值须大于 0，不超过 100 分。", field="points")
    if item is None:
        last = fresh.items.filter(side=side).aggregate(last=Max("position"))["last"] or 0
        row = SchemeItem(
            district_id=fresh.district_id, scheme=fresh, side=Side(side).value, position=last + 1
        )
    else:
        row = lock(item)
    changes = (
        _shown(differences(row, values)) if item is not None else {"分值": (None, show(values["points"]))}
    )
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise DomainError("item_twice", "该评分方已有同名的评分项目。", field="name") from None
    label = f"{'修改' if item else '增加'}{row.get_side_display()}评分项目“{row.name}”"
    if changes:
        record(fresh, "scheme.item", label, actor=actor, changes=changes)
    return row


def _shown(changes: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    key = label_of(SchemeItem, "points")
    if key not in changes:
        return changes
    old, new = changes.pop(key)
    return {**changes, "分值": (show(old), show(new))}


@transaction.atomic
def delete_item(item: SchemeItem, *, actor: User) -> None:
    """Take an item out. Errors: wrong_state, not_allowed."""
    fresh = EDIT.hold(item.scheme, actor=actor)
    row = lock(item)
    record(
        fresh,
        "scheme.item",
        f"删除{row.get_side_display()}评分项目“{row.name}”",
        actor=actor,
        changes={"分值": (show(row.points), None)},
    )
    row.delete()


@transaction.atomic
def replace_items(scheme: AppraisalScheme, *, rows: list[dict[str, Any]], actor: User) -> int:
    """Put these items in place of all of both tables; each row: side, name, standard, points (hundredths).

    Errors: wrong_state, not_allowed. Returns how many items the tables have.
    """
    fresh = EDIT.hold(scheme, actor=actor)
    before = fresh.items.count()
    fresh.items.all().delete()
    SchemeItem.objects.bulk_create(
        SchemeItem(district_id=fresh.district_id, scheme=fresh, position=place, **row)
        for place, row in enumerate(rows, 1)
    )
    record(
        fresh, "scheme.items", "按工作簿更新评分项目", actor=actor, changes={"评分项目": (before, len(rows))}
    )
    return len(rows)


# ---- Sent round, put in force --------------------------------------------------------------------------


def _refuse_unless_hundred(scheme: AppraisalScheme) -> None:
    items = list(scheme.items.values_list("side", "points"))
    for side in Side:
        fault = items_fault((points for owner, points in items if owner == side), str(side.label))
        if fault:
            raise DomainError("guard", f"{fault}。")


def _refuse_unanswered(scheme: AppraisalScheme) -> None:
    left = scheme.comments.filter(state=CommentAnswer.OPEN).count()
    if left:
        raise DomainError("guard", f"还有 {left} 条意见没有答复，逐条答复后才能施行。")


def _refuse_early(scheme: AppraisalScheme) -> None:
    if scheme.comments_by is not None and scheme.comments_by >= clock.today():
        raise DomainError(
            "guard",
            f"意见反馈截止 {chinese_date(scheme.comments_by)}，期满后才能施行；"
            "各单位都已反馈的，可先在“修改标题和时限”中提前截止日期。",
        )


@SCHEME.step(
    "consult", "送各街道和派出部门征求意见", S.DRAFT, S.CONSULTING, guards=(_refuse_unless_hundred,), how=CLICK,
    action="scheme.consult", **_OFFICE,
    wording=Wording(done="送街道和派出部门征求意见", said="已送各街道和派出部门征求意见。"),
)  # fmt: skip
def consult(row: AppraisalScheme, *, actor: User) -> None:
    """Send the draft round for comments. Errors: guard (a table does not total 100)."""
    row.consulted_at = clock.now()


@SCHEME.step(
    "recall", "收回修改", S.CONSULTING, S.DRAFT, how=CLICK, action="scheme.recall", **_OFFICE,
    wording=Wording(said="已收回修改。"),
)  # fmt: skip
def recall(row: AppraisalScheme, *, actor: User) -> None:
    """Take a draft back from being commented."""


def _hold_district(row: AppraisalScheme, typed: Mapping[str, Any]) -> None:
    lock(row.district)


@SCHEME.step(
    "enforce", "定稿施行", S.CONSULTING, S.IN_FORCE, how=CLICK, action="scheme.enforce", before=_hold_district,
    guards=(_refuse_unless_hundred, _refuse_unanswered, _refuse_early), **_OFFICE,
    wording=Wording(said="已施行，此后启动的年度考核按此版评分。"),
)  # fmt: skip
def enforce(row: AppraisalScheme, *, actor: User) -> None:
    """Put the rules in force; the version before is superseded and both are frozen.

    Errors: guard (does not total 100, a comment is not answered or its day not over), newer.
    """
    row.in_force_on = clock.today()
    for old in AppraisalScheme.objects.select_for_update().filter(district=row.district, state=S.IN_FORCE):
        if old.version > row.version:
            raise DomainError("newer", f"第{old.version}版已经施行，不能再施行更早的第{row.version}版。")
        old.state, old.superseded_on = S.SUPERSEDED, row.in_force_on
        old.save(update_fields=["state", "superseded_on"])
        record(old, "scheme.superseded", f"由第{row.version}版替代", actor=actor)


# ---- Comments ------------------------------------------------------------------------------------------


@transaction.atomic
def comment(scheme: AppraisalScheme, *, organization: Organization, text: str, actor: User) -> SchemeComment:
    """Give an organization's comment on rules that were sent round. Errors: not_allowed, wrong_state, required."""
    scope_of(actor).require("comment_scheme", organization, label="对考核细则提出意见")
    fresh = lock(scheme)
    if fresh.state != S.CONSULTING:
        raise DomainError("wrong_state", f"考核细则现在是“{fresh.get_state_display()}”，不在征求意见。")
    if not text.strip():
        raise DomainError("required", "未填写意见。", field="text")
    row = SchemeComment.objects.create(
        district_id=fresh.district_id,
        scheme=fresh,
        organization=organization,
        text=text.strip(),
        given_by=actor,
    )
    record(
        fresh,
        "scheme.comment",
        f"{organization}提出意见",
        actor=actor,
        organization=organization,
        reason=row.text,
    )
    return row


@transaction.atomic
def answer_comment(row: SchemeComment, *, state: str, answer: str, actor: User) -> SchemeComment:
    """Say whether a comment is adopted; 未采纳 says why. Errors: wrong_state, not_allowed, required (answer), same_person."""
    scheme, fresh = ANSWER.hold(row.scheme, actor=actor), lock(row)
    scope_of(actor).refuse_same_person([fresh.given_by_id], "提出这条意见", "答复意见")
    verdict = CommentAnswer(state)
    if verdict == CommentAnswer.OPEN:
        raise DomainError("required", "未选择是否采纳。", field="state")
    if verdict == CommentAnswer.DECLINED and not answer.strip():
        raise DomainError("required", "未采纳须说明理由。", field="answer")
    fresh.state, fresh.answer = verdict.value, answer.strip()
    fresh.answered_by, fresh.answered_at = actor, clock.now()
    fresh.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(
        scheme,
        "scheme.answer",
        f"答复{fresh.organization}的意见：{verdict.label}",
        actor=actor,
        reason=fresh.answer,
    )
    return fresh
