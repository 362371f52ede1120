"""The files of this app: evidence, proof of a deduction, photos of a visit (P37)."""

from __future__ import annotations

from django.urls import reverse

from xianan.core.errors import NotAllowed
from xianan.documents.attachments import IMAGES, PAPERS, Owner, Slot, register
from xianan.organizations.scope import Scope

from .choices import ReportState
from .flows.report import REPORT
from .flows.score import scoring_closed
from .models import Assignment, Deduction, SelfEntry, Visit
from .selectors import visits
from .selectors.cycles import PUBLIC

EVIDENCE, PROOF, PHOTOS = "evidence", "proof", "photos"


def _may_read_evidence(scope: Scope, row: SelfEntry) -> bool:
    """The own street, the offices, and who scores the indicator."""
    report = row.report
    if scope.can("view_cycle", report) or scope.can("view_own_assessment", report, "street"):
        return True
    return Assignment.objects.filter(
        cycle=report.cycle_id, indicator=row.indicator_id, member__user_id=scope.person_id
    ).exists()


def _may_change_evidence(scope: Scope, row: SelfEntry) -> str:
    scope.require("fill_self_report", row.report, "street", label="填报自评")
    if row.report.state == ReportState.SUBMITTED:
        return "自评已提交，附件不再变动。"
    return REPORT["fill"].guards[0](row.report)


def _may_read_proof(scope: Scope, row: Deduction) -> bool:
    """Who took it off, the offices, and once the results are public the street."""
    score = row.score
    if scope.can("view_cycle", score) or score.member.user_id == scope.person_id:
        return True
    return score.cycle.phase in PUBLIC and scope.can("view_own_assessment", score, "street")


def _may_change_proof(scope: Scope, row: Deduction) -> str:
    if row.score.member.user_id != scope.person_id:
        raise NotAllowed("扣分的佐证由登记扣分的评分人上传。")
    return scoring_closed(row.score.cycle)


def _may_read_photos(scope: Scope, row: Visit) -> bool:
    return visits.visible(scope).filter(pk=row.pk).exists()


def _may_change_photos(scope: Scope, row: Visit) -> str:
    if row.recorded_by.user_id != scope.person_id:
        raise NotAllowed("实地查看由登记人本人修改。")
    return scoring_closed(row.cycle)


register(
    Owner(
        SelfEntry,
        label="自评指标",
        slots=(Slot(EVIDENCE, "佐证材料", accept=PAPERS, most=10, hint="文件、纪要、照片、名册等"),),
        may_read=_may_read_evidence,
        may_change=_may_change_evidence,
        url=lambda row: reverse(
            "assessment:report-entry", args=[row.report.cycle_id, row.report_id, row.indicator_id]
        ),
    )
)
register(
    Owner(
        Deduction,
        label="扣分",
        slots=(Slot(PROOF, "扣分佐证", accept=PAPERS, most=5, hint="案卷页、照片、文书的扫描件"),),
        may_read=_may_read_proof,
        may_change=_may_change_proof,
        url=lambda row: reverse(
            "assessment:cell", args=[row.score.cycle_id, row.score.street_id, row.score.indicator_id]
        ),
    )
)
register(
    Owner(
        Visit,
        label="实地查看",
        slots=(Slot(PHOTOS, "现场照片", accept=IMAGES, most=20),),
        may_read=_may_read_photos,
        may_change=_may_change_photos,
        url=lambda row: reverse("assessment:visit", args=[row.cycle_id, row.pk]),
    )
)
