"""A model that has files in the tests of attachments alone."""

from __future__ import annotations

from django.urls import reverse

from xianan.core.errors import NotAllowed
from xianan.deadlines.models import WorkPlan
from xianan.documents import attachments
from xianan.documents.attachments import IMAGES, PAPERS, SCANS, ZIP, Owner, Slot


def _may_change(scope, plan) -> str:
    if scope.user.organization_id != plan.organization_id:
        raise NotAllowed("您没有“拟定计划”的权限。")
    return "" if plan.state == "draft" else "计划已下达，附件不再变动。"


PLANS = Owner(
    WorkPlan,
    label="工作计划",
    slots=(
        Slot("certificate", "执法证", accept=SCANS, private=True, required=True, hint="正本一页"),
        Slot("photo", "照片", accept=IMAGES, largest=2 * 1024 * 1024),
        Slot("papers", "佐证材料", accept=PAPERS, most=3),
        Slot(
            "secret", "内部材料", accept=(*PAPERS, ZIP), private=True,
            may_read=lambda scope, plan: scope.user.organization_id == plan.organization_id,
        ),
    ),
    may_read=lambda scope, plan: scope.user.organization_id == plan.organization_id
    or scope.whole_district("view_filing"),
    may_change=_may_change,
    url=lambda plan: reverse("deadlines:plan", args=[plan.pk]),
)  # fmt: skip


def register_plans(monkeypatch) -> None:
    monkeypatch.setattr(attachments, "_owners", dict(attachments._owners))
    attachments.register(PLANS)
