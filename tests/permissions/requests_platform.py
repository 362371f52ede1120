"""Attempts at the door, the desk of everybody, organizations, people, the policy and documents."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.documents.attachments.papers import pdf
from tests.permissions.attempts import NEW_PASSWORD, At, Values, link, page, post
from tests.permissions.builder import PASSWORD
from xianan.core import clock
from xianan.deadlines.models import Deadline

# ---- The door ------------------------------------------------------------------------------------------

page("login")
post(
    "login",
    data=lambda at: {"username": at.person.username, "password": PASSWORD},
    changes="organizations_user history_entry",
)
post("session")
post("logout", changes="history_entry", to_login=True)
page("password_change")
post(
    "password_change",
    data=lambda at: {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD},
    changes="organizations_user history_entry",
)
page("health")


# ---- The desk of everybody -------------------------------------------------------------------------------


def job(at: At) -> list[Values]:
    if at.mine and at.person.pk in at.unit.jobs:
        return [{"pk": at.unit.jobs[at.person.pk].pk}]
    return [{"pk": next(row.pk for person, row in at.unit.jobs.items() if person != at.person.pk)}]


def job_marks(at: At) -> list[str]:
    return [link("portal:job", *kwargs.values()) + '"' for kwargs in job(at)]


def waiting_marks(at: At) -> list[str]:
    """Links to what could wait for somebody of the unit."""
    filings = [link("empowerment:filing", row.pk) + '"' for row in at.unit.filings.values()]
    return filings + [link("empowerment:agreement", row.pk) + '"' for row in at.unit.letters.values()]


def download(at: At) -> list[Values]:
    if at.mine and at.person.pk in at.unit.downloads:
        return [{"pk": at.unit.downloads[at.person.pk].pk}]
    return [{"pk": next(row.pk for person, row in at.unit.downloads.items() if person != at.person.pk)}]


def download_marks(at: At) -> list[str]:
    return [link("portal:download", *kwargs.values()) + '"' for kwargs in download(at)]


def scheduled(at: At) -> list[Values]:
    return [{"key": "jobs.tidy"}]


page("portal:home", marks=waiting_marks, may_show=True)
page("portal:demands")
page("portal:jobs", marks=job_marks)
page("portal:job", job)
post("portal:job-cancel", job, changes="jobs_job")
page("portal:downloads", marks=download_marks)
page("portal:download", download, changes=("jobs_download",))
page("portal:schedule")
page("portal:schedule-entry", scheduled, shared=True)
post("portal:schedule-run", scheduled, changes="jobs_job history_entry", shared=True)
page("portal:ledger")
page("portal:ledger-job", job)
post("portal:ledger-run", job, changes="history_entry")
page("portal:status")


# ---- Dates, notices, the calendar ------------------------------------------------------------------------


def due(at: At) -> str:
    """The date by which the unit's department is to sign a letter."""
    letter = at.unit.letters["sent"]
    return str(Deadline.objects.get(kind="agreement_sign", object_id=letter.pk, closed_at=None).pk)


def notice(at: At) -> list[Values]:
    if at.mine and at.person.pk in at.unit.notices:
        return [{"pk": at.unit.notices[at.person.pk].pk}]
    return [{"pk": next(row.pk for person, row in at.unit.notices.items() if person != at.person.pk)}]


def notice_marks(at: At) -> list[str]:
    return [link("deadlines:notice", *kwargs.values()) + '"' for kwargs in notice(at)]


HOLIDAY = {
    "line-TOTAL_FORMS": 1,
    "line-INITIAL_FORMS": 0,
    "line-0-name": "元旦",
    "line-0-first": "2027-01-01",
    "line-0-last": "2027-01-03",
}
CALENDAR = "deadlines_calendaryear deadlines_calendarday history_entry"

page("deadlines:list", marks=waiting_marks, may_show=True)
page("deadlines:month")
page("deadlines:chase", lambda at: [{}], query=lambda at: f"?row={due(at)}")
post(
    "deadlines:chase",
    lambda at: [{}],
    data=lambda at: {"row": due(at), "note": "本周内办结"},
    changes="deadlines_notice deadlines_reminder history_entry",
)
page("deadlines:notices", query=lambda at: "?size=100", marks=notice_marks)
page("deadlines:notice", notice, changes=("deadlines_notice",))
post("deadlines:notices-read", changes="deadlines_notice")
page("deadlines:preference")
post("deadlines:preference", changes="deadlines_noticepreference")
page("deadlines:calendar")
post("deadlines:calendar", query=lambda at: "?year=2027", data=lambda at: HOLIDAY, changes=CALENDAR)
post(
    "deadlines:calendar-import",
    query=lambda at: "?year=2027",
    data=lambda at: {
        "file": SimpleUploadedFile("2027.csv", "日期,类别,名称\n2027-01-01,放假,元旦\n".encode())
    },
    changes=CALENDAR,
)
page("deadlines:calendar-export")


# ---- Organizations, people, roles ------------------------------------------------------------------------


def organization(at: At) -> list[Values]:
    return [{"pk": at.unit.department.pk}]


def ceased(at: At) -> list[Values]:
    assert at.unit.ceased is not None
    return [{"pk": at.unit.ceased.pk}]


def person(at: At) -> list[Values]:
    return [{"pk": at.unit.person.pk}]


def organization_form(at: At, **other: Any) -> Values:
    row = at.unit.department
    return {"name": row.name, "kind": "department", "empowering": "on", "display_order": 777, **other}


page("organizations:organizations")
page("organizations:organization-create")
post(
    "organizations:organization-create",
    data=lambda at: organization_form(at, name="区文化和旅游局"),
    changes="organizations_organization",
)
page("organizations:organization", organization)
page("organizations:organization-edit", organization)
post(
    "organizations:organization-edit",
    organization,
    data=organization_form,
    changes="organizations_organization",
)
page("organizations:organization-close", organization)
post(
    "organizations:organization-close",
    organization,
    data=lambda at: {"active_until": clock.today().isoformat(), "reason": "机构改革"},
    changes="organizations_organization organizations_organizationuserpermission",
)
page("organizations:organization-reopen", ceased)
post(
    "organizations:organization-reopen",
    ceased,
    data=lambda at: {"reason": "改革方案撤回"},
    changes="organizations_organization",
)
page("organizations:people")
page("organizations:person-create")
post(
    "organizations:person-create",
    data=lambda at: {
        "organization": at.unit.department.pk,
        "name": "新来者",
        "username": "newcomer",
        "password": NEW_PASSWORD,
    },
    changes="organizations_user",
)
page("organizations:person", person)
post(
    "organizations:person",
    person,
    data=lambda at: {
        "organization": at.unit.department.pk,
        "role": "department_clerk",
        "starts_on": clock.today().isoformat(),
    },
    changes="organizations_roleassignment organizations_organizationuserpermission",
)
page("organizations:person-edit", person)
post(
    "organizations:person-edit",
    person,
    data=lambda at: {"organization": at.unit.department.pk, "name": "改名者"},
    changes="organizations_user",
)
page("organizations:person-password", person)
post(
    "organizations:person-password",
    person,
    data=lambda at: {"password": NEW_PASSWORD},
    changes="organizations_user",
)
post("organizations:person-active", person, changes="organizations_user")
post(
    "organizations:role-end",
    lambda at: [{"pk": at.unit.person.pk, "assignment": at.estate.assignment(at.unit).pk}],
    data=lambda at: {"reason": "调离"},
    changes="organizations_roleassignment organizations_organizationuserpermission",
)


# ---- The documents and their figures -----------------------------------------------------------------------


def version(at: At) -> list[Values]:
    return [{"pk": at.estate.version.pk}]


def parameter(at: At) -> list[Values]:
    return [{"pk": at.estate.parameter.pk}]


VERSION = {"title": "新方案", "issued_on": "2025-01-01", "valid_from": "2025-02-01"}
page("policy:versions")
page("policy:version", version)
page("policy:version-edit", version)
post(
    "policy:version-edit", version, data=lambda at: VERSION, changes="policy_policyversion policy_formerdays"
)
page("policy:version-add", version)
post("policy:version-add", version, data=lambda at: VERSION, changes="policy_policyversion policy_parameter")
page("policy:version-effects", version)
page("policy:version-compare", version)
page("policy:figure-add", lambda at: [{**version(at)[0], "key": "exchange_report_days"}])
post(
    "policy:figure-add",
    lambda at: [{**version(at)[0], "key": "exchange_report_days"}],
    data=lambda at: {"value": "15", "reason": "会议纪要"},
    changes="policy_parameter policy_parameterchange",
)
page("policy:parameter", parameter)
post(
    "policy:parameter",
    parameter,
    data=lambda at: {"value": "9", "reason": "会议纪要"},
    changes="policy_parameter policy_parameterchange",
)


def cap_year(at: At) -> list[Values]:
    return [{"pk": at.estate.version.parameters.get(key="replacement_cap_year").pk}]


page("policy:parameter", cap_year, "限制等次的年度")
post(
    "policy:parameter",
    cap_year,
    "限制等次的年度",
    data=lambda at: {"value": "提出要求的年度", "reason": "文件明确", "basis": "咸组通〔2026〕12号"},
    changes="policy_parameter",
)


# ---- Documents -------------------------------------------------------------------------------------------------------


def letter_files(at: At) -> list[Values]:
    return [
        {"pk": row.document_id, "sequence": number}
        for row in (at.unit.letters["sent"], at.unit.letters["effective"])
        for number in row.document.files.values_list("sequence", flat=True)
    ]


page(
    "documents:document",
    lambda at: [{"pk": at.unit.letters[state].document_id} for state in ("sent", "effective")],
    "确认书",
)
page("documents:document", lambda at: [{"pk": at.estate.item_list.document_id}], "清单")
page("documents:file", letter_files, "确认书")
page(
    "documents:file",
    lambda at: [{"pk": at.estate.item_list.document_id, "sequence": 1}],
    "清单",
)
page("documents:verify")
# How often somebody asks is counted.
post(
    "documents:verify",
    data=lambda at: {"code": at.unit.letters["effective"].document.code},
    changes="organizations_tries",
)
page(
    "documents:verify-code",
    lambda at: [{"code": at.unit.letters["effective"].document.code}],
    changes=("organizations_tries",),
)


# ---- Files of rows ----------------------------------------------------------------------------------------


def _slot(kind: str, pk: int, slot: str) -> list[Values]:
    return [{"kind": kind, "pk": pk, "slot": slot}]


page("documents:attachment", lambda at: [{"pk": at.unit.files["draft"].pk}], "起草中的申报")
page("documents:attachment", lambda at: [{"pk": at.unit.files["establishment"].pk}], "提交后的申报")
page("documents:attachment", lambda at: [{"pk": at.estate.minutes.pk}], "审议会议")
post(
    "documents:attachment-add",
    lambda at: _slot("empowerment.filing", at.unit.filings["draft"].pk, "feasibility"),
    "申报",
    data=lambda at: {"file_feasibility": SimpleUploadedFile("补充.pdf", pdf("补充"))},
    changes="documents_attachment history_entry",
)
post(
    "documents:attachment-add",
    lambda at: _slot("empowerment.meeting", at.estate.meeting.pk, "minutes"),
    "审议会议",
    data=lambda at: {"file_minutes": SimpleUploadedFile("补充.pdf", pdf("补充"))},
    changes="documents_attachment history_entry",
)
post(
    "documents:attachment-remove",
    lambda at: [{"pk": at.unit.files["draft"].pk}],
    "申报",
    changes="documents_attachment history_entry",
)
post(
    "documents:attachment-remove",
    lambda at: [{"pk": at.estate.minutes.pk}],
    "审议会议",
    changes="documents_attachment history_entry",
)
