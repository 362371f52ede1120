"""What a personal file says of appraisals, proposals and opinions (P30, P33, P48)."""

from __future__ import annotations

from django.urls import reverse

from secondment.choices import OpinionState, ProposalState
from secondment.file_sections import Cell, Section, register_section
from secondment.models import Appraisal, Person, Proposal, StreetOpinion
from secondment.rules.appraisal import grade_word, show
from xianan.core import clock
from xianan.core.dates import chinese_date


@register_section(order=50)
def appraisals(person: Person) -> Section:
    """Every closed year with total and grade, superseded versions too. A year that goes on shows no scores."""
    rows = (
        Appraisal.objects.filter(person=person)
        .select_related("round", "street", "cap", "pends_on")
        .order_by("round__year", "version")
    )
    lines = []
    for row in rows:
        done = row.locked_at is not None
        remarks = []
        if row.version > 1:
            remarks.append(f"第{row.version}版，更正原因：{row.cause}")
        if not row.is_current:
            remarks.append("已由更正的版本替代")
        if done and row.cap:
            remarks.append("因不服从街道管理被替换，等次受限")
        if done and row.pends_on:
            remarks.append(f"替换要求未决（{row.pends_on.get_state_display()}），等次待定")
        if done and row.lowered_reason:
            remarks.append(f"组织部门下调：{row.lowered_reason}")
        lines.append(
            (
                Cell(f"{row.round.year}年度", reverse("secondment:appraisal", args=[row.pk])),
                str(row.street),
                show(row.total) if done else "—",
                grade_word(row.grade, row.track) if done else "考核未办结",
                "；".join(remarks) or "—",
            )
        )
    return Section("年度考核", ("年度", "下沉街道", "综合得分", "等次", "说明"), lines, "没有年度考核记录")


@register_section(order=60)
def proposals(person: Person) -> Section:
    """Proposals that were made, with both answers."""
    rows = (
        Proposal.objects.filter(person=person)
        .exclude(state__in=(ProposalState.DRAFT, ProposalState.WITHDRAWN))
        .select_related("street")
        .prefetch_related("answers__organization")
        .order_by("sent_at", "pk")
    )
    return Section(
        "人事建议",
        ("提出街道", "日期", "建议", "答复"),
        [
            (
                str(row.street),
                chinese_date(clock.local_date(row.sent_at)) if row.sent_at else "—",
                Cell(f"{row.get_kind_display()}：{row.text}", reverse("secondment:proposal", args=[row.pk])),
                "；".join(
                    f"{answer.organization}{answer.get_verdict_display()}：{answer.text.rstrip('。')}"
                    if answer.verdict
                    else f"{answer.organization}未答复"
                    for answer in row.answers.all()
                ),
            )
            for row in rows
        ],
        "没有人事建议",
    )


@register_section(order=90)
def opinions(person: Person) -> Section:
    """What streets have said for promotion."""
    rows = (
        StreetOpinion.objects.filter(person=person, state=OpinionState.GIVEN)
        .select_related("street", "given_by")
        .order_by("given_at", "pk")
    )
    return Section(
        "街道意见",
        ("街道", "日期", "意见", "出具人", "事由"),
        [
            (
                str(row.street),
                chinese_date(clock.local_date(row.given_at)) if row.given_at else "—",
                row.text,
                row.given_by.name if row.given_by else "—",
                row.purpose or "街道主动出具",
            )
            for row in rows
        ],
        "街道尚未出具意见",
    )
