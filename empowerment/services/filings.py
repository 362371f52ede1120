"""A department's filing: drafted by its clerk, submitted by its head (P01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.texts import written
from xianan.documents.services.attachments import attach_all, remove_all, together
from xianan.history.services import differences, record
from xianan.imports.selectors import importing
from xianan.imports.services import forget_uploads
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of

from ..choices import FilingState, LineState
from ..flows import FILING
from ..models import Filing, FilingItem, Item
from ..rules import mark_of, numbers_text
from ..selectors.filings import unchanged_lines
from .content import clean_values, listed_matcher, same_content

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

RESUBMITTABLE = (LineState.RETURNED, LineState.DEFERRED)


@transaction.atomic
def create_filing(*, organization: Organization, title: str, actor: User, feasibility: str = "") -> Filing:
    """Open a draft for a department. Errors: not_allowed, missing (title), not_empowering."""
    scope_of(actor).require("draft_filing", organization, label="起草申报")
    if not organization.empowering:
        raise DomainError("not_empowering", f"{organization}不是赋权部门，不能申报事项。")
    filing = Filing(
        district_id=organization.district_id,
        organization=organization,
        title=_title(title),
        feasibility=feasibility.strip(),
        created_by=actor,
    )
    filing.save(force_insert=True)
    record(filing, "filing.created", "起草申报", actor=actor, organization=organization)
    return filing


@transaction.atomic
def change_filing(filing: Filing, *, actor: User, title: str, feasibility: str) -> Filing:
    """Change the heading of a draft. Errors: not_allowed, wrong_state, missing (title)."""
    fresh = edit(filing, actor)
    new = {"title": _title(title), "feasibility": feasibility.strip()}
    changes = differences(fresh, new)
    if changes:
        fresh.title, fresh.feasibility = new["title"], new["feasibility"]
        fresh.save(update_fields=list(new))
        record(
            fresh, "filing.changed", "修改申报", actor=actor, organization=fresh.organization, changes=changes
        )
    return fresh


@transaction.atomic
def delete_filing(filing: Filing, *, actor: User) -> None:
    """Delete a draft with its lines and uploaded files. Errors: not_allowed, wrong_state, importing."""
    fresh = edit(filing, actor, step="delete")
    record(fresh, "filing.deleted", "删除申报草稿", actor=actor, organization=fresh.organization)
    forget_uploads(fresh)
    remove_all(fresh, actor=actor)
    fresh.delete()


@transaction.atomic
def add_item(filing: Filing, *, actor: User, values: Mapping[str, Any]) -> FilingItem:
    """Add one item to a draft. A listed one with changes becomes a proposal to change it.

    Errors: not_allowed, wrong_state, importing, duplicate (name), unchanged (name), and those of
    ``clean_values``.
    """
    fresh = edit(filing, actor)
    cleaned = clean_values(values, organization=fresh.organization)
    line = FilingItem(
        district_id=fresh.district_id,
        filing=fresh,
        position=next_position(fresh),
        changed_by=actor,
        item=_listed(fresh, cleaned),
        **cleaned,
    )
    _refuse_double(line)
    line.save(force_insert=True)
    record(
        fresh, "filing.item_added", "新增申报事项", actor=actor, organization=fresh.organization,
        changes={"事项": ("", line.name)},
    )  # fmt: skip
    return line


@transaction.atomic
def change_item(
    line: FilingItem, *, actor: User, values: Mapping[str, Any], expected: str = ""
) -> FilingItem:
    """Change one item of a draft. ``expected`` is the mark (``line_mark``) of what the page showed.

    Errors as for ``add_item``, gone, and stale: somebody has saved the item since.
    """
    filing = edit(line.filing, actor)
    fresh = lock(line)
    if expected and expected != line_mark(fresh):
        raise DomainError(
            "stale",
            f"页面打开以后，此项已由{fresh.changed_by.name}改动，没有保存。对照现有内容，核对后再保存。",
        )
    cleaned = clean_values(values, organization=filing.organization, line=fresh)
    changes = differences(fresh, {k: v for k, v in cleaned.items() if not k.endswith("_key")})
    if not changes:
        return fresh
    fresh.item = _listed(filing, cleaned)
    for name, value in cleaned.items():
        setattr(fresh, name, value)
    fresh.changed_by = actor
    _refuse_double(fresh)
    fresh.save(update_fields=[*cleaned, "item", "changed_by"])
    record(
        filing, "filing.item_changed", f"修改申报事项“{fresh.name}”"[:200], actor=actor,
        organization=filing.organization, changes=changes,
    )  # fmt: skip
    return fresh


@transaction.atomic
def remove_item(line: FilingItem, *, actor: User) -> None:
    """Take one item out of a draft. Errors: not_allowed, wrong_state, importing, gone."""
    filing = edit(line.filing, actor)
    fresh = lock(line)
    record(
        filing, "filing.item_removed", "移出申报事项", actor=actor, organization=filing.organization,
        changes={"事项": (fresh.name, "")},
    )  # fmt: skip
    fresh.delete()


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
        return _submit(filing, actor)


def _submit(filing: Filing, actor: User) -> Filing:
    now = clock.now()
    fresh = FILING.take(filing, "submit", scope_of(actor), submitted_by=actor, submitted_at=now)
    _refuse_importing(fresh)
    lines = list(fresh.lines.values_list("name", "basis"))
    if not lines:
        raise DomainError("empty", "申报中还没有事项，不能提交。先上传工作簿或逐项填写。")
    bare = [name for name, basis in lines if not basis]
    if bare:
        raise DomainError(
            "basis_missing", f"{numbers_text(bare)}缺少设定依据，不能提交。补填依据，或移出本次申报。"
        )
    same = list(unchanged_lines(fresh).values_list("name", flat=True))
    if same:
        raise DomainError("no_change", f"{numbers_text(same)}与清单相比没有变化，无需申报。移出本次申报。")
    fresh.lines.filter(state=LineState.DRAFT).update(state=LineState.REVIEW)
    record(
        fresh, "filing.submitted", FILING["submit"].done, actor=actor, organization=fresh.organization,
        changes={"状态": (FilingState.DRAFT.label, FilingState.ESTABLISHMENT.label), "事项数": ("", len(lines))},
    )  # fmt: skip
    return fresh


@transaction.atomic
def resubmit(line: FilingItem, *, filing: Filing | None, actor: User) -> FilingItem:
    """Copy a returned or deferred item into a draft of its department; None opens a new one.

    Errors: not_allowed, wrong_state, already_resubmitted, wrong_filing, duplicate.
    """
    old = lock(line)
    organization = old.filing.organization
    scope_of(actor).require("draft_filing", organization, label="修改并重新申报")
    if old.state not in RESUBMITTABLE:
        raise DomainError("wrong_state", "只有已退回或暂缓的事项可以重新申报。")
    if FilingItem.objects.filter(previous=old).exists():
        raise DomainError("already_resubmitted", f"“{old.name}”已经重新申报，在新的申报中修改。")
    if filing is None:
        filing = create_filing(
            organization=organization, title=f"{old.filing.title}（退回事项重新申报）"[:120], actor=actor
        )
    elif filing.organization_id != organization.pk:
        raise DomainError("wrong_filing", "只能在本部门的申报中重新申报。")
    fresh = edit(filing, actor)
    values = {name: getattr(old, name) for name in ("type", "item", *COPIED)}
    copy = FilingItem(
        district_id=old.district_id, filing=fresh, previous=old, position=next_position(fresh),
        changed_by=actor, **values,
    )  # fmt: skip
    _refuse_double(copy)
    copy.save(force_insert=True)
    record(
        fresh, "filing.item_resubmitted", "重新申报退回事项", actor=actor, organization=organization,
        changes={"事项": ("", copy.name)},
    )  # fmt: skip
    record(
        old.filing, "filing.line_resubmitted", f"重新申报“{old.name}”"[:200], actor=actor,
        organization=organization,
    )  # fmt: skip
    return copy


COPIED = (
    *("name", "basis", "duties", "source", "municipal_department", "office", "remarks"),
    *("name_key", "content_key", "transition_months", "proposed_streets", "decline_reason"),
)


def line_mark(line: FilingItem) -> str:
    """Return a mark of what a line says, to find it changed later."""
    return mark_of(f"{name}={getattr(line, name)!r}" for name in ("type_id", *COPIED))


def edit(filing: Filing, actor: User, *, step: str = "edit") -> Filing:
    """Return the locked filing if ``actor`` may write to it now. For the services of a filing."""
    fresh = lock(filing)
    FILING.refuse_unless_possible(fresh, step, scope_of(actor))
    _refuse_importing(fresh)
    return fresh


def next_position(filing: Filing) -> int:
    """Return the place of the next line, from 1."""
    return int(filing.lines.aggregate(last=Max("position"))["last"] or 0) + 1


def _refuse_importing(filing: Filing) -> None:
    if importing(filing) is not None:
        raise DomainError("importing", "工作簿正在导入本次申报，完成后才能继续修改或提交。")


def _listed(filing: Filing, cleaned: Mapping[str, Any]) -> Item | None:
    key = listed_matcher(filing.organization).find(cleaned["name_key"], cleaned["content_key"])
    item = Item.objects.get(pk=key) if key else None
    if item is not None and same_content(cleaned, item):
        raise DomainError("unchanged", f"清单第 {item.code} 号已有此事项且无变化，无需再报。", field="name")
    return item


def _refuse_double(line: FilingItem) -> None:
    others = FilingItem.objects.filter(filing=line.filing).exclude(pk=line.pk)
    if others.filter(content_key=line.content_key).exists():
        raise DomainError("duplicate", "本次申报已有名称、依据相同的事项。", field="name")
    if line.item_id and others.filter(item=line.item_id).exists():
        raise DomainError("duplicate", "本次申报已有一项要变更清单中的同一事项。", field="name")


def _title(title: str) -> str:
    return written("申报标题", title, 120, field="title", required=True, codes=("missing", "too_long"))
