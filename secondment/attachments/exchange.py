"""What an exchange carries: the report as a paper (P10)."""

from __future__ import annotations

from django.urls import reverse

from secondment.choices import ExchangeState
from secondment.flows.exchange import RIGHT
from secondment.models import Exchange
from xianan.documents.attachments import PAPERS, Owner, Slot, register
from xianan.organizations.scope import Scope


def _may_read(scope: Scope, row: Exchange) -> bool:
    return scope.can("view_exchange", row, "department") or scope.can("view_exchange", row, "street")


def _may_change(scope: Scope, row: Exchange) -> str:
    scope.require(RIGHT, row, "sender", label="维护上派下挂材料")
    return "已取消，附件不再变动。" if row.state == ExchangeState.CANCELLED else ""


register(
    Owner(
        Exchange,
        label="上派下挂",
        slots=(Slot("report", "总结和佐证材料", accept=PAPERS, most=5, hint="盖章的总结、学习或指导记录"),),
        may_read=_may_read,
        may_change=_may_change,
        url=lambda row: reverse("secondment:exchange", args=[row.pk]),
    )
)
