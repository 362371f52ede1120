"""Attempts at appraisal, personnel proposals and personal files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from secondment.choices import Side
from tests.permissions.attempts import At, Values, later, link, page, post
from tests.permissions.builder import PASSWORD
from tests.permissions.people import Appraisals, Staff
from tests.secondment.appraisal.kit import side_of


def all_of(at: At) -> Appraisals:
    return at.estate.appraisals


def staff(at: At) -> Staff:
    return all_of(at).staff[at.unit.mark]


def district(name: str, **more: Any) -> Callable[[At], list[Values]]:
    """A row of the district by its attribute."""
    return lambda at: [{"pk": getattr(all_of(at), name).pk, **more}]


def form(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": staff(at).forms[state].pk}]


def side(state: str, which: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"above": staff(at).forms[state].pk, "pk": side_of(staff(at).forms[state], which).pk}]


def whoever(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": staff(at).people[state].pk}]


def proposal(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": staff(at).proposals[state].pk}]


# ---- Years ---------------------------------------------------------------------------------------------------

page("secondment:appraisal-rounds")
page("secondment:appraisal-start")
post(
    "secondment:appraisal-start",
    data=lambda at: {"year": all_of(at).free},
    changes="secondment_appraisalround secondment_appraisal",
)
page("secondment:appraisal-round", district("open"))
post("secondment:appraisal-add", district("open"), changes="secondment_appraisal secondment_appraisalside")
page("secondment:appraisal-progress", district("open"))
page("secondment:appraisal-chase", district("open"))
post(
    "secondment:appraisal-chase",
    district("open"),
    data=lambda at: {"note": "本周内完成"},
    changes="deadlines_notice",
)
post(
    "secondment:appraisal-sign",
    district("open"),
    data=lambda at: {"all": "1", "password": PASSWORD},
    changes="secondment_appraisalside",
)
page("secondment:appraisal-close", district("ready"))
post(
    "secondment:appraisal-close",
    district("ready"),
    data=lambda at: {"password": PASSWORD},
    changes="secondment_appraisalround secondment_appraisal",
)
post("secondment:appraisal-print-all", district("open"), changes="jobs_job")
post("secondment:appraisal-results", district("closed"), changes="jobs_job")

# ---- Forms ---------------------------------------------------------------------------------------------------

page("secondment:appraisal", form("both"))
for _side, _case in ((Side.STREET, "街道评分"), (Side.DEPARTMENT, "部门评分")):
    post(
        "secondment:appraisal-score",
        side("draft", _side),
        _case,
        data=lambda at: {"comment": "表现良好"},
        changes="secondment_appraisalside",
    )
    post("secondment:appraisal-withdraw", side(_side.value, _side), _case, changes="secondment_appraisalside")
    post(
        "secondment:appraisal-sign-one",
        side("both", _side),
        _case,
        data=lambda at: {"password": PASSWORD},
        changes="secondment_appraisalside",
    )
page("secondment:appraisal-return", side("both", Side.STREET))
post(
    "secondment:appraisal-return",
    side("both", Side.STREET),
    data=lambda at: {"reason": "评分依据不足"},
    changes="secondment_appraisalside",
)
page("secondment:appraisal-lower", form("both"))
post(
    "secondment:appraisal-lower",
    form("both"),
    data=lambda at: {"grade": "basic", "reason": "受处分"},
    changes="secondment_appraisal",
)
page("secondment:appraisal-correct", form("closed"))
post(
    "secondment:appraisal-correct",
    form("closed"),
    data=lambda at: {"cause": "漏记加分", "password": PASSWORD},
    changes="secondment_appraisal",
)
page("secondment:appraisal-finish", form("correction"))
post(
    "secondment:appraisal-finish",
    form("correction"),
    data=lambda at: {"password": PASSWORD},
    changes="secondment_appraisal",
)
post("secondment:appraisal-print", form("both"), changes="secondment_appraisalprint documents_document")

# ---- Rules ---------------------------------------------------------------------------------------------------

ITEM = {"side": "street", "name": "新增项目", "points": "5", "standard": "按标准评分"}


def item(at: At) -> list[Values]:
    draft = all_of(at).draft
    return [{"pk": draft.pk, "item": draft.items.filter(side="street").first().pk}]


page("secondment:schemes")
page("secondment:scheme-create")
post("secondment:scheme-create", data=lambda at: {"title": "下一版"}, changes="secondment_appraisalscheme")
page("secondment:scheme", district("consulting"))
page("secondment:scheme-change", district("draft"))
post(
    "secondment:scheme-change",
    district("draft"),
    data=lambda at: {"title": "改名", "comments_by": later(10)},
    changes="secondment_appraisalscheme",
)
post("secondment:scheme-delete", district("draft"), changes="secondment_appraisalscheme")
post("secondment:scheme-consult", district("draft"), changes="secondment_appraisalscheme")
post("secondment:scheme-recall", district("consulting"), changes="secondment_appraisalscheme")
post("secondment:scheme-enforce", district("consulting"), changes="secondment_appraisalscheme")
post(
    "secondment:scheme-comment",
    district("consulting"),
    data=lambda at: {"text": "增加学习项目"},
    changes="secondment_schemecomment",
)


def comment(at: At) -> list[Values]:
    return [{"pk": all_of(at).consulting.pk, "comment": all_of(at).comment.pk}]


page("secondment:scheme-answer", comment)
post(
    "secondment:scheme-answer",
    comment,
    data=lambda at: {"state": "declined", "answer": "已有同类项目"},
    changes="secondment_schemecomment",
)
page("secondment:scheme-item-create", district("draft"))
post(
    "secondment:scheme-item-create", district("draft"), data=lambda at: ITEM, changes="secondment_schemeitem"
)
page("secondment:scheme-item", item)
post("secondment:scheme-item", item, data=lambda at: ITEM, changes="secondment_schemeitem")
post("secondment:scheme-item-delete", item, changes="secondment_schemeitem")

# ---- Personnel proposals -------------------------------------------------------------------------------------

TEXT = {"kind": "promote", "text": "建议提拔使用"}
page(
    "secondment:proposals",
    marks=lambda at: [link("secondment:proposal", staff(at).proposals["sent"].pk) + '"'],
)
page("secondment:proposal-create")
post(
    "secondment:proposal-create",
    data=lambda at: {**TEXT, "secondment": staff(at).services["draft"].pk},
    changes="secondment_proposal",
)
page("secondment:proposal", proposal("draft"), "起草中")
page("secondment:proposal", proposal("sent"), "提出后")
page("secondment:proposal-change", proposal("draft"))
post("secondment:proposal-change", proposal("draft"), data=lambda at: TEXT, changes="secondment_proposal")
post("secondment:proposal-delete", proposal("draft"), changes="secondment_proposal")
post("secondment:proposal-send", proposal("draft"), changes="secondment_proposal secondment_proposalanswer")
page("secondment:proposal-withdraw", proposal("sent"))
post(
    "secondment:proposal-withdraw",
    proposal("sent"),
    data=lambda at: {"reason": "情况有变化"},
    changes="secondment_proposal",
)


def answer(is_office: bool) -> Callable[[At], list[Values]]:
    def targets(at: At) -> list[Values]:
        row = staff(at).proposals["sent"]
        return [{"pk": row.pk, "answer": row.answers.get(is_office=is_office).pk}]

    return targets


for _office, _case in ((False, "派出部门"), (True, "组织部门")):
    post(
        "secondment:proposal-answer",
        answer(_office),
        _case,
        data=lambda at: {"verdict": "adopted", "text": "同意"},
        changes="secondment_proposalanswer",
    )
post("secondment:proposal-print", proposal("sent"), changes="documents_document")

# ---- Personal files ------------------------------------------------------------------------------------------

page(
    "secondment:personal-files",
    query=lambda at: "?size=100",
    marks=lambda at: [link("secondment:personal-file", row.pk) + '"' for row in staff(at).people.values()],
)
page("secondment:personal-file", whoever("draft"))
page("secondment:personal-file-print", whoever("draft"))
post(
    "secondment:personal-file-print",
    whoever("draft"),
    data=lambda at: {"purpose": "提拔考察"},
    changes="secondment_fileprint documents_document",
)
page("secondment:opinion-ask", whoever("draft"))
post(
    "secondment:opinion-ask",
    whoever("draft"),
    data=lambda at: {"street": at.unit.street.pk, "due_on": later(10), "purpose": "提拔考察"},
    changes="secondment_streetopinion",
)
page("secondment:opinion-create", whoever("draft"))
post(
    "secondment:opinion-create",
    whoever("draft"),
    data=lambda at: {"street": at.unit.street.pk, "text": "同意提拔"},
    changes="secondment_streetopinion",
)


def opinion(at: At) -> list[Values]:
    return [{"pk": staff(at).opinion.pk}]


page("secondment:opinion-give", opinion)
post(
    "secondment:opinion-give",
    opinion,
    data=lambda at: {"text": "同意提拔"},
    changes="secondment_streetopinion",
)
