"""A secondment in a street: agreed to, confirmed, extended, returned from, continued elsewhere (P11, P12)."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from secondment.choices import EndKind
from secondment.choices import SecondmentState as S
from secondment.models import Secondment
from secondment.replacements import steps as replacements
from secondment.rules.term import DAY, earliest_end, is_unsettled
from secondment.selectors.figures import staff_figures
from secondment.selectors.staff import as_entered
from secondment.services import coverage
from secondment.services.dates import await_arrival, close_arrival, close_secondment, date_secondment
from secondment.services.judging import judge_length, judge_years
from secondment.services.registration import (
    LONGEST,
    insert,
    refuse_certificate,
    refuse_overlap,
    refuse_street,
    refuse_without_scan,
)
from xianan.acts import DISTRICT, Noun, Wording, day, note, pick
from xianan.core import clock
from xianan.core.dates import add_months, chinese_date
from xianan.core.errors import DomainError
from xianan.core.parties import Other, by
from xianan.documents.attachments import IMAGES, PAPERS, SCANS, Owner, Slot, register
from xianan.history.services import record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import streets

RIGHT = "register_secondment"
_REGISTERED = (Other("代表派出部门登记下沉", by("registered_by")),)

SERVICE: Noun[Secondment] = Noun(
    model=Secondment,
    label="下沉",
    word="下沉",
    states=S,
    view="view_secondment",
    parties=("organization", "street"),
    page="secondment:secondment",
    begun="secondment.registered",
    joins=(
        "person__organization", "organization", "street",
        "decided_by", "registered_by", "arrival_confirmed_by", "continues__street",
    ),
    also=as_entered,
)  # fmt: skip
FILES = SERVICE.permit(
    "登记下沉人员", (S.APPROVAL, S.REGISTERED, S.SERVING), right=RIGHT, by="organization",
    closed="该下沉已经结束，附件不再变动。",
)  # fmt: skip


def _may_read(scope: Scope, row: Secondment) -> bool:
    """All of it is private: for the two units, and for the offices that decide about people."""
    return any(scope.can("view_scan", row, party) for party in SERVICE.parties)


register(
    Owner(
        Secondment,
        label=SERVICE.label,
        slots=(
            Slot(
                "certificate", "执法证扫描件", accept=SCANS, most=2, private=True,
                hint="职权含处罚、强制或检查的街道必需，街道确认到岗前上传",
            ),
            Slot("photo", "照片", accept=IMAGES, private=True),
            Slot("other", "其他材料", accept=PAPERS, most=5, private=True),
        ),
        may_read=_may_read,
        may_change=FILES.why_not,
        url=SERVICE.url,
    )
)  # fmt: skip


# ---- Until the arrival -------------------------------------------------------------------------------


def _dropped(row: Secondment, actor: User) -> None:
    close_arrival(row, "cancelled")
    replacements.successor_dropped(row, actor=actor)


def _await(row: Secondment, actor: User) -> None:
    await_arrival(row)


@SERVICE.step(
    "agree", "同意超过年龄仍下沉", S.APPROVAL, S.REGISTERED, right="agree_exception", by=DISTRICT, others=_REGISTERED,
    action="secondment.agreed", stamp=(Secondment.decided_by, Secondment.decided_at), follow=_await,
    asks=(note("note", "意见", to=Secondment.decision_note, logged=True),),
    wording=Wording(
        button="同意下沉并请街道确认到岗",
        style="primary",
        said=lambda row: f"已同意，待{row.street}确认到岗。",
        notes=(("年龄的“一般”允许例外", "须有理由并经区委编办同意（P12）"),),
        after=("街道收到确认到岗的待办",),
    ),
)  # fmt: skip
def agree(row: Secondment, *, actor: User, note: str = "") -> None:
    """区委编办 agrees that somebody beyond the age serves (P12); the street is asked to confirm the arrival."""


@SERVICE.step(
    "refuse", "不同意下沉", S.APPROVAL, S.REFUSED, right="agree_exception", by=DISTRICT, others=_REGISTERED,
    action="secondment.refused", stamp=(Secondment.decided_by, Secondment.decided_at), follow=_dropped,
    asks=(note("reason", "理由", to=Secondment.decision_note, required=True, logged=True),),
    wording=Wording(
        button="不同意下沉并答复部门",
        style="refuse",
        said=lambda row: f"已答复{row.organization}不同意下沉。",
        after=("部门撤销登记或改派他人",),
    ),
)  # fmt: skip
def refuse(row: Secondment, *, actor: User, reason: str) -> None:
    """区委编办 does not agree, and says why."""


@SERVICE.step(
    "cancel", "撤销登记", (S.APPROVAL, S.REFUSED, S.REGISTERED), S.CANCELLED, right=RIGHT, by="organization",
    action="secondment.cancelled", follow=_dropped, asks=(note("reason", "说明", longest=LONGEST, logged=True),),
    wording=Wording(
        button="撤销下沉登记",
        style="refuse",
        said="已撤销登记，记录保留。",
        after=("登记保留在记录中，该人员可以另行登记",),
    ),
)  # fmt: skip
def cancel(row: Secondment, *, actor: User, reason: str = "") -> None:
    """Take back a registration before the arrival; it stays on record."""


def _arrived(row: Secondment, actor: User) -> None:
    close_arrival(row, "arrived")
    date_secondment(row)
    replacements.successor_arrived(row, actor=actor)
    refresh(row)


@SERVICE.step(
    "arrive", "确认到岗", S.REGISTERED, S.SERVING, right="confirm_arrival", by="street", behalf="street",
    action="secondment.arrived", others=_REGISTERED, guards=(refuse_without_scan,), tells=(Secondment.arrived_on,),
    stamp=(Secondment.arrival_confirmed_by, Secondment.arrival_confirmed_at), follow=_arrived,
    asks=(
        day(
            "on", "到岗日期", help="不早于下沉之日，不晚于今日；自到岗之日起计入人员覆盖",
            initial=lambda row: max(row.starts_on, min(clock.today(), row.planned_until)),
        ),
    ),
    wording=Wording(
        button="确认到岗并计入人员覆盖",
        style="primary",
        said=lambda row: f"已确认{row.person}到岗，{chinese_date(row.arrived_on)}起计入{row.street}的人员覆盖。",
        notes=(("以街道确认为准", "到岗之日起计入人员覆盖（P11）"),),
        after=("开始提醒期满和执法证到期", "接任人员到岗的，替换随之完成"),
    ),
)  # fmt: skip
def confirm_arrival(row: Secondment, *, on: dt.date, actor: User) -> None:
    """The street confirms on which day the person arrived; from that day the post is covered (P11).

    A replacement that waited for this person is completed by it. Errors: scan_missing (the certificate is
    required and no scan of it is there); early, future, term_over (field on).
    """
    if on < row.starts_on:
        raise DomainError("early", f"到岗日期不能早于下沉之日 {chinese_date(row.starts_on)}。", field="on")
    if on > clock.today():
        raise DomainError("future", f"到岗日期不能晚于今日 {chinese_date(clock.today())}。", field="on")
    if on > row.planned_until:
        raise DomainError(
            "term_over", f"到岗日期不能晚于期满之日 {chinese_date(row.planned_until)}。", field="on"
        )
    row.arrived_on = on


# ---- The term ----------------------------------------------------------------------------------------


def _refuse_replaced(row: Secondment) -> None:
    """Nothing is done about the term while the street's demand waits: the department answers that first (P32)."""
    if any(demand.state in replacements.WAITING for demand in row.replacements.all()):
        raise DomainError(
            "replaced", f"{row.street}已要求替换{row.person}，先答复替换要求，再办理期限和去向。"
        )


def _dated(row: Secondment, actor: User) -> None:
    date_secondment(row)
    refresh(row)


@SERVICE.step(
    "extend", "延长期限", S.SERVING, "", right=RIGHT, by="organization", guards=(_refuse_replaced,), locks=("person",),
    action="secondment.extended", tells=(Secondment.planned_until,), follow=_dated,
    asks=(
        day("until", "新的期满之日", initial=lambda row: add_months(row.planned_until, 12)),
        note("reason", "说明", longest=LONGEST, logged=True),
    ),
    wording=Wording(
        button="延长下沉期限",
        said=lambda row: f"已延长到 {chinese_date(row.planned_until)}。",
        after=("期满提醒改按新的日期",),
    ),
)  # fmt: skip
def extend(row: Secondment, *, until: dt.date, actor: User, reason: str = "") -> None:
    """Let a secondment go on to a later day, also one whose term has run out already.

    Errors: replaced, reason_long; not_later, too_long, same_time (field until).
    """
    if until <= row.planned_until:
        raise DomainError(
            "not_later",
            f"新的期满之日须晚于现在的 {chinese_date(row.planned_until)}；提前结束另行办理返回。",
            field="until",
        )
    try:
        judge_years(row.starts_on, until)
        refuse_overlap(row.person, row.starts_on, until, without=row.pk)
    except DomainError as error:
        error.field = "until"
        raise
    row.extended_from, row.extended_at, row.planned_until = row.planned_until + DAY, clock.now(), until


def _ended(row: Secondment, actor: User) -> None:
    close_secondment(row, row.end_kind)
    refresh(row)


@SERVICE.step(
    "finish", "办理返回", S.SERVING, S.ENDED, right=RIGHT, by="organization", guards=(_refuse_replaced,),
    action="secondment.finished", tells=(Secondment.ended_on,), follow=_ended,
    asks=(
        day(
            "last_day", "最后一日", help="填期满之日为期满返回，更早为提前结束",
            initial=lambda row: min(row.planned_until, clock.today()),
        ),
        note("reason", "提前结束的理由", longest=LONGEST, logged=True, help="提前结束须写明理由，期满返回不填"),
    ),
    wording=Wording(
        button="办理返回派出部门",
        style=lambda row: "primary" if is_unsettled(row.state, row.planned_until, clock.today()) else "",
        became=lambda row: row.get_end_kind_display(),
        said=lambda row: f"已办理{row.get_end_kind_display()}，最后一日 {chinese_date(row.ended_on)}。",
        notes=(("下沉时间不少于实施方案规定的期限", "提前结束须写明理由（P12）"),),
        after=("次日起不再计入人员覆盖", "没有接续人员的，部门收到补派的待办"),
    ),
)  # fmt: skip
def finish(row: Secondment, *, last_day: dt.date, actor: User, reason: str = "") -> None:
    """End a secondment on its last day: as 期满返回 at the end of the term, before it early and with a reason.

    Errors: replaced, before_arrival, after_term (field last_day), reason_missing (field reason),
    too_early (期满返回 before the day has come), reason_long.
    """
    _refuse_before_arrival(row, last_day)
    if last_day > row.planned_until:
        raise DomainError(
            "after_term",
            f"最后一日不能晚于期满之日 {chinese_date(row.planned_until)}；继续下沉的办理延长期限。",
            field="last_day",
        )
    expired = last_day == row.planned_until
    if expired and clock.today() < last_day:
        raise DomainError(
            "too_early", f"{chinese_date(last_day)}期满，当日起办理期满返回。", field="last_day"
        )
    if not expired and not reason:
        raise DomainError("reason_missing", _why_early(row, last_day), field="reason")
    _end(row, last_day, EndKind.EXPIRED if expired else EndKind.EARLY, "" if expired else reason)


def _refuse_before_arrival(row: Secondment, last_day: dt.date) -> None:
    if row.arrived_on is not None and last_day < row.arrived_on:
        raise DomainError(
            "before_arrival",
            f"最后一日不能早于到岗日期 {chinese_date(row.arrived_on)}。",
            field="last_day",
        )


def _end(row: Secondment, last_day: dt.date, kind: EndKind, reason: str) -> None:
    row.ended_on, row.ended_at, row.end_kind, row.end_reason = last_day, clock.now(), kind.value, reason


def _why_early(row: Secondment, last_day: dt.date) -> str:
    months = months_of(row)
    if last_day < earliest_end(chain_start(row), months):
        return f"下沉不足 {months} 个月提前结束，须写明理由。"
    return f"早于期满之日 {chinese_date(row.planned_until)}结束，须写明理由。"


# ---- Continued in another street ---------------------------------------------------------------------


def _elsewhere(row: Secondment) -> QuerySet[Organization]:
    return streets(row.district_id).exclude(pk=row.street_id)


def _begin_there(row: Secondment, actor: User) -> None:
    """Write the secondment in the new street, once the person is free for it."""
    close_secondment(row, row.end_kind)
    new = insert(row.continued_by)
    record(
        new, SERVICE.begun, f"由{row.street}调整而来", actor=actor, reason=row.end_reason,
        changes={"下沉之日": (None, new.starts_on), "期满之日": (None, new.planned_until)},
    )  # fmt: skip
    await_arrival(new)
    refresh(row, new)


@SERVICE.step(
    "transfer", "调整到其他街道", S.SERVING, S.ENDED, right=RIGHT, by="organization", guards=(_refuse_replaced,),
    locks=("person",), action="secondment.transferred", tells=(Secondment.ended_on,), follow=_begin_there,
    asks=(
        pick("street", "调整到", among=_elsewhere),
        day("last_day", "在本街道的最后一日", help="次日起到新街道", initial=lambda row: clock.today()),
        day(
            "planned_until", "期满之日", help="任期连续计算，两段合计不少于文件要求的期限",
            initial=lambda row: row.planned_until,
        ),
        note("reason", "理由", to=Secondment.end_reason, required=True, logged=True),
    ),
    wording=Wording(
        button="调整街道并请新街道确认到岗",
        became=lambda row: f"调整到{row.continued_by.street}",
        said=lambda row: (
            f"已调整到{row.continued_by.street}，{chinese_date(row.continued_by.starts_on)}起，"
            f"待{row.continued_by.street}确认到岗。"
        ),
        notes=(("任期连续计算", "两段合计不少于文件要求的期限（P12）"),),
        after=("原街道到最后一日为止", "新街道确认到岗后计入其人员覆盖"),
    ),
)  # fmt: skip
def transfer(
    row: Secondment,
    *,
    street: Organization,
    last_day: dt.date,
    reason: str,
    actor: User,
    planned_until: dt.date | None = None,
) -> None:
    """End a secondment here and begin it in another street the next day: the row's ``continued_by``.

    The twelve months are counted over both, and so is the age: it was judged on the first day of the
    first secondment. The new street confirms the arrival as of anybody. Errors: replaced, same_street,
    not_street (field street), before_arrival, after_term (field last_day), too_short (field planned_until),
    certificate_missing, certificate_expired, same_time, reason_missing.
    """
    refuse_street(street, row.district_id)
    if street.pk == row.street_id:
        raise DomainError("same_street", f"{row.person}现在就在{street}，选择另一街道。", field="street")
    _refuse_before_arrival(row, last_day)
    until, starts_on = planned_until or row.planned_until, last_day + DAY
    if last_day >= row.planned_until or until <= starts_on:
        raise DomainError(
            "after_term",
            f"在本街道的最后一日须早于期满之日 {chinese_date(min(until, row.planned_until))}。",
            field="last_day",
        )
    judge_length(chain_start(row), until, months_of(row))
    refuse_certificate(row.person, street, starts_on)
    refuse_overlap(row.person, starts_on, until, without=row.pk)
    _end(row, last_day, EndKind.TRANSFER, reason)
    kept = ("district_id", "person", "organization_id", "funding", "post", "over_age_reason")
    decided = ("decided_by_id", "decided_at", "decision_note")
    row.continued_by = Secondment(
        state=S.REGISTERED, street=street, starts_on=starts_on, planned_until=until, registered_by=actor,
        **{name: getattr(row, name) for name in (*kept, *decided)},
    )  # fmt: skip


# ---- What they share ---------------------------------------------------------------------------------


def chain_start(row: Secondment) -> dt.date:
    """Return the first day of the first of the services that this one continues."""
    while row.continues_id is not None:
        assert row.continues is not None
        row = row.continues
    return row.starts_on


def months_of(row: Secondment) -> int:
    """Return how many months a service lasts at least: by what was in force on its first day, for good (P12)."""
    return staff_figures(row.district_id, chain_start(row)).months


def refresh(*rows: Secondment) -> None:
    """Bring the gaps of the pairs of these services to how they stand now."""
    coverage.refresh(rows[0].district_id, {(row.organization_id, row.street_id) for row in rows})
