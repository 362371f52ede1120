"""What streets say to sessions entered late, as a state machine (P14)."""

from __future__ import annotations

from secondment.choices import ConfirmationState as C
from secondment.models import StreetConfirmation
from secondment.selectors.proof import has_sheet
from xianan.core.flow import Flow, Other, Step, by


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
