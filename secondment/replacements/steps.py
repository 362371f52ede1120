"""A street's demand for a replacement: drafted, made, answered, and completed by the successor's arrival (P32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from secondment.choices import EndKind, ReplacementKind, SecondmentState
from secondment.choices import ReplacementState as R
from secondment.deadlines.staff import REPLACEMENT_ANSWER, SUCCESSOR
from secondment.models import Secondment
from secondment.replacements.model import Replacement
from secondment.rules.replacement import latest
from secondment.selectors.figures import staff_figures
from secondment.selectors.replacements import AGREED, possible_successors
from secondment.services import corrections, coverage
from secondment.services.dates import close_secondment, working_days
from xianan.acts import Ask, Changes, Noun, Wording, day, longest_of, note, pick
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.parties import Other, by
from xianan.core.texts import written
from xianan.deadlines.services import close, open_deadline
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import Scope, scope_of
from xianan.ui.todos import Wait

WAITING = (R.REQUESTED, R.DECLINED)
OPEN = (R.DRAFT, *WAITING, R.ACCEPTED)
COMING = (SecondmentState.APPROVAL, SecondmentState.REGISTERED)
_STREET = (Other("代表街道提出替换要求", lambda row: row.demanded_by),)
_DEPARTMENT = (Other("代表派出部门答复", by("answered_by")),)


def _seen(rows: QuerySet[Replacement], scope: Scope) -> QuerySet[Replacement]:
    """A draft is seen within the street that writes it alone."""
    own = scope.organization_ids("draft_replacement")
    return scope.filter(rows, "view_secondment", "organization", "street").filter(
        ~Q(state=R.DRAFT) | Q(street__in=own)
    )


DEMAND: Noun[Replacement] = Noun(
    model=Replacement,
    label="替换要求",
    word="替换要求",
    states=R,
    view="view_secondment",
    parties=("organization", "street"),
    page="secondment:replacement",
    begun="replacement.drafted",
    joins=(
        "organization", "street", "secondment__person", "secondment__organization", "secondment__street",
        "successor__person", "drafted_by", "answered_by",
    ),
    sees=_seen,
)  # fmt: skip


# ---- Locks, and what follows --------------------------------------------------------------------------


def _hold(row: Replacement, typed: Mapping[str, Any]) -> None:
    """Lock the successor before all else, as the street's confirmation does, then the years of appraisal."""
    if typed.get("successor") is not None:
        lock(typed["successor"])
    corrections.hold(row)


def _hold_service(row: Replacement, typed: Mapping[str, Any]) -> None:
    _hold(row, typed)
    lock(row.secondment)


def _follow(row: Replacement, actor: User) -> None:
    """Bring coverage and grades to what a demand now says."""
    coverage.refresh(row.district_id, {(row.organization_id, row.street_id)})
    corrections.follow(row, actor=actor)


def _await_answer(row: Replacement) -> None:
    days = staff_figures(row.district_id).answer_working_days
    row.answer_by = working_days(row.district_id, days, clock.today())
    open_deadline(
        REPLACEMENT_ANSWER, row, organization=row.organization, due_on=row.answer_by,
        title=f"{row.street}要求替换{row.secondment.person}",
    )  # fmt: skip


def refuse_gone(row: Secondment) -> None:
    """Raise DomainError(not_serving) for somebody of whom no replacement can be demanded."""
    if row.state != SecondmentState.SERVING:
        raise DomainError(
            "not_serving", f"下沉现在是“{row.get_state_display()}”，只能对在岗人员提出替换要求。"
        )


def _refuse_gone(row: Replacement) -> None:
    refuse_gone(row.secondment)


# ---- The street --------------------------------------------------------------------------------------


@transaction.atomic
def draft(row: Secondment, *, kind: str, facts: str, actor: User) -> Replacement:
    """Draft a demand that somebody who serves be replaced.

    Errors: not_allowed, not_serving, open_already, kind (field kind), facts_missing, facts_long (field facts).
    """
    fresh = lock(row)
    scope_of(actor).require("draft_replacement", fresh, "street", label="起草替换要求")
    refuse_gone(fresh)
    if Replacement.objects.filter(secondment=fresh, state__in=OPEN).exists():
        raise DomainError("open_already", "对该人员已有一项替换要求在办理，从替换要求列表进入。")
    made = Replacement(
        district_id=fresh.district_id,
        secondment=fresh,
        organization_id=fresh.organization_id,
        street_id=fresh.street_id,
        drafted_by=actor,
    )
    _fill(made, kind, facts)
    made.save(force_insert=True)
    record(made, "replacement.drafted", "起草替换要求", actor=actor)
    return made


def _fill(row: Replacement, kind: str, facts: str) -> None:
    if kind not in ReplacementKind.values:
        raise DomainError("kind", "未选择替换事由。", field="kind")
    missing = "未填写事实：写明时间、事情和街道已做的工作。"
    row.kind = kind
    row.facts = written("事实", facts, longest_of(Replacement.facts), field="facts", required=missing)


def _on_desk(row: Replacement) -> str:
    return f"{row.street}要求替换{row.secondment.person}（{row.organization}）"


@DEMAND.step(
    "edit",
    "修改替换要求",
    R.DRAFT,
    R.DRAFT,
    right="draft_replacement",
    by="street",
    action="replacement.changed",
)
def change(row: Replacement, *, kind: str, facts: str, actor: User) -> None:
    """Change a draft. Errors: not_allowed, wrong_state, kind, facts_missing, facts_long."""
    _fill(row, kind, facts)


@DEMAND.step(
    "discard", "删去替换要求草稿", R.DRAFT, R.WITHDRAWN, right="draft_replacement", by="street",
    action="replacement.discarded",
    wording=Wording(button="删去草稿", style="refuse", done="删去草稿", said="已删去草稿。"),
)  # fmt: skip
def discard(row: Replacement, *, actor: User) -> None:
    """Give up a draft."""


@DEMAND.step(
    "request", "提出替换要求", R.DRAFT, R.REQUESTED, right="request_replacement", by="street", behalf="street",
    before=_hold_service, guards=(_refuse_gone,), follow=_follow, action="replacement.requested",
    tells=(Replacement.answer_by, Replacement.leave_by, Replacement.complete_by),
    waits=Wait(action="审定并提出", title=_on_desk, context=lambda row: row.get_kind_display()),
    wording=Wording(
        button="以街道名义提出替换要求",
        style="primary",
        said=lambda row: f"已提出替换要求，{row.organization}须在 {chinese_date(row.answer_by)}前答复。",
        notes=(("对不服从街道管理的，街道可要求派出部门替换", "实施方案四（三）（P32）"),),
        after=(
            "今日起该人员不计入人员覆盖",
            "因不服从街道管理的，该人员考核等次待定，替换完成、撤回要求或部门说明不予替换后确定",
            "派出部门负责人在规定的工作日内答复",
        ),
    ),
)  # fmt: skip
def request(row: Replacement, *, actor: User) -> None:
    """Make the demand: from today the person is not counted, and the department owes an answer.

    It is due ``replacement_days`` working days from now (P32); until when the person leaves and the
    replacement is completed at the latest, and which year it caps, is frozen as the policy has it today.
    Errors: not_allowed, wrong_state, not_serving (the secondment has ended meanwhile).
    """
    figures, today = staff_figures(row.district_id), clock.today()
    row.requested_on = today
    row.leave_by = today + dt.timedelta(days=figures.leave_days)
    row.complete_by = today + dt.timedelta(days=figures.successor_days)
    row.cap_year = figures.cap_year
    _await_answer(row)


@DEMAND.step(
    "insist", "坚持替换", R.DECLINED, R.REQUESTED, right="request_replacement", by="street", behalf="street",
    before=_hold_service, others=_DEPARTMENT, guards=(_refuse_gone,), follow=_follow, action="replacement.insisted",
    asks=(note("reason", "坚持替换的理由", to=Replacement.insist_reason, required=True, logged=True),),
    waits=Wait(action="坚持替换或撤回", title=_on_desk, context="部门说明不予替换"),
    wording=Wording(
        button="坚持替换并报区委编办",
        style="primary",
        said="已坚持替换，部门重新答复，同时列入区委编办待办。",
        after=("部门重新答复，期限从今日起算", "同时列入区委编办待办"),
    ),
)  # fmt: skip
def insist(row: Replacement, *, reason: str, actor: User) -> Changes:
    """Hold to a demand that the department declined; it stands on the desk of 区委编办 too."""
    row.released_on, row.insisted_on = None, clock.today()
    _await_answer(row)
    return {"答复截止": (None, row.answer_by)}


@DEMAND.step(
    "withdraw", "撤回替换要求", WAITING, R.WITHDRAWN, right="request_replacement", by="street", behalf="street",
    before=_hold, others=_DEPARTMENT, follow=_follow, action="replacement.withdrawn",
    asks=(note("reason", "撤回的理由", longest=500, required=True, logged=True),),
    wording=Wording(
        button="撤回替换要求",
        style="refuse",
        said="已撤回替换要求，该人员今日起重新计入。",
        after=("该人员今日起重新计入人员覆盖",),
    ),
)  # fmt: skip
def withdraw(row: Replacement, *, reason: str, actor: User) -> None:
    """Take the demand back: the person counts again from today."""
    row.released_on = row.released_on or clock.today()
    close(REPLACEMENT_ANSWER, [row], outcome="withdrawn")


# ---- The department ----------------------------------------------------------------------------------


def _answer(label: str, *, required: bool = False) -> Ask:
    asked = note("answer", label, to=Replacement.answer, required=required, logged=True)
    return replace(asked, codes=("answer_missing", "answer_long"), missing="不予替换须写明理由。")


def _successor(**more: Any) -> Ask:
    return pick(
        "successor", "接任人员", among=possible_successors,
        words=lambda one: f"{one.person}（{one.get_state_display()}，下沉之日 {one.starts_on:%Y-%m-%d}）", **more,
    )  # fmt: skip


def _until(bound: str) -> Callable[[Replacement], str]:
    """Return what says until when a day may be put off, by the bound that was frozen in a field."""

    def words(row: Replacement) -> str:
        frozen, last = getattr(row, bound), latest(getattr(row, bound), clock.today())
        late = last != frozen
        rule = "期限已过，不晚于今日" if late else f"提出替换要求后 {(frozen - row.requested_on).days} 日"
        return f"不晚于 {chinese_date(last)}（{rule}）"

    return words


def _suggested(row: Replacement) -> dt.date:
    assert row.complete_by is not None
    today = clock.today()
    return min(today + dt.timedelta(days=14), latest(row.complete_by, today))


def _take_leave(row: Replacement, actor: User) -> None:
    """End the secondment as it was agreed, and wait for the successor, who may be there already."""
    secondment, leaves_on = row.secondment, row.leaves_on
    assert row.successor_by is not None
    ended = Secondment.objects.filter(pk=secondment.pk, state=SecondmentState.SERVING).update(
        state=SecondmentState.ENDED,
        ended_on=leaves_on,
        ended_at=clock.now(),
        end_kind=EndKind.REPLACED,
        end_reason=f"{row.street}要求替换：{row.get_kind_display()}",
    )
    if ended != 1:
        raise DomainError("wrong_state", "该人员的下沉刚被他人办理，刷新页面查看最新情况。")
    close_secondment(secondment, EndKind.REPLACED.value)
    close(REPLACEMENT_ANSWER, [row], outcome="accepted")
    open_deadline(
        SUCCESSOR, row, organization=row.organization, due_on=row.successor_by,
        title=f"接任{secondment.person}（{row.street}）的人员到岗",
    )  # fmt: skip
    record(
        secondment, "secondment.replaced", EndKind.REPLACED.label, actor=actor,
        changes={"最后一日": (None, leaves_on)},
    )  # fmt: skip
    _follow(row, actor)
    _succeeded(row, actor)


def _succeeded(row: Replacement, actor: User) -> None:
    """Complete it at once where the successor is there already."""
    if row.successor is not None:
        successor_arrived(row.successor, actor=actor)
        row.refresh_from_db(fields=["state", "completed_on"])


@DEMAND.step(
    "accept", "同意替换", R.REQUESTED, R.ACCEPTED, right="answer_replacement", by="organization",
    before=_hold_service, others=_STREET, follow=_take_leave, action="replacement.accepted",
    waits=Wait(
        action="答复替换要求", title=_on_desk, due="answer_by",
        context=lambda row: f"{'街道坚持替换，' if row.insisted_on else ''}{row.get_kind_display()}",
    ),
    asks=(
        day(
            "leaves_on", "被替换人员的最后一日", help=_until("leave_by"),
            initial=lambda row: min(clock.today(), row.secondment.planned_until),
        ),
        day("successor_by", "接任人员到岗期限", help=_until("complete_by"), initial=_suggested),
        _successor(
            required=False, nobody="以后确定",
            help="从已登记到该街道的人员中选；还没有登记的，先答复，登记后再确定",
        ),
        _answer("答复"),
    ),
    wording=Wording(
        button="同意替换并答复街道",
        style="primary",
        said=lambda row: "已同意替换"
        + (
            "，接任人员已到岗，替换完成。" if row.state == R.COMPLETED
            else "。待接任人员到岗。" if row.successor_id else "。登记接任人员后确定。"
        ),
        notes=(
            ("接任人员到岗前，该岗位不计为到位", "P32"),
            ("因不服从街道管理被替换的，当年考核不得评为称职（合格）及以上", "其他事由不影响等次"),
            ("最后一日和接任到岗不得拖过期限", "逾期完成的，仍按期限计算限制等次的年度"),
        ),
        after=("该人员的下沉在最后一日结束", "接任人员由街道确认到岗后，替换完成"),
    ),
)  # fmt: skip
def accept(
    row: Replacement,
    *,
    leaves_on: dt.date,
    successor_by: dt.date,
    actor: User,
    answer: str = "",
    successor: Secondment | None = None,
) -> Changes:
    """Agree: the secondment ends on ``leaves_on``, somebody else arrives by ``successor_by``.

    Neither day may be put off beyond what was frozen with the demand, for the year of the cap hangs on them
    (P32); who answers only after that names today at the latest. The successor is a registered secondment of
    the department in this street, or is named later. Errors: not_allowed, wrong_state; leaves_on, successor_by,
    successor (each its field); answer_long.
    """
    _refuse_days(row, leaves_on, successor_by)
    row.leaves_on, row.successor_by = leaves_on, successor_by
    row.answered_by, row.answered_at = actor, clock.now()
    changes: dict[str, tuple[Any, Any]] = {
        "最后一日": (None, leaves_on),
        "接任人员到岗期限": (None, successor_by),
    }
    if successor is not None:
        changes.update(_named(row, successor))
    return changes


def _refuse_days(row: Replacement, leaves_on: dt.date, successor_by: dt.date) -> None:
    """Refuse days outside of what demand and term allow, naming what was typed and the rule."""
    today, secondment = clock.today(), row.secondment
    assert row.requested_on is not None and row.leave_by is not None and row.complete_by is not None
    first = max(
        secondment.arrived_on or secondment.starts_on, min(row.requested_on, secondment.planned_until)
    )
    last = min(latest(row.leave_by, today), secondment.planned_until)
    late = "，期限已过的不晚于今日"
    for field, label, typed, start, end, bound, rule in (
        ("leaves_on", "被替换人员的最后一日", leaves_on, first, max(first, last), row.leave_by, "也不晚于下沉期满之日"),
        ("successor_by", "接任人员到岗期限", successor_by, today, latest(row.complete_by, today), row.complete_by, "也不早于今日"),
    ):  # fmt: skip
        if not start <= typed <= end:
            days = (bound - row.requested_on).days
            raise DomainError(
                field,
                f"{label}填的是 {chinese_date(typed)}，须在 {chinese_date(start)}至 {chinese_date(end)}之间："
                f"不晚于提出替换要求（{chinese_date(row.requested_on)}）后 {days} 日"
                f"{late if bound < today else ''}，{rule}。",
                field=field,
            )


@DEMAND.step(
    "decline", "说明不予替换", R.REQUESTED, R.DECLINED, right="answer_replacement", by="organization",
    before=_hold, others=_STREET, follow=_follow, action="replacement.declined",
    asks=(_answer("不予替换的理由", required=True),),
    wording=Wording(
        button="说明不予替换并答复街道",
        style="refuse",
        said="已说明不予替换，由街道决定坚持或撤回。",
        after=("该人员今日起重新计入人员覆盖", "街道可以坚持，也可以撤回"),
    ),
)  # fmt: skip
def decline(row: Replacement, *, answer: str, actor: User) -> None:
    """Say why nobody is replaced; the street may insist or withdraw. The person counts again from today."""
    row.answered_by, row.answered_at, row.released_on = actor, clock.now(), clock.today()
    close(REPLACEMENT_ANSWER, [row], outcome="declined")


@DEMAND.step(
    "name", "确定接任人员", R.ACCEPTED, "", right="register_secondment", by="organization",
    before=_hold, others=_STREET, follow=_succeeded, action="replacement.named",
    shown=lambda row: possible_successors(row).exists(),
    asks=(_successor(),),
    waits=Wait(
        action="确定接任人员", title=_on_desk, context="已同意替换", due="successor_by", of=Q(successor=None)
    ),
    wording=Wording(
        button="确定接任人员",
        offer=lambda row: "改定接任人员" if row.successor_id else "确定接任人员",
        style=lambda row: "" if row.successor_id else "primary",
        said=lambda row: (
            "接任人员已到岗，替换完成。" if row.state == R.COMPLETED else "已确定接任人员，待街道确认到岗。"
        ),
        after=("街道确认到岗后，替换完成",),
    ),
)  # fmt: skip
def name_successor(row: Replacement, *, successor: Secondment, actor: User) -> Changes:
    """Name who comes instead, or somebody else than before. Errors: not_allowed, wrong_state, successor."""
    return _named(row, successor)


def _named(row: Replacement, successor: Secondment) -> Changes:
    """Take somebody as the successor, as the locked secondment now is. Errors: successor (its field)."""
    new = Secondment.objects.select_related("person").get(pk=successor.pk)
    leaving, before = row.secondment.person, row.successor
    if (new.organization_id, new.street_id) != (row.organization_id, row.street_id):
        raise _no_successor(f"接任人员须由{row.organization}派往{row.street}。")
    if new.person_id == leaving.pk:
        raise _no_successor(f"接任人员不能是被替换的{leaving}。")
    arrived_since = (
        new.state == SecondmentState.SERVING
        and new.arrived_on is not None
        and row.requested_on is not None
        and new.arrived_on >= row.requested_on
    )
    if new.state not in COMING and not arrived_since:
        raise _no_successor(
            f"{new.person}的下沉是“{new.get_state_display()}”，接任人员须在提出替换之后到岗或待到岗。"
        )
    if Replacement.objects.filter(successor=new, state__in=AGREED).exclude(pk=row.pk).exists():
        raise _no_successor(f"{new.person}已接任另一项替换。")
    row.successor = new
    return {"接任人员": (str(before.person) if before else None, str(new.person))}


def _no_successor(words: str) -> DomainError:
    return DomainError("successor", words, field="successor")


# ---- What follows from the successor's secondment -------------------------------------------------------


def successor_arrived(secondment: Secondment, *, actor: User) -> None:
    """Complete the replacement that waits for this secondment, once its arrival is confirmed.

    A grade that it caps in a year closed by now is reopened in the same transaction (P32).
    """
    if secondment.state != SecondmentState.SERVING or secondment.arrived_on is None:
        return
    rows = Replacement.objects.filter(successor=secondment, state=R.ACCEPTED)
    found = rows.first()
    if found is None:
        return
    corrections.hold(found)
    waiting = rows.select_for_update(of=("self",)).select_related("secondment", "street").first()
    if waiting is None:
        return
    waiting.state, waiting.completed_on = R.COMPLETED, secondment.arrived_on
    waiting.save(update_fields=["state", "completed_on"])
    close(SUCCESSOR, [waiting], outcome="completed")
    record(
        waiting, "replacement.completed", "接任人员到岗，替换完成", actor=actor,
        changes={"接任人员": (None, str(secondment.person)), "接任到岗日期": (None, secondment.arrived_on)},
    )  # fmt: skip
    corrections.follow(waiting, actor=actor)


def successor_dropped(secondment: Secondment, *, actor: User) -> None:
    """Leave a replacement without a successor when the named one will not come after all."""
    for row in Replacement.objects.select_for_update(of=("self",)).filter(
        successor=secondment, state=R.ACCEPTED
    ):
        row.successor = None
        row.save(update_fields=["successor"])
        record(
            row, "replacement.unnamed", "接任人员不再到岗，须另行确定", actor=actor,
            changes={"接任人员": (str(secondment.person), None)},
        )  # fmt: skip
