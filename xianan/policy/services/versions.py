"""Editing the policy's versions and figures, by 区委编办."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.history.services import differences, record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of
from xianan.policy.changes import versions_changed
from xianan.policy.models import FormerDays, Parameter, ParameterChange, PolicyVersion
from xianan.policy.parameters import clean_value, described, known_figure, may_set, rule_of
from xianan.policy.rules import show_parameter


@transaction.atomic
def change_parameter(
    parameter: Parameter,
    *,
    raw: Any,
    reason: str,
    actor: User,
    holds_from: dt.date | None = None,
    basis: str = "",
) -> Parameter:
    """Change one figure of a version, with the reason; what was frozen under the old one stays.

    ``holds_from`` (today) is the first day that the new value judges: a period that ended before it stays
    judged as it was. A day in the past corrects what was typed wrongly; before the version takes effect, and
    from its first day on, the new value holds on all its days. ``basis`` is the document that some rest on.
    Errors: invalid (field value), holds_from (field holds_from), reason_missing, basis_missing (field basis),
    not_allowed (some only the office decides that their rule names).
    """
    if not may_set(scope_of(actor), parameter):
        raise NotAllowed("您没有“维护政策参数”的权限。")
    fresh = lock(parameter)
    try:
        value = clean_value(fresh.key, fresh.kind, raw, minimum=fresh.minimum, maximum=fresh.maximum)
    except ValueError as error:
        raise DomainError("invalid", f"{fresh.label}：{error}", field="value") from None
    # The same value from an earlier day puts right since when it holds.
    if value == fresh.value and basis.strip() in ("", fresh.basis) and holds_from in (None, clock.today()):
        return fresh
    if not reason.strip():
        raise DomainError("reason_missing", "修改参数须填写理由。", field="reason")
    basis = _basis(fresh, basis)
    first = _first_judged(fresh.version, holds_from)
    old, was, fresh.value, fresh.basis = fresh.value, fresh.basis, value, basis
    fresh.save(update_fields=["value", "basis"])
    _keep(fresh, old, first)
    record(
        fresh.version,
        "parameter.change",
        f"修改参数“{fresh.label}”",
        actor=actor,
        reason=reason,
        changes={
            fresh.label: (show_parameter(fresh.kind, old), show_parameter(fresh.kind, value)),
            **({"依据文件": (was, basis)} if basis else {}),
            **_since(holds_from),
        },
    )
    return fresh


@transaction.atomic
def add_figure(
    version: PolicyVersion,
    *,
    key: str,
    raw: Any,
    reason: str,
    actor: User,
    holds_from: dt.date | None = None,
    basis: str = "",
) -> Parameter:
    """Add a figure that apps read and the version lacks, with the reason; until then they go by the document.

    ``holds_from``, ``basis`` and who may as of ``change_parameter``.
    Errors: unknown_figure, figure_taken, invalid (field value), holds_from (field holds_from), reason_missing,
    basis_missing (field basis), not_allowed.
    """
    if not may_set(scope_of(actor), Parameter(district_id=version.district_id, key=key)):
        raise NotAllowed("您没有“维护政策参数”的权限。")
    fresh = lock(version)
    known = known_figure(key)
    if known is None or known.document != fresh.document:
        raise DomainError("unknown_figure", f"{fresh.get_document_display()}没有“{key}”这一参数。")
    if fresh.parameters.filter(key=key).exists():
        raise DomainError("figure_taken", f"本版本已有“{known.label}”，在参数列表中修改。")
    try:
        value = clean_value(key, known.kind, raw, minimum=known.minimum, maximum=known.maximum)
    except ValueError as error:
        raise DomainError("invalid", f"{known.label}：{error}", field="value") from None
    if not reason.strip():
        raise DomainError("reason_missing", "补充参数须填写理由。", field="reason")
    first = _first_judged(fresh, holds_from)
    last = fresh.parameters.aggregate(last=Max("display_order"))["last"] or 0
    row = Parameter(
        district_id=fresh.district_id,
        version=fresh,
        display_order=last + 10,
        **{**described(known), "value": value},
    )
    row.basis = _basis(row, basis)
    row.save(force_insert=True)
    _keep(row, None, first)
    record(
        fresh,
        "parameter.add",
        f"补充参数“{row.label}”",
        actor=actor,
        reason=reason,
        changes={
            row.label: (None, show_parameter(row.kind, value)),
            **({"依据文件": (None, row.basis)} if row.basis else {}),
            **_since(holds_from),
        },
    )
    return row


def _basis(row: Parameter, typed: str) -> str:
    """Return the document that a value rests on, "" for a figure that needs none. Errors: basis_missing."""
    rule = rule_of(row.key)
    if rule is None or not rule.documented:
        return ""
    if not typed.strip():
        raise DomainError("basis_missing", f"“{row.label}”须填写依据文件及文号。", field="basis")
    return typed.strip()[:80]


def _first_judged(version: PolicyVersion, asked: dt.date | None) -> dt.date | None:
    """Return the first day that a new value judges, None for all days of the version."""
    today = clock.today()
    if version.valid_from >= today or (asked is not None and asked == version.valid_from):
        return None
    if asked is not None and not version.valid_from <= asked <= today:
        raise DomainError(
            "holds_from",
            f"起用日期须在{chinese_date(version.valid_from)}至{chinese_date(today)}之间，"
            f"现为{chinese_date(asked)}；今后起用的，增设下一版本。",
            field="holds_from",
        )
    return asked or today


def _keep(parameter: Parameter, old: Any, holds_from: dt.date | None) -> None:
    ParameterChange.objects.create(
        district_id=parameter.district_id,
        parameter=parameter,
        old=old,
        new=parameter.value,
        holds_from=holds_from,
        at=clock.now(),
    )


def _since(asked: dt.date | None) -> dict[str, tuple[None, dt.date]]:
    """A change that holds from the day of its entry needs no word of it."""
    return {} if asked is None or asked == clock.today() else {"起用日期": (None, asked)}


@transaction.atomic
def add_version(
    source: PolicyVersion,
    *,
    actor: User,
    title: str,
    reference: str,
    issued_on: dt.date,
    valid_from: dt.date,
    valid_until: dt.date | None,
    note: str = "",
) -> PolicyVersion:
    """Add the next version of a document with the figures of ``source`` to start from (P44).

    Errors: period, version_taken, not_allowed.
    """
    scope_of(actor).require("edit_parameters", source, label="维护政策参数")
    if valid_until is not None and valid_until < valid_from:
        raise DomainError("period", "有效期截止不能早于施行日期。", field="valid_until")
    same = PolicyVersion.objects.filter(
        district_id=source.district_id, document=source.document, valid_from=valid_from
    )
    if same.exists():
        raise DomainError("version_taken", "该文件已有同日施行的版本。", field="valid_from")
    version = PolicyVersion.objects.create(
        district_id=source.district_id,
        document=source.document,
        title=title,
        reference=reference,
        issued_on=issued_on,
        valid_from=valid_from,
        valid_until=valid_until,
        note=note,
        entered_at=clock.now(),
    )
    copies = list(source.parameters.all())
    for row in copies:
        row.pk = None
        row._state.adding = True
        row.version = version
    Parameter.objects.bulk_create(copies)
    record(version, "policy.add", "增设文件版本", actor=actor)
    versions_changed(version.district)
    return version


@transaction.atomic
def change_version(version: PolicyVersion, *, actor: User, **values: Any) -> PolicyVersion:
    """Change title, reference, dates or note of a version. Errors: period, version_taken, not_allowed."""
    scope_of(actor).require("edit_parameters", version, label="维护政策参数")
    fresh = lock(version)
    changes = differences(fresh, values)
    before = fresh.valid_from, fresh.valid_until
    for key, value in values.items():
        setattr(fresh, key, value)
    if fresh.valid_until is not None and fresh.valid_until < fresh.valid_from:
        raise DomainError("period", "有效期截止不能早于施行日期。", field="valid_until")
    same = PolicyVersion.objects.filter(
        district_id=fresh.district_id, document=fresh.document, valid_from=fresh.valid_from
    ).exclude(pk=fresh.pk)
    if same.exists():
        raise DomainError("version_taken", "该文件已有同日施行的版本。", field="valid_from")
    if changes:
        if (fresh.valid_from, fresh.valid_until) != before:
            FormerDays.objects.create(
                district_id=fresh.district_id,
                version=fresh,
                valid_from=before[0],
                valid_until=before[1],
                known_until=clock.now(),
            )
        fresh.save()
        record(fresh, "policy.change", "修改文件版本", actor=actor, changes=changes)
        versions_changed(fresh.district)
    return fresh
