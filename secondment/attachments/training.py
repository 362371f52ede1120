"""What a session carries: its materials, and the scan of the signed sheet (P14)."""

from __future__ import annotations

from django.urls import reverse

from secondment.choices import SessionState
from secondment.flows.training import flow_of
from secondment.models import Session
from secondment.selectors.proof import SHEET
from secondment.selectors.training import VIEW
from secondment.services.duties import settle
from secondment.services.sessions import is_counted
from xianan.documents.attachments import PAPERS, SCANS, Owner, Slot, register
from xianan.organizations.scope import Scope


def _may_read(scope: Scope, row: Session) -> bool:
    own = row.organization_id in scope.organization_ids("plan_training")
    return scope.can(VIEW, row) and (is_counted(row) or own)


def _reads_sheet(scope: Scope, row: Session) -> bool:
    """The signed sheet names everybody who came: it is for those who hold the session and keep its list."""
    return flow_of(row).allows("attend", row, scope)


def _may_change(scope: Scope, row: Session) -> str:
    flow = flow_of(row)
    scope.require(flow["attend"].right, row, flow.owner, label="维护培训材料")
    return "场次已取消，附件不再变动。" if row.state == SessionState.CANCELLED else ""


def _settle(row: Session) -> None:
    """The signed sheet proves a session that was entered after its quarter."""
    if row.needs_proof:
        settle(row.district, [row.organization_id])


register(
    Owner(
        Session,
        label="培训场次",
        slots=(
            Slot("materials", "培训材料", accept=PAPERS, most=10, hint="课件、讲义、测试题"),
            Slot(
                SHEET,
                "签到表扫描件",
                accept=SCANS,
                most=5,
                private=True,
                hint="参训人员签名的签到表；季度结束后补登的培训附上后计入",
                may_read=_reads_sheet,
                follows=_settle,
            ),
        ),
        may_read=_may_read,
        may_change=_may_change,
        url=lambda row: reverse("secondment:session", args=[row.pk]),
    )
)
