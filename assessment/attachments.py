"""The files of this app: proof of a deduction, photos of a visit (P37), what was put right (P40)."""

from __future__ import annotations

from django.urls import reverse

from xianan.core.errors import NotAllowed
from xianan.documents.attachments import IMAGES, PAPERS, Owner, Slot, register
from xianan.organizations.scope import Scope

from .choices import PracticeState, ProblemState
from .flows.score import scoring_closed
from .models import Deduction, Practice, Problem, Visit
from .selectors import practices, problems, visits
from .selectors.cycles import PUBLIC

PROOF, PHOTOS, MATERIAL, FILES = "proof", "photos", "material", "files"


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


def _may_read_material(scope: Scope, row: Problem) -> bool:
    return problems.visible(scope).filter(pk=row.pk).exists()


def _may_change_material(scope: Scope, row: Problem) -> str:
    scope.require("correct_problem", row, "street", label="整改问题、提交整改材料")
    return "" if row.state == ProblemState.OPEN else "整改情况已经提交，材料不再变动。"


def _may_read_practice(scope: Scope, row: Practice) -> bool:
    return practices.visible(scope).filter(pk=row.pk).exists()


def _may_change_practice(scope: Scope, row: Practice) -> str:
    scope.require("submit_practice", row, "street", label="起草经验做法")
    return "" if row.state == PracticeState.DRAFT else "经验做法已经报送，附件不再变动。"


register(
    Owner(
        Problem,
        label="整改问题",
        slots=(
            Slot(
                MATERIAL,
                "整改材料",
                accept=PAPERS,
                most=10,
                required=True,
                hint="整改前后的照片、文件、台账",
            ),
        ),
        may_read=_may_read_material,
        may_change=_may_change_material,
        url=lambda row: reverse("assessment:problem", args=[row.pk]),
    )
)
register(
    Owner(
        Practice,
        label="经验做法",
        slots=(Slot(FILES, "附件", accept=PAPERS, most=5),),
        may_read=_may_read_practice,
        may_change=_may_change_practice,
        url=lambda row: reverse("assessment:practice", args=[row.pk]),
    )
)
