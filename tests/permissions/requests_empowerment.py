"""Attempts at filings, the list, claims, letters and powers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from empowerment.choices import EndGround
from empowerment.models import Item
from tests.permissions.attempts import At, Values, later, link, page, post
from tests.permissions.builder import PASSWORD, workbook
from xianan.core import clock

# ---- Types of powers -----------------------------------------------------------------------------------------


def spare_type(at: At) -> list[Values]:
    return [{"pk": at.estate.spare_type.pk}]


TYPE = {"name": "行政奖励", "synonyms": "奖励", "display_order": "90"}
page("empowerment:item-types")
page("empowerment:item-type-create")
post("empowerment:item-type-create", data=lambda at: TYPE, changes="empowerment_itemtype")
page("empowerment:item-type", spare_type)
post("empowerment:item-type", spare_type, data=lambda at: TYPE, changes="empowerment_itemtype")
post(
    "empowerment:item-type-switch",
    spare_type,
    data=lambda at: {"active": "0"},
    changes="empowerment_itemtype",
)
post("empowerment:item-type-delete", spare_type, changes="empowerment_itemtype")


# ---- Filings ---------------------------------------------------------------------------------------------------


def submitted(at: At) -> list[Values]:
    return [{"pk": row.pk} for state, row in at.unit.filings.items() if state != "draft"]


def filing(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.filings[state].pk}]


def line(at: At) -> list[Values]:
    return [{"pk": at.unit.filings["draft"].pk, "line": at.unit.line.pk}]


def draft(at: At) -> list[Values]:
    return [{"owner": at.unit.filings["draft"].pk}]


def upload(at: At) -> list[Values]:
    return [{"owner": at.unit.filings["draft"].pk, "upload": at.unit.upload.pk}]


def any_kind(targets: Callable[[At], list[Values]]) -> Callable[[At], list[Values]]:
    """The same at the address that all kinds of workbooks share."""
    return lambda at: [{"key": "filing", **values} for values in targets(at)]


def sheet(at: At) -> Values:
    return {"file": SimpleUploadedFile("申报.csv", workbook("新上传的事项"))}


def line_form(at: At, name: str) -> Values:
    return {
        "name": name,
        "type": at.estate.world.types["行政检查"].pk,
        "source": "district",
        "basis": "《某条例》第三条",
        "duties": "街道负责检查",
    }


def opinions(state: str, verdict: str, reason: str) -> Callable[[At], Values]:
    def data(at: At) -> Values:
        keys = at.unit.filings[state].lines.values_list("pk", flat=True)
        return {
            "desk": state,
            **{f"verdict_{key}": verdict for key in keys},
            **{f"reason_{key}": reason for key in keys},
        }

    return data


page(
    "empowerment:filings",
    marks=lambda at: [link("empowerment:filing", values["pk"]) + '"' for values in submitted(at)],
)
page(
    "empowerment:filing-reviews",
    query=lambda at: "?tab=all",
    marks=lambda at: [
        link(name, row.pk)
        for name, row in (
            ("empowerment:filing", at.unit.filings[state]) for state in ("deliberation", "decided")
        )
    ],
)
page("empowerment:filing-create")
post(
    "empowerment:filing-create",
    data=lambda at: {"title": "新申报", "feasibility": ""},
    changes="empowerment_filing",
)
page("empowerment:filing-template")
page("empowerment:filing", filing("draft"), "起草中")
page("empowerment:filing", submitted, "提交后")
page("empowerment:filing-export", filing("decided"))
page("empowerment:filing-heading", filing("draft"))
post(
    "empowerment:filing-heading",
    filing("draft"),
    data=lambda at: {"title": "改过的标题", "feasibility": "可行"},
    changes="empowerment_filing",
)
page("empowerment:filing-upload", draft)
post("empowerment:filing-upload", draft, data=sheet, changes="imports_upload")
page("empowerment:filing-check", upload)
post("empowerment:filing-import", upload, changes="empowerment_filingitem imports_upload")
post("empowerment:filing-check-again", upload, changes="imports_upload")
page("imports:upload", any_kind(draft))
post("imports:upload", any_kind(draft), data=sheet, changes="imports_upload")
page("imports:template", any_kind(draft))
page("imports:check", any_kind(upload))
post("imports:confirm", any_kind(upload), changes="empowerment_filingitem imports_upload")
post("imports:again", any_kind(upload), changes="imports_upload")
page("empowerment:filing-item-create", filing("draft"))
post(
    "empowerment:filing-item-create",
    filing("draft"),
    data=lambda at: line_form(at, "新增的事项"),
    changes="empowerment_filingitem",
)
page("empowerment:filing-item", line)
post(
    "empowerment:filing-item",
    line,
    data=lambda at: line_form(at, "改名的事项"),
    changes="empowerment_filingitem",
)
post("empowerment:filing-item-delete", line, changes="empowerment_filingitem")
post(
    "empowerment:filing-resubmit",
    lambda at: [{"pk": at.unit.filings["decided"].pk, "line": at.unit.returned.pk}],
    changes="empowerment_filingitem",
)
post("empowerment:filing-submit", filing("draft"), changes="empowerment_filing empowerment_filingitem")
post("empowerment:filing-delete", filing("draft"), changes="empowerment_filing empowerment_filingitem")
for _state, _case in (("establishment", "区委编办审核时"), ("justice", "区司法局审核时")):
    page("empowerment:filing-review", filing(_state), _case)
    post(
        "empowerment:filing-review",
        filing(_state),
        _case,
        data=opinions(_state, "return", "职责边界不清"),
        changes="empowerment_opinion",
    )
    post(
        "empowerment:filing-review",
        filing(_state),
        _case.replace("审核时", "审核完毕"),
        data=lambda at, state=_state: {"desk": state, "finish": "1"},
        changes="empowerment_filing",
    )
page("empowerment:meetings")
page("empowerment:meeting-create")
post(
    "empowerment:meeting-create",
    data=lambda at: {
        "name": "区人民政府第21次常务会议",
        "held_on": clock.today().isoformat(),
        "filing": at.unit.filings["deliberation"].pk,
        "version": "",
    },
    changes="empowerment_meeting empowerment_item empowerment_itemlist empowerment_claim empowerment_filing",
)
page("empowerment:meeting", lambda at: [{"pk": at.estate.meeting.pk}])


# ---- The list ----------------------------------------------------------------------------------------------------


def item_marks(at: At) -> list[str]:
    return [at.unit.name("open"), at.unit.name("declined")]


def marked(at: At) -> list[Values]:
    return [{"pk": Item.objects.get(name=at.unit.name("declined")).pk}]


page("empowerment:items", query=lambda at: "?size=100", marks=item_marks)
page("empowerment:item", lambda at: [{"pk": at.unit.items["effective"].pk}])
page("empowerment:item-legality", marked)
post(
    "empowerment:item-legality",
    marked,
    data=lambda at: {"step": "pass", "note": "已核对省人民政府决定"},
    changes="empowerment_item",
)
page("empowerment:item-lists")
page(
    "empowerment:item-list",
    lambda at: [{"pk": at.estate.item_list.pk}],
    query=lambda at: "?size=100",
    marks=item_marks,
)


# ---- Claims ------------------------------------------------------------------------------------------------------


def desk(at: At) -> list[Values]:
    return [{"street": at.unit.street.pk}]


def decide(decision: str, what: str = "open") -> dict[str, Any]:
    return {
        "targets": desk,
        "query": lambda at: f"?decision={decision}&claim={at.unit.claims[what].pk}",
        "changes": "empowerment_claim",
    }


page(
    "empowerment:claims",
    query=lambda at: "?tab=all&size=100",
    marks=lambda at: [at.estate.claim_mark(at.unit)],
)
page("empowerment:claim-desk", desk)
page(
    "empowerment:claim-decide", desk, query=lambda at: f"?decision=declined&claim={at.unit.claims['open'].pk}"
)
post("empowerment:claim-decide", case="认领", **decide("claimed"))
post(
    "empowerment:claim-decide",
    case="不认领",
    data=lambda at: {"category": "执法力量不足", "reason": "仅 3 人"},
    **decide("declined"),
)
post(
    "empowerment:claim-decide",
    case="暂缓",
    data=lambda at: {"look_again_on": later(30), "reason": "待培训"},
    **decide("deferred"),
)
post("empowerment:claim-decide", case="撤回意见", **decide("pending", "decided"))
post("empowerment:claim-submit", desk, changes="empowerment_claim")
post(
    "empowerment:claim-reopen",
    lambda at: [{"street": at.unit.street.pk, "pk": at.unit.claims["declined"].pk}],
    changes="empowerment_claim",
)


# ---- Letters and powers --------------------------------------------------------------------------------------------


def letters(at: At) -> list[Values]:
    return [{"pk": row.pk} for row in at.unit.letters.values()]


def letter(state: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.letters[state].pk}]


SIGN = {"read": "on", "password": PASSWORD}
REASON = {"reason": "职责边界须重新商定"}
DEPARTMENT, STREET = frozenset({"department_head"}), frozenset({"street_head"})
page(
    "empowerment:agreements",
    marks=lambda at: [link("empowerment:agreement", row.pk) + '"' for row in at.unit.letters.values()],
)
page("empowerment:agreement", letters)
page("empowerment:agreement-prepare")
post(
    "empowerment:agreement-send",
    data=lambda at: {"pair": f"{at.unit.department.pk}-{at.unit.street.pk}"},
    changes="jobs_job",
)
for _state, _case, _wait in (("sent", "待甲方签署", STREET), ("signed", "待乙方签署", DEPARTMENT)):
    post(
        "empowerment:agreement-sign",
        letter(_state),
        _case,
        data=lambda at: SIGN,
        changes="empowerment_agreement documents_documentsignature documents_documentfile",
        wait=_wait,
    )
    page("empowerment:agreement-refuse", letter(_state), _case, wait=_wait)
    post(
        "empowerment:agreement-refuse",
        letter(_state),
        _case,
        data=lambda at: REASON,
        changes="empowerment_agreement empowerment_agreementline",
        wait=_wait,
    )
page("empowerment:agreement-withdraw", letter("sent"))
post(
    "empowerment:agreement-withdraw",
    lambda at: [{"pk": at.unit.letters[state].pk} for state in ("sent", "signed")],
    data=lambda at: REASON,
    changes="empowerment_agreement empowerment_agreementline",
)
page(
    "empowerment:powers",
    marks=lambda at: [link("empowerment:agreement", at.unit.letters["effective"].pk) + '"'],
)


# ---- The end of transitions ------------------------------------------------------------------------------------


def power(what: str) -> Callable[[At], list[Values]]:
    return lambda at: [{"pk": at.unit.powers[what].pk}]


READY = {"verdict": "ready", "remarks": "资料已移交，人员已受训"}
page("empowerment:power", lambda at: [{"pk": row.pk} for row in at.unit.powers.values()])
post("empowerment:power-review", power("due"), data=lambda at: READY, changes="empowerment_transitionreview")
post("empowerment:power-confirm", power("agreed"), changes="empowerment_empowerment deadlines_deadline")
post(
    "empowerment:powers-review",
    data=lambda at: {**READY, "row": at.unit.powers["due"].pk},
    changes="empowerment_transitionreview",
)
post(
    "empowerment:powers-confirm",
    data=lambda at: {"row": at.unit.powers["agreed"].pk},
    changes="empowerment_empowerment deadlines_deadline",
)
page("empowerment:power-end", power("due"))
post(
    "empowerment:power-end",
    power("due"),
    data=lambda at: {
        "ended_from": later(1),
        "ground": EndGround.LAW,
        "reference": "《湖北省城市管理条例》第十二条",
        "reason": "条例修订后不再由街道行使",
    },
    changes="empowerment_empowerment empowerment_powerperiod deadlines_deadline deadlines_notice",
)
page("empowerment:power-correct-end", power("ended"))
post(
    "empowerment:power-correct-end",
    power("ended"),
    data=lambda at: {"ended_from": later(2), "reason": "决定的日期读错"},
    changes="empowerment_empowerment empowerment_powerperiod deadlines_notice",
)
