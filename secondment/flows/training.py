"""The state machines of yearly plans and sessions (P14, P17)."""

from __future__ import annotations

from secondment.choices import SessionKind
from secondment.choices import SessionState as S
from secondment.choices import TrainingPlanState as P
from secondment.models import Session
from xianan.core.flow import Flow, Step

TRAINING_PLAN = Flow(
    "培训计划",
    (
        Step("edit", "制定培训计划", (P.DRAFT,), P.DRAFT, "plan_training"),
        Step("submit", "提交培训计划", (P.DRAFT,), P.SUBMITTED, "submit_training_plan"),
    ),
    P,
)


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


def flow_of(session: Session) -> Flow:
    """Return the table of steps of a session: a joint one is 区司法局's, the others their department's."""
    return JOINT_SESSION if session.kind == SessionKind.JOINT else SESSION
