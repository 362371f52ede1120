"""The yearly scoring scheme: drawn up, copied, in versions, and frozen once a cycle uses it (P38)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from assessment.choices import SchemeState as S
from assessment.models import Cycle, Group, Indicator, Scheme
from assessment.rules.points import show_points, sum_words
from assessment.rules.scheme import EARLIEST, LATEST, code_order, indicator_faults
from assessment.rules.scoring import FULL
from assessment.selectors.schemes import measure_labels, next_version, total_of
from assessment.services.common import words
from xianan.acts import DISTRICT, FOLLOWS, Changes, Noun, Wording, kept, longest_of
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.history.services import differences, record
from xianan.imports.services import forget_uploads
from xianan.organizations.models import District, User
from xianan.organizations.scope import Scope, scope_of

HUNDREDTHS = "（百分之一分）"
"""How labels of what is kept in hundredths end."""
INDICATOR_FIELDS = (
    "code", "name", "kind", "points", "rule", "evidence", "methods", "mode", "measure_key", "per_count",
    "with_deductions", "none_due",
)  # fmt: skip
DEFAULTS: Mapping[str, Any] = {
    "kind": "normal",
    "evidence": "",
    "mode": "hand",
    "measure_key": "",
    "per_count": 0,
    "with_deductions": False,
    "none_due": "full",
}


def _read(rows: QuerySet[Scheme], scope: Scope) -> QuerySet[Scheme]:
    """Whoever may look at schemes sees all of the district: they are no secret inside it."""
    return rows if scope.holds(SCHEME.view) else rows.none()


SCHEME: Noun[Scheme] = Noun(
    model=Scheme,
    label="考评细则",
    word="考评细则",
    states=S,
    view="view_scheme",
    parties=(DISTRICT,),
    sees=_read,
    page="assessment:scheme",
    begun="scheme.create",
    joins=("district",),
)
_OFFICE: dict[str, Any] = {"right": "edit_scheme", "by": DISTRICT}
EDIT = SCHEME.permit("修改考评细则", S.DRAFT, **_OFFICE)
DELETE = SCHEME.permit("删除考评细则", S.DRAFT, **_OFFICE)


# ---- The scheme ----------------------------------------------------------------------------------------


@transaction.atomic
def create_scheme(*, year: int, title: str, actor: User, note: str = "") -> Scheme:
    """Begin an empty scheme of a year, in its next version. Errors: not_allowed, year, required."""
    scope_of(actor).require("edit_scheme", actor.district, label="编制考评细则")
    scheme = _new(actor.district, year, title, note, actor)
    record(scheme, "scheme.create", "编制考评细则", actor=actor)
    return scheme


@transaction.atomic
def copy_scheme(source: Scheme, *, year: int, title: str, actor: User, note: str = "") -> Scheme:
    """Begin a scheme with all that another holds: next year's, or a new version of the same year.

    Errors: not_allowed, year, required.
    """
    scope_of(actor).require("edit_scheme", source, label="编制考评细则")
    scheme = _new(actor.district, year, title, note, actor)
    scheme.bonus_cap, scheme.penalty_cap = source.bonus_cap, source.penalty_cap
    scheme.is_draft_text = source.is_draft_text
    scheme.save(update_fields=["bonus_cap", "penalty_cap", "is_draft_text"])
    groups = list(source.groups.all())
    made = Group.objects.bulk_create(
        Group(district_id=scheme.district_id, scheme=scheme, position=row.position, name=row.name)
        for row in groups
    )
    by_name = {row.name: row for row in made}
    Indicator.objects.bulk_create(
        Indicator(
            district_id=scheme.district_id,
            scheme=scheme,
            group=by_name[row.group.name],
            position=row.position,
            **{name: getattr(row, name) for name in INDICATOR_FIELDS},
        )
        for row in source.indicators.select_related("group")
    )
    record(scheme, "scheme.create", f"从“{source}”复制编制", actor=actor)
    return scheme


@SCHEME.step(
    "change", "修改考评细则", S.DRAFT, "", action="scheme.changed", **_OFFICE,
    asks=(kept(Scheme.title), kept(Scheme.note)), tells=(Scheme.title, Scheme.note, Scheme.is_draft_text),
    wording=Wording(title="修改标题和上限", button="保存修改", said="已保存。"),
)  # fmt: skip
def change_scheme(
    row: Scheme,
    *,
    title: str,
    actor: User,
    note: str = "",
    bonus_cap: int = 0,
    penalty_cap: int = 0,
    is_draft_text: bool = False,
) -> Changes:
    """Change title, note and the caps (hundredths) of bonus and penalty items. Errors: required, too_long."""
    told = _in_points(differences(row, {"bonus_cap": bonus_cap, "penalty_cap": penalty_cap}))
    row.bonus_cap, row.penalty_cap, row.is_draft_text = bonus_cap, penalty_cap, is_draft_text
    return told


@transaction.atomic
def delete_scheme(scheme: Scheme, *, actor: User) -> None:
    """Delete a draft with all it holds. Errors: wrong_state, not_allowed, used."""
    fresh = DELETE.hold(scheme, actor=actor)
    if Cycle.objects.filter(scheme=fresh).exists():
        raise DomainError("used", "已有年度考核采用该细则，不能删除。")
    record(fresh, "scheme.deleted", f"删除“{fresh}”", actor=actor)
    forget_uploads(fresh)
    fresh.delete()


def _refuse_unless_hundred(row: Scheme) -> None:
    points = total_of(row)
    if points != FULL:
        raise DomainError(
            "not_hundred", f"“{row}”{sum_words(points, FULL)}，合计须为 100 分。", field="scheme"
        )


@SCHEME.step(
    "freeze", "启用考评细则", (S.DRAFT, S.FROZEN), S.FROZEN, right="manage_cycle", by=DISTRICT, how=FOLLOWS,
    guards=(_refuse_unless_hundred,), action="scheme.frozen", wording=Wording(done="启用，不再修改"),
)  # fmt: skip
def freeze_scheme(row: Scheme, *, actor: User) -> None:
    """Freeze a scheme for the cycle that uses it; one that is frozen already stays so. Errors: not_hundred (field scheme)."""
    row.frozen_at = row.frozen_at or clock.now()


# ---- Groups --------------------------------------------------------------------------------------------


@transaction.atomic
def add_group(scheme: Scheme, *, name: str, position: int, actor: User) -> Group:
    """Add a group. Errors: wrong_state, not_allowed, required, group_twice (field name)."""
    name = words(name, "name", "考评项目名称", longest_of(Group.name))
    fresh = EDIT.hold(scheme, actor=actor)
    _name_is_free(fresh, name)
    group = Group.objects.create(district_id=fresh.district_id, scheme=fresh, name=name, position=position)
    record(fresh, "scheme.group_added", f"增加考评项目“{name}”", actor=actor)
    return group


@transaction.atomic
def change_group(group: Group, *, name: str, position: int, actor: User) -> Group:
    """Rename or move a group. Errors: as for ``add_group``."""
    name = words(name, "name", "考评项目名称", longest_of(Group.name))
    scheme = EDIT.hold(group.scheme, actor=actor)
    fresh = lock(group)
    _name_is_free(scheme, name, but=fresh.pk)
    changes = differences(fresh, {"name": name, "position": position})
    if changes:
        fresh.name, fresh.position = name, position
        fresh.save(update_fields=["name", "position"])
        record(scheme, "scheme.group_changed", f"修改考评项目“{name}”", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def remove_group(group: Group, *, actor: User) -> None:
    """Remove an empty group. Errors: wrong_state, not_allowed, not_empty."""
    scheme = EDIT.hold(group.scheme, actor=actor)
    fresh = lock(group)
    count = fresh.indicators.count()
    if count:
        raise DomainError("not_empty", f"“{fresh}”下还有 {count} 项指标，先移出指标或改到其他考评项目。")
    record(scheme, "scheme.group_removed", f"移出考评项目“{fresh}”", actor=actor)
    fresh.delete()


# ---- Indicators ----------------------------------------------------------------------------------------


@transaction.atomic
def add_indicator(group: Group, *, values: Mapping[str, Any], actor: User) -> Indicator:
    """Add an indicator to a group; its code decides its place.

    Errors: wrong_state, not_allowed, code_twice (field code), invalid (at the field of the first fault).
    """
    scheme = EDIT.hold(group.scheme, actor=actor)
    fresh = lock(group)
    clean = _clean(scheme, values)
    indicator = Indicator.objects.create(
        district_id=scheme.district_id, scheme=scheme, group=fresh, position=0, **clean
    )
    renumber(scheme)
    indicator.refresh_from_db()
    record(
        scheme,
        "scheme.indicator_added",
        f"增加指标“{indicator}”",
        actor=actor,
        changes={"分值": (None, f"{show_points(indicator.points)} 分")},
    )
    return indicator


@transaction.atomic
def change_indicator(
    indicator: Indicator, *, group: Group, values: Mapping[str, Any], actor: User
) -> Indicator:
    """Change an indicator of a draft, also its group. Errors: as for ``add_indicator``, other_scheme."""
    scheme = EDIT.hold(indicator.scheme, actor=actor)
    fresh = lock(indicator)
    if group.scheme_id != scheme.pk:
        raise DomainError("other_scheme", "该考评项目不属于本细则。", field="group")
    clean = {**_clean(scheme, values, but=fresh.pk), "group": group}
    changes = _in_points(differences(fresh, clean))
    if changes:
        for name, value in clean.items():
            setattr(fresh, name, value)
        fresh.save()
        renumber(scheme)
        record(scheme, "scheme.indicator_changed", f"修改指标“{fresh}”", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def remove_indicator(indicator: Indicator, *, actor: User) -> None:
    """Take an indicator out of a draft. Errors: wrong_state, not_allowed, gone."""
    scheme = EDIT.hold(indicator.scheme, actor=actor)
    fresh = lock(indicator)
    record(
        scheme,
        "scheme.indicator_removed",
        f"移出指标“{fresh}”",
        actor=actor,
        changes={"分值": (f"{show_points(fresh.points)} 分", None)},
    )
    fresh.delete()


def renumber(scheme: Scheme) -> None:
    """Put the indicators of each group in the order of their codes; the caller holds the lock."""
    rows = sorted(scheme.indicators.all(), key=lambda row: (code_order(row.code), row.pk))
    for place, row in enumerate(rows, 1):
        row.position = place
    Indicator.objects.bulk_update(rows, ["position"], batch_size=200)


# ---- What they share -------------------------------------------------------------------------------------


def _new(district: District, year: int, title: str, note: str, actor: User) -> Scheme:
    if not EARLIEST <= year <= LATEST:
        raise DomainError("year", f"年度在 {EARLIEST} 至 {LATEST} 之间，现为 {year}。", field="year")
    title = words(title, "title", "标题", longest_of(Scheme.title))
    lock(district)
    return Scheme.objects.create(
        district=district,
        year=year,
        version=next_version(district.pk, year),
        title=title,
        note=note.strip(),
        created_by=actor,
    )


def _in_points(changes: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Say in points what is kept in hundredths."""
    for label in [label for label in changes if label.endswith(HUNDREDTHS)]:
        old, new = changes.pop(label)
        changes[label.removesuffix(HUNDREDTHS)] = (f"{show_points(old)} 分", f"{show_points(new)} 分")
    return changes


def _name_is_free(scheme: Scheme, name: str, but: int = 0) -> None:
    if scheme.groups.filter(name=name).exclude(pk=but).exists():
        raise DomainError("group_twice", f"本细则已有考评项目“{name}”。", field="name")


def _clean(scheme: Scheme, values: Mapping[str, Any], but: int = 0) -> dict[str, Any]:
    """Return whole and sound values of an indicator, or raise the first fault at its field."""
    clean = {**DEFAULTS, **{name: values[name] for name in INDICATOR_FIELDS if name in values}}
    clean = {name: value.strip() if isinstance(value, str) else value for name, value in clean.items()}
    faults = indicator_faults(clean, measures=measure_labels())
    if faults:
        raise DomainError("invalid", faults[0].message, field=faults[0].field)
    if scheme.indicators.filter(code=clean["code"]).exclude(pk=but).exists():
        raise DomainError("code_twice", f"本细则已有编号 {clean['code']} 的指标。", field="code")
    return clean
