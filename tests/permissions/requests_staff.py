"""Attempts at seconded staff, coverage, exemptions and demands for replacement."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.documents.attachments.papers import pdf
from tests.permissions.attempts import At, Values, later, link, page, post
from tests.secondment.staff.support import id_number
from xianan.documents.attachments.selectors import attachments_of

SECONDMENT = "secondment_secondment history_entry"
DEMAND = "secondment_replacement history_entry"
EXEMPTION = "secondment_exemption history_entry"
DUE = "deadlines_deadline"


def secondment(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.staff.services[state].pk}]


def demand(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.staff.replacements[state].pk}]


def exemption(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.staff.exemptions[state].pk}]


def both(
    name: str,
    targets: Callable[[At], list[Values]],
    changes: str,
    data: Callable[[At], Values] = lambda at: {},
) -> None:
    """The form of a step and the step itself."""
    page(name, targets)
    post(name, targets, data=data, changes=changes)


PERSON = {
    "track": "civil",
    "person_post": "新职务",
    "specialty": "",
    "certificate_number": "鄂L999",
    "certificate_until": "2035-01-01",
    "membership": "party",
}

# ---- Services ----------------------------------------------------------------------------------------

page(
    "secondment:secondments",
    marks=lambda at: [link("secondment:secondment", row.pk) + '"' for row in at.unit.staff.services.values()],
)
page("secondment:secondment-create")
post(
    "secondment:secondment-create",
    data=lambda at: {
        **PERSON,
        "name": "新×",
        "id_number": id_number(900),
        "street": at.unit.street.pk,
        "starts_on": later(1),
        "planned_until": later(800),
        "funding": "department",
        "file_certificate": SimpleUploadedFile("执法证.pdf", pdf("新"), "application/pdf"),
    },
    changes=f"{SECONDMENT} secondment_person {DUE}",
)
page("secondment:secondments-export", changes=("history_entry",))
post(
    "secondment:identity",
    lambda at: [{"pk": at.unit.staff.services["serving"].person_id}],
    changes="history_entry",
)
page(
    "documents:attachment",
    lambda at: [{"pk": attachments_of(at.unit.staff.services["serving"], "certificate")[0].pk}],
    "人员扫描件",
    changes=("history_entry",),
)
page("secondment:secondment", secondment("serving"))
both("secondment:secondment-agree", secondment("approval"), f"{SECONDMENT} {DUE}")
both("secondment:secondment-refuse", secondment("approval"), SECONDMENT, lambda at: {"reason": "另派"})
both("secondment:secondment-cancel", secondment("waiting"), f"{SECONDMENT} {DUE}")
both(
    "secondment:secondment-arrive", secondment("waiting"), f"{SECONDMENT} {DUE}", lambda at: {"on": later(0)}
)
both(
    "secondment:secondment-extend",
    secondment("serving"),
    f"{SECONDMENT} {DUE}",
    lambda at: {"until": later(900)},
)
both(
    "secondment:secondment-finish",
    secondment("serving"),
    f"{SECONDMENT} {DUE}",
    lambda at: {"last_day": later(0), "reason": "调任"},
)
both(
    "secondment:secondment-transfer",
    secondment("serving"),
    f"{SECONDMENT} {DUE}",
    lambda at: {
        "street": at.estate.world.streets[2].pk,
        "last_day": later(0),
        "planned_until": later(800),
        "reason": "工作需要",
    },
)
both("secondment:secondment-membership", secondment("serving"), SECONDMENT, lambda at: {"on": later(0)})
both(
    "secondment:secondment-person",
    secondment("serving"),
    "secondment_person history_entry",
    lambda at: PERSON,
)

# ---- Coverage ----------------------------------------------------------------------------------------


def cell(at: At) -> list[Values]:
    return [{"organization": at.unit.department.pk, "street": at.unit.street.pk}]


page(
    "secondment:coverage",
    marks=lambda at: [link("secondment:post", at.unit.department.pk, at.unit.street.pk)],
)
page("secondment:post", cell)

# ---- Exemptions --------------------------------------------------------------------------------------

page(
    "secondment:exemptions",
    marks=lambda at: [
        link("secondment:exemption", row.pk) + '"' for row in at.unit.staff.exemptions.values()
    ],
)
page("secondment:exemption-create")
post(
    "secondment:exemption-create",
    data=lambda at: {
        "street": at.estate.world.streets[2].pk,
        "kind": "principle",
        "reason": "理由",
        "starts_on": later(0),
    },
    changes=EXEMPTION,
)
page("secondment:exemption", exemption("submitted"))
both("secondment:exemption-withdraw", exemption("submitted"), EXEMPTION)
both("secondment:exemption-confirm", exemption("submitted"), EXEMPTION)
both("secondment:exemption-refuse", exemption("submitted"), EXEMPTION, lambda at: {"reason": "须派人"})
both(
    "secondment:exemption-end",
    exemption("confirmed"),
    EXEMPTION,
    lambda at: {"last_day": later(20), "reason": "撤站"},
)

# ---- Replacement -------------------------------------------------------------------------------------

page(
    "secondment:replacements",
    marks=lambda at: [link("secondment:replacement", at.unit.staff.replacements["requested"].pk) + '"'],
)
both(
    "secondment:replacement-create",
    secondment("serving"),
    DEMAND,
    lambda at: {"kind": "other", "facts": "事实"},
)
page("secondment:replacement", demand("draft"), "起草中")
page("secondment:replacement", demand("requested"), "提出后")
both("secondment:replacement-edit", demand("draft"), DEMAND, lambda at: {"kind": "other", "facts": "改"})
both("secondment:replacement-discard", demand("draft"), DEMAND)
both("secondment:replacement-request", demand("draft"), f"{DEMAND} {DUE}")
both("secondment:replacement-insist", demand("declined"), f"{DEMAND} {DUE}", lambda at: {"reason": "坚持"})
both("secondment:replacement-withdraw", demand("requested"), f"{DEMAND} {DUE}", lambda at: {"reason": "撤"})
both(
    "secondment:replacement-accept",
    demand("requested"),
    f"{DEMAND} {DUE} secondment_secondment",
    lambda at: {"leaves_on": later(0), "successor_by": later(9)},
)
both("secondment:replacement-decline", demand("requested"), f"{DEMAND} {DUE}", lambda at: {"answer": "不"})
both(
    "secondment:replacement-name",
    demand("accepted"),
    DEMAND,
    lambda at: {"successor": at.unit.staff.services["waiting"].pk},
)
