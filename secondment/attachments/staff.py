"""The files that rows of this app have: certificate, photo (P12)."""

from __future__ import annotations

from django.urls import reverse

from xianan.documents.attachments import IMAGES, PAPERS, SCANS, Owner, Slot, register
from xianan.organizations.scope import Scope

from ..choices import SecondmentState
from ..models import Secondment

CERTIFICATE, PHOTO, OTHER = "certificate", "photo", "other"
_OPEN = (SecondmentState.APPROVAL, SecondmentState.REGISTERED, SecondmentState.SERVING)


def _may_read_secondment(scope: Scope, row: Secondment) -> bool:
    """All of it is private: for the two units, and for the offices that decide about people."""
    return scope.can("view_scan", row, "organization") or scope.can("view_scan", row, "street")


def _may_change_secondment(scope: Scope, row: Secondment) -> str:
    scope.require("register_secondment", row, "organization", label="登记下沉人员")
    return "" if row.state in _OPEN else "该下沉已经结束，附件不再变动。"


register(
    Owner(
        Secondment,
        label="下沉",
        slots=(
            Slot(
                CERTIFICATE,
                "执法证扫描件",
                accept=SCANS,
                most=2,
                private=True,
                hint="职权含处罚、强制或检查的街道必需，街道确认到岗前上传",
            ),
            Slot(PHOTO, "照片", accept=IMAGES, private=True),
            Slot(OTHER, "其他材料", accept=PAPERS, most=5, private=True),
        ),
        may_read=_may_read_secondment,
        may_change=_may_change_secondment,
        url=lambda row: reverse("secondment:secondment", args=[row.pk]),
    )
)
