"""What a street says to the items on the list: asked, decided by its clerk, submitted by its head (P07)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from empowerment.choices import Change, ClaimState, Decision
from empowerment.deadlines import LOOK_AGAIN
from empowerment.flows import CLAIM
from empowerment.models import Claim, FilingItem, ItemList, ListEntry
from empowerment.rules import date_far_text, latest_look_again
from empowerment.selectors.claims import LIVE, fingerprint
from empowerment.services.stamps import list_changed
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.texts import written
from xianan.deadlines.services import Due, close, open_many
from xianan.history.services import Changes, build, record, record_many
from xianan.organizations.models import Organization, User, active
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import streets as active_streets

LONGEST_REASON = 500
STEPS = {
    Decision.CLAIMED: "claim",
    Decision.DECLINED: "decline",
    Decision.DEFERRED: "defer",
    Decision.PENDING: "clear",
}
_UNDECIDED = {
    "decision": Decision.PENDING,
    "reason": "",
    "look_again_on": None,
    "decided_by": None,
    "decided_at": None,
    "submitted_by": None,
    "submitted_at": None,
}


@transaction.atomic
def open_claims(item_list: ItemList, *, actor: User) -> int:
    """Ask every active street about a new version of the list; return how many claims were opened.

    A street is asked about each item it has no claim on yet (a new item; all items for a new street)
    and once more about a changed item, unless a live letter holds what it claimed; not about those of a
    department that ceased, which signs no letter. The caller, who
    publishes the list, has checked the right. A fixed number of statements.
    """
    streets = list(active_streets(item_list.district_id))
    giving = active(at="item__organization")
    entries = list(ListEntry.objects.filter(giving, item_list=item_list).select_related("item"))
    present = set(
        Claim.objects.filter(item__entries__item_list=item_list, street__in=streets).values_list(
            "item_id", "street_id"
        )
    )
    now = clock.now()
    fresh = Claim.objects.bulk_create(
        [
            Claim(
                district_id=item_list.district_id,
                item=entry.item,
                street=street,
                entry=entry,
                opened_at=now,
            )
            for entry in entries
            for street in streets
            if (entry.item_id, street.pk) not in present
        ],
        batch_size=1000,
    )
    log = [
        build(claim, "claim.open", "下达认领", actor=actor, changes={"清单": (None, str(item_list))})
        for claim in fresh
    ]
    changed = {entry.item_id: entry for entry in entries if entry.change == Change.CHANGED}
    again = list(
        Claim.objects.select_for_update(of=("self",))
        .filter(~LIVE, item_id__in=changed, street__in=streets)
        .select_related("item", "street")
        .order_by("pk")
    )
    for claim in again:
        log.append(
            build(
                claim,
                "claim.ask_again",
                "事项内容变更，重新认领",
                actor=actor,
                changes={
                    "清单": (None, str(item_list)),
                    "认领意见": (claim.get_decision_display(), Decision.PENDING.label),
                },
            )
        )
        claim.entry, claim.state, claim.opened_at = changed[claim.item_id], ClaimState.OPEN, now
        for key, value in _UNDECIDED.items():
            setattr(claim, key, value)
    Claim.objects.bulk_update(again, ["entry", "state", "opened_at", *_UNDECIDED], batch_size=500)
    close(LOOK_AGAIN, again, outcome="changed")
    record_many(log)
    list_changed(item_list.district_id)
    return len(fresh) + len(again)


@transaction.atomic
def decide(
    claims: Iterable[Claim] | QuerySet[Claim],
    *,
    decision: str,
    actor: User,
    reason: str = "",
    look_again_on: dt.date | None = None,
) -> list[Claim]:
    """Give one opinion on open claims, all of them or none; ``pending`` takes an opinion back.

    A decline needs a reason, a deferral a date after today and within two years. Errors:
    unknown_decision, reason_missing, reason_long, date_missing, date_past, date_far, nothing_chosen,
    wrong_state, not_allowed, same_person.
    """
    if decision not in Decision.values:
        raise DomainError("unknown_decision", "没有这种认领意见。", field="decision")
    chosen = Decision(decision)
    step = CLAIM[STEPS[chosen]]
    reason = reason.strip()
    _refuse_unfit(chosen, reason, look_again_on)
    rows = _locked(claims)
    if not rows:
        raise DomainError("nothing_chosen", f"没有选中事项，不能{step.label}。")
    scope = scope_of(actor)
    for row in rows:
        CLAIM.refuse_unless_possible(row, step.name, scope, reason=reason)
    _refuse_filers(rows, actor, step.label)
    kept = reason if chosen in (Decision.DECLINED, Decision.DEFERRED) else ""
    again = look_again_on if chosen is Decision.DEFERRED else None
    values: dict[str, Any] = {
        "decision": chosen,
        "reason": kept,
        "look_again_on": again,
        "decided_by": None if chosen is Decision.PENDING else actor,
        "decided_at": None if chosen is Decision.PENDING else clock.now(),
    }
    moved = Claim.objects.filter(pk__in=[row.pk for row in rows], state=ClaimState.OPEN).update(**values)
    if moved != len(rows):
        raise DomainError("wrong_state", "部分事项刚被提交，刷新页面可查看最新情况。")
    record_many(
        [
            build(
                row,
                f"claim.{step.name}",
                step.label,
                actor=actor,
                changes=_decided(row, chosen, again),
                reason=kept,
            )
            for row in rows
        ]
    )
    for row in rows:
        for key, value in values.items():
            setattr(row, key, value)
    return rows


@transaction.atomic
def submit_claims(street: Organization, *, actor: User, expected: str = "") -> list[Claim]:
    """Submit what the clerk has decided; what is undecided stays open and can follow later.

    ``expected`` is the fingerprint of the page (selectors.desk): decisions changed since then are shown
    first. Deferred items get a deadline for the second look (P05). Errors: nothing_decided, stale,
    not_allowed, same_person.
    """
    step = CLAIM["submit"]
    scope_of(actor).require(step.right, street, label=step.label)
    rows = list(
        Claim.objects.select_for_update(of=("self",))
        .filter(street=street, state=ClaimState.OPEN, item__is_listed=True)
        .exclude(decision=Decision.PENDING)
        .select_related("item", "street")
        .order_by("pk")
    )
    if not rows:
        raise DomainError(
            "nothing_decided", "还没有处理好的事项，没有可以提交的认领结果。刷新页面可查看最新情况。"
        )
    _refuse_filers(rows, actor, step.label)
    newest = max((row.decided_at for row in rows if row.decided_at), default=None)
    if expected and expected != fingerprint(len(rows), newest):
        raise DomainError("stale", "页面打开以后，认领意见又有改动，没有提交。核对最新内容后可再提交。")
    now = clock.now()
    Claim.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ClaimState.SUBMITTED, submitted_by=actor, submitted_at=now
    )
    record_many(
        [
            build(
                row,
                "claim.submit",
                f"{step.done}结果：{Decision(row.decision).label}",
                actor=actor,
                reason=row.reason,
            )
            for row in rows
        ]
    )
    open_many(
        LOOK_AGAIN,
        [
            Due(row, row.street, row.look_again_on, str(row.item))
            for row in rows
            if row.decision == Decision.DEFERRED and row.look_again_on
        ],
    )
    for row in rows:
        row.state, row.submitted_by, row.submitted_at = ClaimState.SUBMITTED, actor, now
    list_changed(street.district_id)
    return rows


@transaction.atomic
def reopen(claim: Claim, *, actor: User) -> Claim:
    """Take up a submitted claim once more: it is undecided again, its deadline is closed.

    What stands in a live letter can't be reopened. Errors: wrong_state, under_letter, not_allowed.
    """
    found = _locked([claim])
    if not found:
        raise DomainError("gone", "该记录已不存在，返回列表可查看最新情况。")
    row = found[0]
    step = CLAIM.refuse_unless_possible(row, "reopen", scope_of(actor))
    # Asked after the lock: a letter takes the same lock before it takes the claim in.
    line = row.lines.filter(is_live=True).select_related("agreement").first()
    if line is not None:
        raise DomainError("under_letter", f"该事项已列入承接确认书 {line.agreement.number}，不能重新处理。")
    record(
        row,
        "claim.reopen",
        step.label,
        actor=actor,
        changes={"认领意见": (row.get_decision_display(), Decision.PENDING.label)},
    )
    close(LOOK_AGAIN, [row], outcome="reopened")
    values = {"state": ClaimState.OPEN, **_UNDECIDED}
    Claim.objects.filter(pk=row.pk).update(**values)
    for key, value in values.items():
        setattr(row, key, value)
    list_changed(row.district_id)
    return row


def _refuse_filers(rows: list[Claim], actor: User, label: str) -> None:
    """Refuse somebody who filed one of the items for its department; one query for all of them."""
    scope = scope_of(actor)
    filed = FilingItem.objects.filter(item__in=[row.item_id for row in rows])
    wrote = filed.filter(changed_by__in=scope.accounts).order_by().values_list("changed_by_id", flat=True)
    sent = filed.filter(filing__submitted_by__in=scope.accounts).order_by()
    scope.refuse_same_person(
        wrote.union(sent.values_list("filing__submitted_by_id", flat=True)), "代表部门申报其中的事项", label
    )


def _locked(claims: Iterable[Claim] | QuerySet[Claim]) -> list[Claim]:
    """Read claims again under a lock, always in the same order so that two batches can't block each other."""
    keys = [claim.pk for claim in claims]
    return list(
        Claim.objects.select_for_update(of=("self",))
        .filter(pk__in=keys)
        .select_related("item", "street")
        .order_by("pk")
    )


def _refuse_unfit(decision: Decision, reason: str, look_again_on: dt.date | None) -> None:
    written("理由", reason, LONGEST_REASON)
    if decision is Decision.DECLINED and not reason:
        raise DomainError("reason_missing", "不认领须填写理由。", field="reason")
    if decision is Decision.DEFERRED:
        if look_again_on is None:
            raise DomainError("date_missing", "暂缓须填写再议日期。", field="look_again_on")
        if look_again_on <= clock.today():
            raise DomainError("date_past", "再议日期须在今日之后。", field="look_again_on")
        if look_again_on > latest_look_again(clock.today()):
            raise DomainError("date_far", date_far_text(clock.today()), field="look_again_on")


def _decided(row: Claim, decision: Decision, look_again_on: dt.date | None) -> Changes:
    changes: dict[str, tuple[object, object]] = {
        "认领意见": (row.get_decision_display(), str(decision.label))
    }
    if look_again_on != row.look_again_on:
        changes["再议日期"] = (row.look_again_on, look_again_on)
    return changes
