"""Editing the policy's versions and figures, by 区委编办."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.history.services import differences, record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of
from xianan.policy.changes import notify_followers
from xianan.policy.models import Parameter, PolicyVersion
from xianan.policy.parameters import clean_value
from xianan.policy.rules import show_parameter


@transaction.atomic
def change_parameter(parameter: Parameter, *, raw: Any, reason: str, actor: User) -> Parameter:
    """Change one figure of a version, with the reason; what was frozen under the old one stays.

    Errors: invalid (field value), reason_missing, not_allowed.
    """
    scope_of(actor).require("edit_parameters", parameter, label="维护政策参数")
    fresh = lock(parameter)
    try:
        value = clean_value(fresh.key, fresh.kind, raw, minimum=fresh.minimum, maximum=fresh.maximum)
    except ValueError as error:
        raise DomainError("invalid", f"{fresh.label}：{error}", field="value") from None
    if value == fresh.value:
        return fresh
    if not reason.strip():
        raise DomainError("reason_missing", "修改参数须填写理由。", field="reason")
    old, fresh.value = fresh.value, value
    fresh.save(update_fields=["value"])
    record(
        fresh.version,
        "parameter.change",
        f"修改参数“{fresh.label}”",
        actor=actor,
        reason=reason,
        changes={fresh.label: (show_parameter(fresh.kind, old), show_parameter(fresh.kind, value))},
    )
    return fresh


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
    )
    copies = list(source.parameters.all())
    for row in copies:
        row.pk = None
        row._state.adding = True
        row.version = version
    Parameter.objects.bulk_create(copies)
    record(version, "policy.add", "增设文件版本", actor=actor)
    notify_followers(version.district)
    return version


@transaction.atomic
def change_version(version: PolicyVersion, *, actor: User, **values: Any) -> PolicyVersion:
    """Change title, reference, dates or note of a version. Errors: period, version_taken, not_allowed."""
    scope_of(actor).require("edit_parameters", version, label="维护政策参数")
    fresh = lock(version)
    changes = differences(fresh, values)
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
        fresh.save()
        record(fresh, "policy.change", "修改文件版本", actor=actor, changes=changes)
        notify_followers(fresh.district)
    return fresh
