"""What comes of the scores as a cycle moves: kept for the leading group, publicity, frozen (P40, P43)."""

from __future__ import annotations

import hashlib

from django.urls import reverse

from assessment import snapshot as shot
from assessment.choices import Phase
from assessment.models import Cycle, ResultVersion
from assessment.rules.points import show_points
from assessment.selectors import cycles, results
from assessment.selectors.scores import street_ids
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.deadlines.services.papers import put_aside
from xianan.history.canonical import canonical_bytes
from xianan.organizations.models import User


def put_before_group(cycle: Cycle, *, actor: User) -> ResultVersion:
    """Keep what the scores of a locked cycle come to; handed back and put forward again it is replaced."""
    ResultVersion.objects.filter(cycle=cycle, number=0).delete()
    return _keep(cycle, results.computed(cycle), actor=actor)


def begin_publicity(cycle: Cycle, *, actor: User) -> None:
    """Tell every street that its own points can be read and objected to until a day (P40)."""
    due = cycles.due_of(cycle, Phase.PUBLICITY)
    until = f"于{chinese_date(due)}前" if due is not None else ""
    for street in street_ids(cycle):
        notify_organizations(
            [street],
            district_id=cycle.district_id,
            kind=NoticeKind.WORK,
            title=f"{cycle}：得分公示",
            text=f"请核对本街道得分，有异议的由街道负责人{until}逐项申诉。",
            url=_url(cycle, street),
            sender=actor,
        )


def freeze(cycle: Cycle, *, cause: str, actor: User) -> ResultVersion:
    """Freeze the result of a locked cycle as its next version and tell the streets assessed (P40)."""
    last = results.latest(cycle)
    number = last.number + 1 if last is not None else 1
    snapshot = results.published_as(cycle, number=number, cause=cause, on=clock.today())
    made = _keep(cycle, snapshot, actor=actor)
    results.unpublished(cycle).update(version=made)
    put_aside(
        ResultVersion.objects.filter(cycle=cycle, number__lt=number).only("pk"), reason=cause, actor=actor
    )
    ranked = "，".join(f"第{row.place}名{row.name}{show_points(row.total)}分" for row in snapshot.ranked[:3])
    notify_organizations(
        street_ids(cycle),
        district_id=cycle.district_id,
        kind=NoticeKind.WORK,
        title=f"{cycle}：结果公布" if number == 1 else f"{cycle}：更正后的结果公布",
        text=f"{ranked}。" if number == 1 else f"第{number}版。更正原因：{cause}"[:300],
        url=reverse("assessment:result", args=[cycle.pk]),
        sender=actor,
    )
    return made


def _keep(cycle: Cycle, snapshot: shot.Snapshot, *, actor: User) -> ResultVersion:
    data = shot.to_data(snapshot)
    return ResultVersion.objects.create(
        district_id=cycle.district_id,
        cycle=cycle,
        number=snapshot.version,
        cause=snapshot.cause,
        data=data,
        digest=hashlib.sha256(canonical_bytes(data)).hexdigest(),
        published_by=actor,
        published_at=clock.now(),
    )


def _url(cycle: Cycle, street: int) -> str:
    return reverse("assessment:result-street", args=[cycle.pk, street])
