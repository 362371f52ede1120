"""The pages on which a side is withdrawn and sent back; its sheet and the signing stand on the page of the form."""

from __future__ import annotations

from secondment.models import AppraisalSide
from secondment.sides.steps import SIDE
from secondment.views.appraisals import crumbs
from xianan.acts.pages import NounPages

PAGES: NounPages[AppraisalSide] = NounPages(
    noun=SIDE,
    way=lambda row: crumbs(row.appraisal.round),
    back="登记表",
    name=lambda row: f"{row.appraisal.person}的考核登记表",
    facts=lambda row: (f"{row.appraisal.round.year}年度", f"{row.organization}评分"),
)
