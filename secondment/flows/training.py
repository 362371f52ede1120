"""The state machines of sessions and what streets say to late ones (P14, P17)."""

from __future__ import annotations

from secondment.choices import ConfirmationState as C
from secondment.choices import SessionKind
from secondment.choices import SessionState as S
from secondment.models import Session, StreetConfirmation
from secondment.selectors.proof import has_sheet
from xianan.core.flow import Flow, Other, Step, by


def _steps(right: str) -> tuple[Step, ...]:
    return (
        Step("edit", "修改场次", (S.PLANNED,), S.PLANNED, right),
        Step("move", "改期", (S.PLANNED,), S.PLANNED, right),
        Step("cancel", "取消场次", (S.PLANNED,), S.CANCELLED, right, reason=True),
        Step("remove", "移出计划", (S.PLANNED,), S.PLANNED, right),
        Step("hold", "登记举办情况", (S.PLANNED,), S.HELD, right),
        Step("attend", "登记参训人员", (S.PLANNED, S.HELD), S.PLANNED, right),
    )


SESSION = Flow("培训场次", _steps("plan_training"), S)
JOINT_SESSION = Flow("培训场次", _steps("hold_joint_training"), S, owner="")


def _no_sheet(row: StreetConfirmation) -> str:
    return "这场培训已附签到表扫描件，不须街道确认。" if has_sheet(row.session) else ""


_HELD = (Other("代表举办单位登记这场培训", by("session.created_by", "session.recorded_by")),)
CONFIRMATION = Flow(
    "参训确认",
    (
        Step("confirm", "确认参训", (C.ASKED, C.DENIED), C.CONFIRMED, "confirm_training", guards=(_no_sheet,), others=_HELD),
        Step("deny", "不予确认", (C.ASKED, C.CONFIRMED), C.DENIED, "confirm_training", reason=True, guards=(_no_sheet,), others=_HELD),
    ),
    C,
    owner="street",
)  # fmt: skip


def flow_of(session: Session) -> Flow:
    """Return the table of steps of a session: a joint one is 区司法局's, the others their department's."""
    return JOINT_SESSION if session.kind == SessionKind.JOINT else SESSION
