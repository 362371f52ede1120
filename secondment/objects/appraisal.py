"""How years, forms, rules and files are shown where the log speaks of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from secondment.models import Appraisal
from secondment.rules.appraisal import grade_word
from secondment.services import papers
from xianan.documents.registry import register_kind
from xianan.history.registry import ObjectKind, Shown, register_object


def _forms(keys: Sequence[int]) -> dict[int, Shown]:
    rows = Appraisal.objects.filter(pk__in=keys).select_related("person", "round")
    return {
        row.pk: Shown(
            f"{row.person} {row.round.year}年度考核登记表",
            reverse("secondment:appraisal", args=[row.pk]),
            grade_word(row.grade, row.track) if row.locked_at else "进行中",
            "green" if row.locked_at else "amber",
        )
        for row in rows
    }


register_object(ObjectKind("secondment.appraisal", "考核登记表", _forms))

register_kind(
    papers.FORM,
    label="年度考核登记表",
    may_read=papers.may_read_form,
    state=papers.form_state,
    holders=papers.form_holders,
    private=True,
)
register_kind(
    papers.RESULTS,
    label="年度考核结果",
    may_read=papers.may_read_results,
    holders=papers.results_holders,
    private=True,
)
register_kind(papers.FILE, label="下沉人员个人档案", may_read=papers.may_read_file, private=True)
