"""The files that rows of this app have."""

from __future__ import annotations

from django.urls import reverse

from xianan.documents.attachments import DOC, DOCX, SCANS, Owner, Slot, register
from xianan.organizations.scope import Scope

from .choices import FilingState
from .models import Filing, Meeting


def _may_read_filing(scope: Scope, filing: Filing) -> bool:
    """As in ``selectors.filings.visible``: a draft stays inside its department."""
    own = filing.organization_id in scope.organization_ids("view_filing")
    return own or (filing.state != FilingState.DRAFT and scope.can("view_filing", filing))


def _may_change_filing(scope: Scope, filing: Filing) -> str:
    scope.require("draft_filing", filing, "organization", label="起草申报")
    return "" if filing.state == FilingState.DRAFT else "申报已提交，附件不再变动。"


register(
    Owner(
        Filing,
        label="申报",
        slots=(Slot("feasibility", "可行性说明附件", accept=(*SCANS, DOCX, DOC), most=10),),
        may_read=_may_read_filing,
        may_change=_may_change_filing,
        url=lambda filing: reverse("empowerment:filing", args=[filing.pk]),
    )
)


def _may_change_meeting(scope: Scope, meeting: Meeting) -> str:
    scope.require("record_decision", meeting, label="登记审议决定")
    return ""


register(
    Owner(
        Meeting,
        label="审议会议",
        slots=(Slot("minutes", "会议纪要", most=3, hint="盖章纪要的扫描件"),),
        may_read=lambda scope, meeting: scope.can("view_filing", meeting),
        may_change=_may_change_meeting,
        url=lambda meeting: reverse("empowerment:meeting", args=[meeting.pk]),
    )
)
