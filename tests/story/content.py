"""The content of a told story in comparable form: every row of every table, without what may differ."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

# Keys, signatures, verification codes and what follows from their bytes; hashes of passwords.
FREE = {
    "documents.certificate": {"serial", "fingerprint", "certificate", "private_key"},
    "documents.attachment": {"path", "sha256", "size"},
    "documents.document": {"code"},
    "documents.documentfile": {"path", "sha256", "sm3", "size"},
    "documents.documentsignature": {"value_sha256"},
    "organizations.user": {"password", "last_login"},
    "organizations.usedpassword": {"password"},
    "imports.upload": {"path", "sha256", "size", "base"},
    "empowerment.liststamp": {"value"},
    "jobs.download": {"path", "size"},
    "secondment.session": {"code"},
}
CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}")
# Bookkeeping of Django, filled by migrate.
LEFT_OUT = {"sessions.session", "auth.permission", "contenttypes.contenttype"}


def tables() -> list[type[models.Model]]:
    """Return the models whose rows the story writes."""
    return [model for model in apps.get_models() if model._meta.label_lower not in LEFT_OUT]


def counts() -> dict[str, int]:
    """Return how many rows each table has."""
    return {model._meta.label_lower: model._default_manager.count() for model in tables()}


def contents() -> dict[str, list[str]]:
    """Return per table its rows as text, by primary key."""
    # Django numbers these in the order in which it happens to meet them.
    kinds = {row.pk: f"{row.app_label}.{row.model}" for row in ContentType.objects.all()}
    rights = dict(Permission.objects.values_list("pk", "codename"))
    return {
        model._meta.label_lower: [_text(row, kinds, rights) for row in _rows(model)] for model in tables()
    }


def digest() -> str:
    """Return one digest over everything that is in the database, nothing left out but sessions."""
    whole = {
        model._meta.label_lower: list(model._default_manager.order_by("pk").values()) for model in tables()
    }
    return hashlib.sha256(json.dumps(whole, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def _rows(model: type[models.Model]) -> list[dict[str, Any]]:
    label = model._meta.label_lower
    rows = list(model._default_manager.order_by("pk").values())
    for row in rows:
        for name in FREE.get(label, ()):
            row.pop(name)
        if label == "imports.upload":
            row["report"].pop("seconds", None)
    return rows


def _text(row: dict[str, Any], kinds: dict[int, str], rights: dict[int, str]) -> str:
    if "content_type_id" in row:
        row["content_type_id"] = kinds[row["content_type_id"]]
    if "permission_id" in row:
        row["permission_id"] = rights[row["permission_id"]]
    # Papers without a number are named by their code, also by those that take their place.
    return CODE.sub("核验码", json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True))
