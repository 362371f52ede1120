"""The files that rows of this app have."""

from __future__ import annotations

from django.urls import reverse

from xianan.documents.attachments import Owner, Slot, register
from xianan.organizations.scope import Scope

from .models import Meeting


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
