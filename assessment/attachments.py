"""The files of this app: proof of a deduction, photos of a visit (P37)."""

from __future__ import annotations

from django.urls import reverse

from xianan.core.errors import NotAllowed
from xianan.documents.attachments import IMAGES, PAPERS, Owner, Slot, register
from xianan.organizations.scope import Scope

from .models import Deduction, Visit
from .selectors import visits
from .selectors.cycles import PUBLIC, scoring_closed

PROOF, PHOTOS = "proof", "photos"


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
