"""What a street says to the items on the list: asked, decided by its clerk, submitted by its head (P07)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from empowerment.choices import Change, Decision
from empowerment.choices import ClaimState as C
from empowerment.claims.model import Claim
from empowerment.deadlines import LOOK_AGAIN
from empowerment.models import FilingItem, ItemList, ListEntry
from empowerment.rules import date_far_text, latest_look_again
from empowerment.selectors.claims import LIVE, fingerprint
from empowerment.services.stamps import list_changed
from xianan.acts import DISTRICT, Changes, Noun, Step, Wording, day, note
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.parties import Other
from xianan.deadlines.services import Due, close, open_many
from xianan.history.services import build, record_many
from xianan.organizations.models import Organization, User, active
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import streets as active_streets


def _listed(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    return rows.filter(item__is_listed=True)


def _stands(row: Claim) -> tuple[str, str]:
    decision = Decision(row.decision)
    return str(decision.label), decision.tone


CLAIM: Noun[Claim] = Noun(
    model=Claim,
    label="认领",
    word="认领",
    states=C,
    view="view_claim",
    parties=("street",),
    page="empowerment:claim",
    leads=lambda row: f"{reverse('empowerment:claim-desk', args=[row.street_id])}?claim={row.pk}",
    names=lambda row: f"{row.item}（{row.street}）",
    joins=("item", "item__organization", "item__type", "street", "entry"),
    stands=_stands,
    also=_listed,
)


# ---- What a clerk says -------------------------------------------------------------------------------


def _read_filers(rows: Sequence[Claim]) -> None:
    """Hang on each claim who filed its item for the department; one query for all of them."""
    filed = FilingItem.objects.filter(item__in=[row.item_id for row in rows]).order_by()
    found: dict[int | None, set[int | None]] = defaultdict(set)
    for item, *people in filed.values_list("item_id", "changed_by_id", "filing__submitted_by_id").distinct():
        found[item].update(people)
    for row in rows:
        vars(row)["filers"] = found[row.item_id]


_FILED = (Other("代表部门申报其中的事项", lambda row: vars(row)["filers"]),)
_DECIDES: dict[str, Any] = {
    "right": "decide_claim", "by": "street", "others": _FILED, "prepare": _read_filers, "because": Claim.reason,
}  # fmt: skip
_BY = (Claim.decided_by, Claim.decided_at)


def _say(row: Claim, decision: Decision, *, reason: str = "", again: dt.date | None = None) -> Changes:
    changes: dict[str, tuple[object, object]] = {
        "认领意见": (row.get_decision_display(), str(decision.label))
    }
    if again != row.look_again_on:
        changes["再议日期"] = (row.look_again_on, again)
    row.decision, row.reason, row.look_again_on = decision, reason, again
    return changes


@CLAIM.step("claim", "认领", C.OPEN, "", stamp=_BY, **_DECIDES)
def claim(row: Claim, *, actor: User) -> Changes:
    """Take an item over."""
    return _say(row, Decision.CLAIMED)


@CLAIM.step(
    "decline", "不认领", C.OPEN, "", stamp=_BY, asks=(note("reason", "理由", like=Claim.reason, required=True),), **_DECIDES
)  # fmt: skip
def decline(row: Claim, *, actor: User, reason: str) -> Changes:
    """Don't take an item over, and say why."""
    return _say(row, Decision.DECLINED, reason=reason)


@CLAIM.step(
    "defer", "暂缓", C.OPEN, "", stamp=_BY,
    asks=(
        replace(day("look_again_on", "再议日期"), codes=("date_missing", ""), missing="暂缓须填写再议日期。"),
        note("reason", "暂缓原因", like=Claim.reason),
    ),
    **_DECIDES,
)  # fmt: skip
def defer(row: Claim, *, actor: User, look_again_on: dt.date, reason: str = "") -> Changes:
    """Leave an item for a day after today and within two years (P05).

    Errors, of the field look_again_on: date_missing, date_past, date_far.
    """
    if look_again_on <= clock.today():
        raise DomainError("date_past", "再议日期须在今日之后。", field="look_again_on")
    if look_again_on > latest_look_again(clock.today()):
        raise DomainError("date_far", date_far_text(clock.today()), field="look_again_on")
    return _say(row, Decision.DEFERRED, reason=reason, again=look_again_on)


@CLAIM.step("clear", "撤回意见", C.OPEN, "", **_DECIDES)
def clear(row: Claim, *, actor: User) -> Changes:
    """Take an opinion back."""
    row.decided_by = row.decided_at = None
    return _say(row, Decision.PENDING)


OPINIONS: Mapping[str, Step[Claim, Any]] = {
    Decision.CLAIMED: claim, Decision.DECLINED: decline, Decision.DEFERRED: defer, Decision.PENDING: clear,
}  # fmt: skip


def decide(
    claims: Iterable[Claim],
    *,
    decision: str,
    actor: User,
    reason: str = "",
    look_again_on: dt.date | None = None,
) -> list[Claim]:
    """Give one opinion on open claims, all of them or none; ``pending`` takes an opinion back.

    Errors: unknown_decision, nothing_chosen, those of the step.
    """
    if decision not in OPINIONS:
        raise DomainError("unknown_decision", "没有这种认领意见。", field="decision")
    step, rows = OPINIONS[decision], list(claims)
    if not rows:
        raise DomainError("nothing_chosen", f"没有选中事项，不能{step.label}。")
    typed = {"reason": reason, "look_again_on": look_again_on}
    asked = {ask.name: typed[ask.name] for ask in step.asks}
    return step.take_many(rows, {"actor": actor, **asked}).done


# ---- What its head submits ---------------------------------------------------------------------------


def _look_again(rows: Sequence[Claim]) -> None:
    """Deferred items get a deadline for the second look (P05)."""
    due = [(row, row.look_again_on) for row in rows if row.decision == Decision.DEFERRED]
    open_many(LOOK_AGAIN, [Due(row, row.street, on, str(row.item)) for row, on in due if on])
    list_changed(rows[0].district_id)


@CLAIM.step(
    "submit", "提交认领结果", C.OPEN, C.SUBMITTED, right="submit_claim", by="street",
    others=_FILED, prepare=_read_filers, because=Claim.reason, settle=_look_again,
    stamp=(Claim.submitted_by, Claim.submitted_at),
    wording=Wording(done=lambda row: f"提交认领结果：{row.get_decision_display()}"),
)  # fmt: skip
def submit(row: Claim, *, actor: User, as_of: dt.datetime) -> None:
    """Submit what the clerk has decided by a moment. Errors: stale for what was decided or taken back since."""
    if row.decided_at is None or row.decided_at > as_of:
        raise _changed()


def _changed() -> DomainError:
    return DomainError("stale", "页面打开以后，认领意见又有改动，没有提交。核对最新内容后可再提交。")


def submit_claims(street: Organization, *, actor: User, expected: str = "") -> list[Claim]:
    """Submit what the clerk has decided; what is undecided stays open and can follow later.

    ``expected`` is the fingerprint of the page (selectors.desk): decisions changed since then are shown
    first. Errors: nothing_decided, stale, those of the step.
    """
    scope_of(actor).require(submit.right, street, label=submit.label)
    decided = Claim.objects.filter(street=street, state=C.OPEN, item__is_listed=True)
    rows = list(decided.filter(decided_at__isnull=False))
    newest = max((row.decided_at for row in rows if row.decided_at), default=None)
    if newest is None:
        raise DomainError(
            "nothing_decided", "还没有处理好的事项，没有可以提交的认领结果。刷新页面可查看最新情况。"
        )
    if expected and expected != fingerprint(len(rows), newest):
        raise _changed()
    return submit.all(rows, actor=actor, as_of=newest)


# ---- Asked, and asked again --------------------------------------------------------------------------


def _undecided(row: Claim) -> None:
    row.decision, row.reason, row.look_again_on = Decision.PENDING, "", None
    row.decided_by = row.decided_at = row.submitted_by = row.submitted_at = None


def _refuse_held(row: Claim) -> None:
    # Asked under the lock: a letter takes the same lock before it takes the claim in.
    line = row.lines.filter(is_live=True).select_related("agreement").first()
    if line is not None:
        raise DomainError("under_letter", f"该事项已列入承接确认书 {line.agreement.number}，不能重新处理。")


def _look_no_more(rows: Sequence[Claim]) -> None:
    close(LOOK_AGAIN, rows, outcome="reopened")
    list_changed(rows[0].district_id)


@CLAIM.step(
    "reopen", "重新处理", C.SUBMITTED, C.OPEN, right="decide_claim", by="street", guards=(_refuse_held,), settle=_look_no_more
)  # fmt: skip
def reopen(row: Claim, *, actor: User) -> Changes:
    """Take up a submitted claim once more: it is undecided again, its deadline is closed. Errors: under_letter."""
    before = row.get_decision_display()
    _undecided(row)
    return {"认领意见": (before, Decision.PENDING.label)}


@CLAIM.step(
    "ask_again", "重新认领", (C.OPEN, C.SUBMITTED), C.OPEN, right="record_decision", by=DISTRICT,
    wording=Wording(done="事项内容变更，重新认领"),
)  # fmt: skip
def ask_again(
    row: Claim, *, actor: User, item_list: ItemList, entries: Mapping[int, ListEntry], now: dt.datetime
) -> Changes:
    """Ask once more about an item that a new version of the list changed; ``entries`` by item."""
    before = row.get_decision_display()
    row.entry, row.opened_at = entries[row.item_id], now
    _undecided(row)
    return {"清单": (None, str(item_list)), "认领意见": (before, Decision.PENDING.label)}


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
    told: Changes = {"清单": (None, str(item_list))}
    record_many([build(row, "claim.open", "下达认领", actor=actor, changes=told) for row in fresh])
    changed = {entry.item_id: entry for entry in entries if entry.change == Change.CHANGED}
    rows = Claim.objects.filter(~LIVE, item_id__in=changed, street__in=streets)
    again = ask_again.all(rows, actor=actor, item_list=item_list, entries=changed, now=now)
    close(LOOK_AGAIN, again, outcome="changed")
    list_changed(item_list.district_id)
    return len(fresh) + len(again)
