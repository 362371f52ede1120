"""People and posts in the log."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from secondment.models import Person, Post, Secondment
from xianan.history.registry import ObjectKind, Shown, register_object


def _people(keys: Sequence[int]) -> dict[int, Shown]:
    """A person is shown by the page of the latest secondment."""
    latest = dict(Secondment.objects.filter(person__in=keys).order_by("pk").values_list("person_id", "pk"))
    return {
        key: Shown(name, reverse("secondment:secondment", args=[latest[key]]) if key in latest else "")
        for key, name in Person.objects.filter(pk__in=keys).values_list("pk", "name")
    }


def _posts(keys: Sequence[int]) -> dict[int, Shown]:
    rows = Post.objects.filter(pk__in=keys).select_related("organization", "street")
    return {
        row.pk: Shown(
            str(row),
            reverse("secondment:post", args=[row.organization_id, row.street_id]),
            f"缺 {row.missing} 人" if row.missing else "不缺员",
            "red" if row.missing else "green",
        )
        for row in rows
    }


register_object(ObjectKind("secondment.person", "下沉人员", _people))
register_object(ObjectKind("secondment.post", "下沉岗位", _posts))
