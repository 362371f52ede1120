"""The rules of the appraisal: drawn up, sent round, commented, put in force (P30)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from secondment.choices import CommentAnswer, SchemeState, Side
from secondment.flows.appraisal import SCHEME
from secondment.models import AppraisalScheme, SchemeComment, SchemeItem
from secondment.rules.appraisal import show
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.fields import label_of
from xianan.core.flow import lock
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of


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


@transaction.atomic
def change_scheme(
    scheme: AppraisalScheme, *, title: str, comments_by: dt.date | None, actor: User
) -> AppraisalScheme:
    """Change title and the day for comments. Errors: wrong_state, not_allowed, required (title)."""
    fresh = _writable(scheme, actor)
    if not title.strip():
        raise DomainError("required", "未填写标题。", field="title")
    changes = differences(fresh, {"title": title.strip(), "comments_by": comments_by})
    fresh.title, fresh.comments_by = title.strip(), comments_by
    fresh.save(update_fields=["title", "comments_by"])
    if changes:
        record(fresh, "scheme.changed", "修改标题和时限", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def delete_scheme(scheme: AppraisalScheme, *, actor: User) -> None:
    """Delete a draft nobody has commented. Errors: wrong_state, not_allowed, commented."""
    fresh = lock(scheme)
    SCHEME.refuse_unless_possible(fresh, "delete", scope_of(actor))
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
    fresh = _writable(scheme, actor)
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
    fresh = _writable(item.scheme, actor)
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
    fresh = _writable(scheme, actor)
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


@transaction.atomic
def consult(scheme: AppraisalScheme, *, actor: User) -> AppraisalScheme:
    """Send the draft round for comments. Errors: guard (a table does not total 100), wrong_state."""
    fresh = SCHEME.take(scheme, "consult", scope_of(actor), consulted_at=clock.now())
    record(fresh, "scheme.consult", SCHEME["consult"].done, actor=actor)
    return fresh


@transaction.atomic
def recall(scheme: AppraisalScheme, *, actor: User) -> AppraisalScheme:
    """Take a draft back from being commented. Errors: wrong_state, not_allowed."""
    fresh = SCHEME.take(scheme, "recall", scope_of(actor))
    record(fresh, "scheme.recall", SCHEME["recall"].done, actor=actor)
    return fresh


@transaction.atomic
def enforce(scheme: AppraisalScheme, *, actor: User) -> AppraisalScheme:
    """Put the rules in force; the version before is superseded and both are frozen.

    Errors: guard (does not total 100, a comment is not answered), newer, wrong_state, not_allowed.
    """
    today = clock.today()
    lock(scheme.district)
    SCHEME.refuse_unless_possible(lock(scheme), "enforce", scope_of(actor))
    for old in AppraisalScheme.objects.select_for_update().filter(
        district_id=scheme.district_id, state=SchemeState.IN_FORCE
    ):
        if old.version > scheme.version:
            raise DomainError("newer", f"第{old.version}版已经施行，不能再施行更早的第{scheme.version}版。")
        old.state, old.superseded_on = SchemeState.SUPERSEDED, today
        old.save(update_fields=["state", "superseded_on"])
        record(old, "scheme.superseded", f"由第{scheme.version}版替代", actor=actor)
    fresh = SCHEME.take(scheme, "enforce", scope_of(actor), in_force_on=today)
    record(fresh, "scheme.enforce", SCHEME["enforce"].done, actor=actor)
    return fresh


@transaction.atomic
def comment(scheme: AppraisalScheme, *, organization: Organization, text: str, actor: User) -> SchemeComment:
    """Give an organization's comment on rules that were sent round. Errors: not_allowed, wrong_state, required."""
    scope_of(actor).require("comment_scheme", organization, label="对考核细则提出意见")
    fresh = lock(scheme)
    if fresh.state != SchemeState.CONSULTING:
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
    scheme = lock(row.scheme)
    SCHEME.refuse_unless_possible(scheme, "answer", scope_of(actor))
    fresh = lock(row)
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


def _writable(scheme: AppraisalScheme, actor: User) -> AppraisalScheme:
    fresh = lock(scheme)
    SCHEME.refuse_unless_possible(fresh, "edit", scope_of(actor))
    return fresh
