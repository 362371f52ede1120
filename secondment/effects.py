"""What of training, people, appraisals and exchanges a new version judges otherwise, counted before it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.urls import reverse

from secondment.choices import ExchangeState, RoundState, SecondmentState
from secondment.models import AppraisalRound, Exchange, Post, Secondment
from secondment.rules.training import Quarter, quarter_of, quarters_of
from secondment.selectors import duties
from secondment.selectors.coverage import coverage
from secondment.selectors.figures import StaffPolicy
from xianan.policy.choices import DocumentKey
from xianan.policy.effects import Effect, Foreseen, counted, register

PLAN = DocumentKey.PLAN


@register(PLAN, "trainings_per_quarter", judges=True)
def _quarters(seen: Foreseen) -> Iterator[Effect]:
    """P14: the quarters that end under the version, and those of the year that ended before it."""
    before, after = duties.needs_of(seen.before), duties.needs_of(seen.after)
    running = quarter_of(seen.day)
    # What is owed then: powers as they stand on record today.
    spans = duties.spans(seen.district, seen.day)
    coming = [quarter for quarter in quarters_of(running.year) if quarter >= running]
    held = duties.held_days(seen.district, running.first, coming[-1].last).counting
    otherwise, short, departments = Counter[Quarter](), 0, set()
    for key, span in spans.items():
        for quarter in coming:
            old, new = before(quarter), after(quarter)
            if old == new or not span.owes(quarter):
                continue
            otherwise[quarter] += 1
            departments.add(key)
            count = sum(quarter.holds(day) for day in held.get(key, ()))
            short += new is not None and old is not None and old <= count < new
    url = reverse("secondment:trainings")
    for quarter in coming:
        if otherwise[quarter]:
            yield Effect(
                f"{quarter}改按{_sessions(after(quarter))}评判，原为{_sessions(before(quarter))}",
                otherwise[quarter], "个部门", f"{url}?year={quarter.year}",
            )  # fmt: skip
    yield from counted(
        "其中按已举办的场次，由达标变为不足", short, "个部门季度", f"{url}?year={running.year}"
    )
    ended = [quarter for quarter in quarters_of(running.year) if quarter < running]
    closed = sum(span.owes(quarter) for span in spans.values() for quarter in ended)
    yield from counted(
        f"{running.year}年此前已结束的季度，仍按当时的版本",
        closed,
        "个部门季度",
        f"{url}?year={running.year}",
    )


def _sessions(needed: int | None) -> str:
    return "不适用" if needed is None else f"每季度 {needed} 场"


@register(PLAN, "seconded_per_street", "leaving_days", judges=True)
def _posts(seen: Foreseen) -> Iterator[Effect]:
    """P11: who is missing or leaving on the day, by who is registered today."""
    found = [
        coverage(seen.district, seen.day, policy=StaffPolicy(document)).cells().values()
        for document in (seen.before, seen.after)
    ]
    url = f"{reverse('secondment:coverage')}?on={seen.day:%Y-%m-%d}"
    for words, unit, count in (
        ("缺下沉人员", "人", [sum(cell.missing for cell in cells) for cells in found]),
        ("即将期满而无人接续", "处", [sum(cell.until is not None for cell in cells) for cells in found]),
    ):
        if count[0] != count[1]:
            yield Effect(f"{words}，原为 {count[0]} {unit}", count[1], unit, url)


@register(PLAN, "gap_days")
def _gaps(seen: Foreseen) -> Iterator[Effect]:
    """P11: a date that runs keeps its day."""
    rows = Post.objects.filter(district=seen.district, gap_since__lt=seen.day)
    yield from counted("已经开始的缺员补派期限，不变", rows.count(), "处", reverse("secondment:coverage"))


@register(PLAN, "service_months", "seconded_age_limit")
def _terms(seen: Foreseen) -> Iterator[Effect]:
    """P12: a term goes by the figures of its first day."""
    rows = Secondment.objects.filter(
        district=seen.district, state=SecondmentState.SERVING, starts_on__lt=seen.day
    )
    yield from counted("已经开始的下沉任期，不变", rows.count(), "人", reverse("secondment:secondments"))


@register(
    PLAN,
    "appraisal_shares",
    "appraisal_days",
    "grade_excellent",
    "grade_competent",
    "grade_basic",
    "excellent_share",
)
def _rounds(seen: Foreseen) -> Iterator[Effect]:
    """P30: a year's appraisal keeps what was frozen when it was started."""
    rows = AppraisalRound.objects.filter(
        district=seen.district, state=RoundState.OPEN, started_at__date__lt=seen.day
    )
    yield from counted(
        "已经启动的年度考核，不变", rows.count(), "个年度", reverse("secondment:appraisal-rounds")
    )


@register(PLAN, "exchange_report_days")
def _exchanges(seen: Foreseen) -> Iterator[Effect]:
    """P10: a report is due by what held when the exchange was registered."""
    rows = Exchange.objects.filter(
        district=seen.district, reported_on=None, registered_at__date__lt=seen.day
    ).exclude(state=ExchangeState.CANCELLED)
    yield from counted(
        "已经登记的上派下挂，总结期限不变", rows.count(), "件", reverse("secondment:exchanges")
    )
