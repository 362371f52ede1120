"""A department's filing: drafted by its clerk, submitted by its head, judged by the desks, decided (P01, P02)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet

from empowerment.choices import Desk, LineState
from empowerment.choices import FilingState as F
from empowerment.models import Filing, Meeting, Opinion
from empowerment.rules import Tally, numbers_text
from empowerment.selectors.filings import unchanged_lines
from xianan.acts import CLICK, DISTRICT, FOLLOWS, Changes, Noun, Step, Wording, kept
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.parties import Other
from xianan.core.texts import written
from xianan.documents.attachments import DOC, DOCX, SCANS, Owner, Slot, register
from xianan.documents.services.attachments import attach_all, remove_all, together
from xianan.history.services import record
from xianan.imports.selectors import importing
from xianan.imports.services import forget_uploads
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import Scope, scope_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

_CLERK: dict[str, Any] = {"right": "draft_filing", "by": "organization"}


def _sees(rows: QuerySet[Filing], scope: Scope) -> QuerySet[Filing]:
    """What their own department files, and for the offices what was submitted."""
    own = Q(organization__in=scope.organization_ids("view_filing"))
    return rows.filter(own | ~Q(state=F.DRAFT) if scope.whole_district("view_filing") else own)


FILING: Noun[Filing] = Noun(
    model=Filing,
    label="申报",
    word="申报",
    states=F,
    view="view_filing",
    parties=("organization",),
    page="empowerment:filing",
    begun="filing.created",
    joins=("organization", "created_by", "district"),
    sees=_sees,
)

# ---- The draft ---------------------------------------------------------------------------------------


def _not_importing(filing: Filing) -> None:
    if importing(filing) is not None:
        raise DomainError("importing", "工作簿正在导入本次申报，完成后才能继续修改或提交。")


DRAFT = FILING.permit("修改申报", F.DRAFT, **_CLERK)
"""What is asked of a page, and of the workbook that is being imported."""
EDIT = FILING.permit("修改申报", F.DRAFT, guards=(_not_importing,), **_CLERK)
DELETE = FILING.permit("删除草稿", F.DRAFT, guards=(_not_importing,), **_CLERK)
FILES = FILING.permit("起草申报", F.DRAFT, closed="申报已提交，附件不再变动。", **_CLERK)
register(
    Owner(
        Filing,
        label=FILING.label,
        slots=(Slot("feasibility", "可行性说明附件", accept=(*SCANS, DOCX, DOC), most=10),),
        may_read=FILING.readable,
        may_change=FILES.why_not,
        url=FILING.url,
    )
)


@transaction.atomic
def create_filing(*, organization: Organization, title: str, actor: User, feasibility: str = "") -> Filing:
    """Open a draft for a department. Errors: not_allowed, missing (title), not_empowering."""
    scope_of(actor).require("draft_filing", organization, label="起草申报")
    if not organization.empowering:
        raise DomainError("not_empowering", f"{organization}不是赋权部门，不能申报事项。")
    filing = Filing(
        district_id=organization.district_id,
        organization=organization,
        title=written("申报标题", title, 120, field="title", required=True, codes=("missing", "too_long")),
        feasibility=feasibility.strip(),
        created_by=actor,
    )
    filing.save(force_insert=True)
    record(filing, "filing.created", "起草申报", actor=actor, organization=organization)
    return filing


@FILING.step(
    "heading",
    "修改标题和说明",
    F.DRAFT,
    "",
    asks=(
        kept(Filing.title, label="申报标题"),
        kept(Filing.feasibility, help="逐项研究可行性的情况：街道有无承接条件、需要哪些保障"),
    ),
    tells=(Filing.title, Filing.feasibility),
    guards=(_not_importing,),
    action="filing.changed",
    wording=Wording(button="保存", done="修改申报", said="标题和可行性说明已保存。"),
    **_CLERK,
)
def change_heading(filing: Filing, *, title: str, feasibility: str, actor: User) -> None:
    """Change the heading of a draft. Errors: importing, required and too_long (title, feasibility)."""


@transaction.atomic
def delete_filing(filing: Filing, *, actor: User) -> None:
    """Delete a draft with its lines and uploaded files. Errors: not_allowed, wrong_state, importing."""
    fresh = DELETE.hold(filing, actor=actor)
    record(fresh, "filing.deleted", "删除申报草稿", actor=actor, organization=fresh.organization)
    forget_uploads(fresh)
    remove_all(fresh, actor=actor)
    fresh.delete()


def _complete(filing: Filing) -> None:
    lines = list(filing.lines.values_list("name", "basis"))
    if not lines:
        raise DomainError("empty", "申报中还没有事项，不能提交。先上传工作簿或逐项填写。")
    bare = [name for name, basis in lines if not basis]
    if bare:
        raise DomainError(
            "basis_missing", f"{numbers_text(bare)}缺少设定依据，不能提交。补填依据，或移出本次申报。"
        )
    same = list(unchanged_lines(filing).values_list("name", flat=True))
    if same:
        raise DomainError("no_change", f"{numbers_text(same)}与清单相比没有变化，无需申报。移出本次申报。")


def _lines_go_on(filing: Filing, actor: User) -> None:
    filing.lines.filter(state=LineState.DRAFT).update(state=LineState.REVIEW)


@FILING.step(
    "submit",
    "提交申报并报送区委编办",
    F.DRAFT,
    F.ESTABLISHMENT,
    right="submit_filing",
    by="organization",
    how=CLICK,
    guards=(_not_importing, _complete),
    stamp=(Filing.submitted_by, Filing.submitted_at),
    follow=_lines_go_on,
    action="filing.submitted",
    wording=Wording(done="提交申报"),
)
def send(filing: Filing, *, actor: User) -> Changes:
    """Send a draft to 区委编办. Errors: importing, empty, basis_missing, no_change."""
    return {"状态": (F.DRAFT.label, F.ESTABLISHMENT.label), "事项数": ("", filing.lines.count())}


def submit_filing(
    filing: Filing, *, actor: User, files: Mapping[str, Sequence[UploadedFile[bytes]]] | None = None
) -> Filing:
    """Submit a draft to 区委编办 (P01), with ``files`` (slot → files) that were chosen beside the button.

    Errors: not_allowed, wrong_state, importing, empty, basis_missing (an item without a legal basis stays
    a draft; the sentence names the items), no_change; those of attach_all.
    """
    with together():
        if files:
            attach_all(filing, files, actor=actor)
        return send(filing, actor=actor)


# ---- The desks ---------------------------------------------------------------------------------------


def _filed(filing: Filing) -> set[int | None]:
    wrote = filing.lines.order_by().values_list("changed_by_id", flat=True).distinct()
    return {filing.created_by_id, filing.submitted_by_id, *wrote}


def _judged_before(filing: Filing) -> Iterable[int]:
    given = Opinion.objects.filter(line__filing=filing, desk=Desk.ESTABLISHMENT)
    return given.order_by().values_list("given_by_id", flat=True).distinct()


_FILER = (Other("代表部门起草、修改或提交这份申报", _filed),)
_ESTABLISHMENT: dict[str, Any] = {"right": "review_filing", "by": DISTRICT, "others": _FILER}
_JUSTICE: dict[str, Any] = {
    "right": "check_legality", "by": DISTRICT, "others": (*_FILER, Other("代表区委编办审核这份申报", _judged_before)),
}  # fmt: skip

JUDGE = {
    Desk.ESTABLISHMENT: FILING.permit("审核事项", F.ESTABLISHMENT, **_ESTABLISHMENT),
    Desk.JUSTICE: FILING.permit("合法性审核", F.JUSTICE, **_JUSTICE),
}
"""Giving opinions, by desk."""


def _leaving(name: str, label: str, source: F, target: F, done: str, **who: Any) -> Step[Filing, Any]:
    """Say how a filing leaves a desk: in consequence of the desk's opinions on all of its items."""

    @FILING.step(name, label, source, target, how=FOLLOWS, wording=Wording(done=done), **who)
    def leave(filing: Filing, *, stands: Tally, actor: User) -> Changes:
        if target == F.DECIDED:
            filing.decided_at = clock.now()
        return {"状态": (source.label, target.label), "审核结果": ("", str(stands))}

    return leave


ONWARD = {
    Desk.ESTABLISHMENT: _leaving(
        "to_justice", "审核完毕并报送区司法局", F.ESTABLISHMENT, F.JUSTICE, "编办审核完毕", **_ESTABLISHMENT
    ),
    Desk.JUSTICE: _leaving(
        "to_deliberation", "审核完毕并报区政府审议", F.JUSTICE, F.DELIBERATION, "司法局审核完毕", **_JUSTICE
    ),
}
CLOSE = {
    Desk.ESTABLISHMENT: _leaving(
        "close_at_establishment", "审核完毕并办结", F.ESTABLISHMENT, F.DECIDED, "编办审核完毕，无事项通过", **_ESTABLISHMENT
    ),
    Desk.JUSTICE: _leaving(
        "close_at_justice", "审核完毕并办结", F.JUSTICE, F.DECIDED, "司法局审核完毕，无事项通过", **_JUSTICE
    ),
}  # fmt: skip


def leaving(desk: Desk, stands: Tally) -> Step[Filing, Any]:
    """Return how a filing leaves a desk: onward, or closed where nothing of it can pass any more."""
    return (ONWARD if stands.passed or stands.undecided else CLOSE)[desk]


@FILING.step(
    "decide", "登记审议决定", F.DELIBERATION, F.DECIDED, right="record_decision", by=DISTRICT, how=FOLLOWS, others=_FILER,
    wording=Wording(done="区政府审议决定"),
)  # fmt: skip
def decide(filing: Filing, *, meeting: Meeting, stands: Mapping[int, Tally], actor: User) -> Changes:
    """Close a filing with what a meeting decided on its items; ``stands`` by filing."""
    filing.decided_at = clock.now()
    return {
        "状态": (F.DELIBERATION.label, F.DECIDED.label),
        "会议": ("", meeting.name),
        "审议结果": ("", str(stands[filing.pk])),
    }
