"""Good practice: drafted and sent in by a street, published, returned or taken back by 区委编办 (P40)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.db.models import Q, QuerySet

from assessment.choices import PracticeState as S
from assessment.practices.model import Practice
from assessment.rules.scheme import EARLIEST, LATEST
from assessment.services.common import refuse_overwriting, words
from xianan.acts import CLICK, DISTRICT, Noun, Wording, longest_of, note
from xianan.core.errors import DomainError
from xianan.core.parties import Other, by
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.documents.attachments import PAPERS, Owner, Slot, register
from xianan.history.services import record
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import Scope, scope_of
from xianan.organizations.selectors import office, streets
from xianan.ui.todos import Wait

TEXTS = (Practice.title, Practice.background, Practice.actions, Practice.effects)
_STREET = (Other("代表街道起草或报送", by("drafted_by", "submitted_by")),)


def _sees(rows: QuerySet[Practice], scope: Scope) -> QuerySet[Practice]:
    """What is published, the own street's, and for 区委编办 what was sent in."""
    may = Q(state=S.PUBLISHED) if scope.holds("view_practice") else Q(pk__in=())
    may |= Q(street__in=scope.organization_ids("view_own_assessment"))
    if scope.whole_district("publish_practice"):
        may |= ~Q(state=S.DRAFT)
    return rows.filter(may)


PRACTICE: Noun[Practice] = Noun(
    model=Practice,
    label="经验做法",
    word="经验做法",
    states=S,
    view="view_practice",
    parties=("street",),
    page="assessment:practice",
    begun="practice.drafted",
    joins=("street", "drafted_by", "submitted_by", "published_by"),
    sees=_sees,
)
FILES = PRACTICE.permit(
    "起草经验做法", S.DRAFT, right="submit_practice", by="street", closed="经验做法已经报送，附件不再变动。"
)
register(
    Owner(
        Practice,
        label=PRACTICE.label,
        slots=(Slot("files", "附件", accept=PAPERS, most=5),),
        may_read=PRACTICE.readable,
        may_change=FILES.why_not,
        url=PRACTICE.url,
    )
)


def texts_of(row: Practice) -> list[str]:
    """Return the words of a practice, part by part."""
    return [str(getattr(row, text.field.name)) for text in TEXTS]


def _checked(**typed: str) -> dict[str, str]:
    return {
        text.field.name: words(
            typed[text.field.name], text.field.name, str(text.field.verbose_name), longest_of(text)
        )
        for text in TEXTS
    }


def _notify(row: Practice, organizations: Iterable[int], title: str, actor: User, text: str = "") -> None:
    notify_organizations(
        organizations,
        district_id=row.district_id,
        kind=NoticeKind.WORK,
        title=title,
        text=(text or f"{row.street}报送，{row.year}年度。")[:300],
        url=PRACTICE.url(row),
        sender=actor,
    )


def _on_desk(row: Practice) -> str:
    return f"经验做法：{row.title}"


# ---- The street --------------------------------------------------------------------------------------


@transaction.atomic
def draft_practice(
    street: Organization, *, year: int, title: str, background: str, actions: str, effects: str, actor: User
) -> Practice:
    """Draft a practice of the own street. Errors: not_allowed, year, required and too_long at their fields."""
    scope_of(actor).require("submit_practice", street, label="起草经验做法")
    if not EARLIEST <= year <= LATEST:
        raise DomainError("year", f"年度在 {EARLIEST} 至 {LATEST} 之间，现为 {year}。", field="year")
    texts = _checked(title=title, background=background, actions=actions, effects=effects)
    made = Practice.objects.create(
        district_id=street.district_id, street=street, year=year, drafted_by=actor, **texts
    )
    record(made, "practice.drafted", "起草经验做法", actor=actor, organization=street)
    return made


@PRACTICE.step(
    "change", "修改经验做法", (S.DRAFT, S.WITHDRAWN), S.DRAFT, right="submit_practice", by="street", behalf="street",
    tells=TEXTS, action="practice.changed",
    wording=Wording(
        offer="修改", button="保存修改", said="已保存。", done=lambda row: "撤下后重新修改" if row.state == S.WITHDRAWN else "修改经验做法"
    ),
)  # fmt: skip
def change_practice(
    row: Practice,
    *,
    title: str,
    background: str,
    actions: str,
    effects: str,
    actor: User,
    seen: str | None = None,
) -> None:
    """Change a draft, or one taken back, which thereby is a draft again; ``seen`` marks what stood on the page.

    Errors: wrong_state, not_allowed, required and too_long at their fields, stale.
    """
    texts = _checked(title=title, background=background, actions=actions, effects=effects)
    refuse_overwriting(seen, *texts_of(row), stands="改动见该篇的办理记录")
    for name, value in texts.items():
        setattr(row, name, value)
    row.published_by = row.published_at = None


@PRACTICE.step(
    "delete", "删除草稿", S.DRAFT, "", right="submit_practice", by="street", how=CLICK,
    wording=Wording(style="refuse", said=lambda row: f"已删除“{row}”。"),
)  # fmt: skip
def delete_practice(row: Practice, *, actor: User) -> None:
    """Delete a draft. Errors: wrong_state, not_allowed."""
    record(row, "practice.deleted", f"删除“{row}”", actor=actor, organization=row.street)
    Practice.objects.filter(pk=row.pk).delete()


@PRACTICE.step(
    "submit", "报送", S.DRAFT, S.SUBMITTED, right="send_practice", by="street", behalf="street", how=CLICK,
    stamp=(Practice.submitted_by, Practice.submitted_at), action="practice.submitted",
    waits=Wait(action="核对并报送", title=_on_desk),
    wording=Wording(
        offer=lambda row: f"以{row.street}名义报送", style="primary", done="报送区委编办", said="已报送区委编办审核。"
    ),
)  # fmt: skip
def submit_practice(row: Practice, *, actor: User) -> None:
    """Send a draft to 区委编办. Errors: wrong_state, not_allowed."""
    row.note = ""
    desk = office(row.district_id, Duty.ESTABLISHMENT)
    if desk is not None:
        _notify(row, [desk.pk], f"待审核：{row.street}报送经验做法", actor)


# ---- 区委编办 --------------------------------------------------------------------------------------------


_REASON = replace(
    note("reason", "理由", to=Practice.note, required=True, logged=True), codes=("reason_missing", "too_long")
)


@PRACTICE.step(
    "withdraw", "撤下", S.PUBLISHED, S.WITHDRAWN, right="publish_practice", by=DISTRICT, others=_STREET,
    asks=(_REASON,), action="practice.withdrawn",
    wording=Wording(button="撤下", offer="撤下…", title="撤下经验做法", style="refuse", said="已撤下。"),
)  # fmt: skip
def withdraw_practice(row: Practice, *, reason: str, actor: User) -> None:
    """Take a published one out of sight. Errors: wrong_state, not_allowed, reason_missing, too_long (field reason)."""
    _notify(row, [row.street_id], f"经验做法已撤下：{row}", actor, text=reason)


@PRACTICE.step(
    "return", "退回", S.SUBMITTED, S.DRAFT, right="publish_practice", by=DISTRICT, others=_STREET,
    asks=(_REASON,), action="practice.returned",
    wording=Wording(button="退回", offer="退回…", title="退回经验做法", style="refuse", said="已退回街道修改。"),
)  # fmt: skip
def return_practice(row: Practice, *, reason: str, actor: User) -> None:
    """Hand it back to the street. Errors: wrong_state, not_allowed, reason_missing, too_long (field reason)."""
    _notify(row, [row.street_id], f"经验做法已退回：{row}", actor, text=reason)


@PRACTICE.step(
    "publish", "发布", S.SUBMITTED, S.PUBLISHED, right="publish_practice", by=DISTRICT, others=_STREET,
    how=CLICK, stamp=(Practice.published_by, Practice.published_at), action="practice.published",
    waits=Wait(action="审核发布", title=_on_desk, context=lambda row: str(row.street)),
    wording=Wording(style="primary", done="发布，供各街道学习借鉴", said="已发布，已通知各街道。"),
)  # fmt: skip
def publish_practice(row: Practice, *, actor: User) -> None:
    """Publish what a street sent in and tell all streets. Errors: wrong_state, not_allowed."""
    _notify(row, streets(row.district_id).values_list("pk", flat=True), f"经验做法：{row}", actor)
