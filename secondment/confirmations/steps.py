"""What streets say to sessions that were entered after their quarter: asked, confirmed, denied (P14)."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from secondment.choices import ConfirmationState as C
from secondment.confirmations.model import StreetConfirmation
from secondment.models import Session
from secondment.selectors.proof import has_sheet
from secondment.selectors.training import VIEW
from secondment.services.duties import settle
from xianan.acts import Noun, Wording, note
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.parties import Other, by
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.organizations.models import User

_HELD = (Other("代表举办单位登记这场培训", by("session.created_by", "session.recorded_by")),)
CONFIRMATION: Noun[StreetConfirmation] = Noun(
    model=StreetConfirmation,
    label="街道参训确认",
    word="参训确认",
    states=C,
    view=VIEW,
    parties=("street",),
    page="secondment:session",
    joins=("street", "session__organization", "session__created_by", "session__recorded_by"),
    part_of="session",
    leads=lambda row: reverse("secondment:session", args=[row.session_id]),
    home="secondment:trainings",
)


# ---- Asking ------------------------------------------------------------------------------------------


def ask_streets(session: Session, *, actor: User, changed: Collection[int] = ()) -> None:
    """Ask every street with people on the list of a late session; one whose list has ``changed`` anew.

    A street of which nobody is left is asked no more. In the transaction of the caller, who has locked
    the session. Streets are told while no signed sheet answers for them.
    """
    if not session.needs_proof:
        return
    present = set(session.attendances.filter(present=True).values_list("street_id", flat=True))
    rows = {row.street_id: row for row in session.confirmations.select_for_update(of=("self",))}
    session.confirmations.exclude(street__in=present).delete()
    session.confirmations.filter(street__in=present & set(changed)).update(
        state=C.ASKED, asked_at=clock.now(), answered_by=None, answered_at=None, denied_reason=""
    )
    StreetConfirmation.objects.bulk_create(
        [
            StreetConfirmation(district_id=session.district_id, session=session, street_id=key)
            for key in sorted(present - rows.keys())
        ]
    )
    settle(session.district, [session.organization_id])
    told = present - (rows.keys() - set(changed))
    if told and not has_sheet(session):
        _tell(
            session, told, "待确认", actor,
            f"{session.organization}在季度结束后补登，核对本街道参训名单后确认或不予确认。",
        )  # fmt: skip


def _tell(session: Session, organizations: Collection[int], words: str, actor: User, text: str) -> None:
    notify_organizations(
        organizations,
        district_id=session.district_id,
        kind=NoticeKind.WORK,
        title=f"{chinese_date(session.day)}的培训“{session.title}”：{words}",
        text=text,
        url=CONFIRMATION.url(session.pk),
        sender=actor,
    )


# ---- Answering ---------------------------------------------------------------------------------------


def _refuse_with_sheet(row: StreetConfirmation) -> None:
    if has_sheet(row.session):
        raise DomainError("guard", "这场培训已附签到表扫描件，不须街道确认。")


def _answered(row: StreetConfirmation, actor: User) -> None:
    """Bring the quarter to what the street says now, and tell the holder of the session."""
    session = row.session
    settle(session.district, [session.organization_id])
    words = confirm.label if row.state == C.CONFIRMED else deny.label
    _tell(session, {session.organization_id}, f"{row.street}{words}", actor, row.denied_reason)


@CONFIRMATION.step(
    "confirm", "确认参训", (C.ASKED, C.DENIED), C.CONFIRMED, right="confirm_training", by="street",
    guards=(_refuse_with_sheet,), others=_HELD, locks=("session",), behalf="street", action="session.confirm",
    follow=_answered,
    wording=Wording(
        button="确认本街道人员到场",
        style="primary",
        done=lambda row: f"{row.street}确认参训",
        said=lambda row: f"已代表{row.street}确认参训，这场培训计入。",
        notes=(
            ("每季度集中开展业务培训", "实施方案二（五）（P14）"),
            ("季度结束后补登的培训", "附签到表或者到场街道确认后才计入"),
        ),
        after=("计入举办部门该季度的培训和本街道的参训", "举办单位收到通知，办理记录写明由谁确认"),
    ),
)  # fmt: skip
def confirm(row: StreetConfirmation, *, actor: User) -> None:
    """Say for a street that its people were there: from now on the session counts.

    Errors: not_allowed, wrong_state, same_person, guard (the signed sheet is there).
    """
    row.answered_by, row.answered_at, row.denied_reason = actor, clock.now(), ""


@CONFIRMATION.step(
    "deny", "不予确认", (C.ASKED, C.CONFIRMED), C.DENIED, right="confirm_training", by="street",
    guards=(_refuse_with_sheet,), others=_HELD, locks=("session",), behalf="street", action="session.deny",
    follow=_answered,
    asks=(note("reason", "理由", to=StreetConfirmation.denied_reason, required=True, logged=True),),
    wording=Wording(
        button="不予确认并答复举办单位",
        style="refuse",
        done=lambda row: f"{row.street}不予确认",
        said=lambda row: f"已答复{row.session.organization}不予确认。",
        after=("不计入，举办单位收到通知", "举办单位改正名单后再请确认，或者上传签到表"),
    ),
)  # fmt: skip
def deny(row: StreetConfirmation, *, reason: str, actor: User) -> None:
    """Say for a street that the list is not right; the holder of the session puts it right or proves it.

    Errors: not_allowed, wrong_state, same_person, reason_missing, reason_long (field reason), guard.
    """
    row.answered_by, row.answered_at = actor, clock.now()
