"""The papers of appraisal and personal files, registered with a verification code (P30, P33)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from pypdf import PdfReader, PdfWriter

from secondment.choices import RoundState
from secondment.file_sections import sections
from secondment.models import (
    Appraisal,
    AppraisalPrint,
    AppraisalRound,
    AppraisalSide,
    FilePrint,
    Person,
)
from secondment.selectors.appraisals import rounds, visible
from secondment.selectors.personal_files import people
from secondment.selectors.sheets import HIDDEN, form_data, head_of, identity_of, results_data
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.documents import store
from xianan.documents.models import Document
from xianan.documents.selectors import newest_file
from xianan.documents.services import Source, reprint
from xianan.history.services import record
from xianan.jobs import downloads
from xianan.jobs.models import Job
from xianan.jobs.run import Run
from xianan.jobs.services import enqueue
from xianan.organizations.choices import Duty
from xianan.organizations.models import User
from xianan.organizations.scope import Scope, scope_of
from xianan.organizations.selectors import office

FORM, RESULTS, FILE = "appraisal_form", "appraisal_results", "personal_file"
FORMS_JOB, RESULTS_JOB = "appraisal.forms", "appraisal.results"
CHANGED = "内容有变更"
"""Why a print is replaced by the next one of the same."""


def printable(rows: QuerySet[Appraisal]) -> QuerySet[Appraisal]:
    """Return the forms that can be printed, both sides being there, with all that a print needs."""
    return (
        rows.filter(total__isnull=False)
        .select_related(
            "round__scheme",
            "person",
            "organization",
            "street",
            "cap__street",
            "pends_on__street",
            "district",
            "corrects",
        )
        .prefetch_related(
            Prefetch(
                "sides",
                AppraisalSide.objects.select_related("organization", "signed_by").prefetch_related("scores"),
            ),
            "round__scheme__items",
        )
        .order_by("organization__display_order", "street__display_order", "pk")
    )


def print_form(form: Appraisal, *, actor: User) -> Document:
    """Issue the 年度考核登记表 of one form; where nothing has changed the one there is already is given again.

    Birth dates stand on it only for those with the right. Errors: incomplete. The caller found the form by scope.
    """
    whole = scope_of(actor).can("view_identity", form, "organization")
    found = printable(Appraisal.objects.filter(pk=form.pk)).first()
    if found is None:
        raise DomainError("incomplete", "双方都提交评分后才能印制登记表。")
    data = form_data(found)
    with transaction.atomic():
        document = reprint(
            district=found.district,
            kind=FORM,
            title=f"{found.person}{found.round.year}年度考核登记表",
            template="secondment/print/form.html",
            data=data,
            sources=[Source(found, data)],
            variant={"whole": whole},
            after=[found.corrects] if found.corrects is not None else [],
            cause=found.cause or CHANGED,
            unkept={"person": head_of(found.person, whole=True)} if whole else None,
            actor=actor,
            organization=found.organization,
        )
        _, made = AppraisalPrint.objects.get_or_create(
            document=document,
            defaults={
                "district_id": found.district_id,
                "appraisal": found,
                "with_identity": whole,
                "is_final": found.locked_at is not None,
            },
        )
        if made:
            record(found, "appraisal.printed", "印制考核登记表", actor=actor)
    return document


def bytes_of(document: Document) -> bytes:
    """Return the newest file of a document."""
    return store.read(newest_file(document).path)


def joined(documents: Iterable[Document]) -> io.BytesIO:
    """Return these documents one after the other as one PDF."""
    writer = PdfWriter()
    for document in documents:
        writer.append(PdfReader(io.BytesIO(bytes_of(document))))
    target = io.BytesIO()
    writer.write(target)
    target.seek(0)
    return target


@transaction.atomic
def order_forms(round_: AppraisalRound, *, actor: User) -> Job:
    """Have all forms of a year that a person sees put among the downloads as one PDF. Errors: nothing."""
    count = printable(visible(scope_of(actor)).filter(round=round_, is_current=True)).count()
    if not count:
        raise DomainError("nothing", "还没有双方都提交评分的登记表，不能印制。")
    return enqueue(
        FORMS_JOB,
        title=f"印制{round_.year}年度考核登记表 {count} 份",
        district=round_.district,
        actor=actor,
        arguments={"round": round_.pk},
    )


def put_forms(run: Run) -> None:
    """Print the forms one by one and put them among the downloads. A run that is repeated takes what is there."""
    actor = _actor(run)
    round_ = AppraisalRound.objects.get(pk=run.arguments["round"])
    forms = list(printable(visible(Scope(actor)).filter(round=round_, is_current=True)))
    documents = []
    for place, form in enumerate(forms):
        run.progress(place, len(forms))
        documents.append(print_form(form, actor=actor))
    run.progress(len(forms), len(forms))
    with downloads.stored(run, f"{round_.year}年度考核登记表.pdf", joined(documents)) as result:
        result["forms"] = len(documents)


@transaction.atomic
def order_results(round_: AppraisalRound, *, actor: User) -> Job:
    """Have the list of results of a closed year made. Errors: not_closed, not_allowed."""
    if not rounds(scope_of(actor)).filter(pk=round_.pk).exists():
        raise NotAllowed("您没有查看年度考核的权限。")
    if round_.state != RoundState.CLOSED:
        raise DomainError("not_closed", "年度考核办结后才能印制考核结果。")
    return enqueue(
        RESULTS_JOB,
        title=f"印制{round_.year}年度考核结果",
        district=round_.district,
        actor=actor,
        arguments={"round": round_.pk},
    )


def put_results(run: Run) -> None:
    """Make the list of results of a closed year as far as the person sees it, and put it among the downloads."""
    actor = _actor(run)
    scope = Scope(actor)
    round_ = AppraisalRound.objects.select_related("scheme", "district").get(pk=run.arguments["round"])
    forms = list(printable(visible(scope).filter(round=round_, is_current=True, locked_at__isnull=False)))
    whole = scope.whole_district("view_appraisal")
    data = results_data(round_, forms)
    with transaction.atomic():
        document = reprint(
            district=round_.district,
            kind=RESULTS,
            title=f"{round_.year}年度下沉人员考核结果",
            template="secondment/print/results.html",
            data={**data, "district": whole, "round": round_.pk},
            sources=[Source(round_, data), *(Source(form, form.version) for form in forms)],
            cause=next((form.cause for form in reversed(forms) if form.cause), CHANGED),
            actor=actor,
            organization=None if whole else actor.organization,
        )
        record(round_, "round.printed", "印制考核结果", actor=actor)
    run.progress(1, 1)
    content = io.BytesIO(bytes_of(document))
    with downloads.stored(run, f"{round_.year}年度下沉人员考核结果.pdf", content) as result:
        result["forms"] = len(forms)


def _actor(run: Run) -> User:
    actor = run.job.created_by
    if actor is None:
        raise DomainError("no_actor", "任务没有发起人。")
    return actor


@transaction.atomic
def print_file(person: Person, *, purpose: str, actor: User) -> FilePrint:
    """Issue a person's file as PDF; who, when and what for is kept. Errors: required (purpose), not_allowed."""
    scope = scope_of(actor)
    if not people(scope).filter(pk=person.pk).exists():
        raise NotAllowed("您没有查看该人员档案的权限。")
    if not purpose.strip():
        raise DomainError("required", "未填写用途。", field="purpose")
    whole = scope.can("view_identity", person, "organization")
    told = file_data(person)
    document = reprint(
        district=person.district,
        kind=FILE,
        title=f"{person}下沉人员个人档案",
        template="secondment/print/file.html",
        data=told | printed_by(actor),
        sources=[Source(person, told)],
        variant={"purpose": purpose.strip()[:200], "whole": whole},
        cause=CHANGED,
        unkept={"person": identity_of(person, whole=True)} if whole else None,
        actor=actor,
        organization=actor.organization,
    )
    row = FilePrint.objects.create(
        district_id=person.district_id,
        person=person,
        organization=actor.organization,
        printed_by=actor,
        purpose=purpose.strip()[:200],
        with_identity=whole,
        document=document,
    )
    record(person, "file.printed", "印制个人档案", actor=actor, reason=row.purpose)
    return row


def kept_data(kind: str, data: Any) -> Any:
    """Return the data of a paper as it is kept: without birth and number of the person it is about."""
    if kind not in (FORM, FILE) or not isinstance(data.get("person"), dict):
        return data
    person = {**data["person"], "born": HIDDEN}
    if kind == FORM:
        person.pop("number", None)
    return {**data, "person": person}


def printed_by(actor: User) -> dict[str, str]:
    """Return what a personal file tells of its printing."""
    return {
        "printed_on": chinese_date(clock.today()),
        "organization": str(actor.organization),
        "printed_by": actor.name,
    }


def file_data(person: Person) -> dict[str, Any]:
    """Return what a personal file tells of a person as plain JSON, without birth and number."""
    return {
        "person": identity_of(person),
        "department": str(person.organization),
        "track": person.get_track_display(),
        "told": [list(pair) for pair in person.told],
        "sections": [
            {
                "title": section.title,
                "columns": section.columns,
                "rows": [[str(cell) for cell in row] for row in section.rows],
                "empty": section.empty,
            }
            for section in sections(person)
        ],
        "owner": person.pk,
    }


# ---- Who may open them, and how they stand -----------------------------------------------------------


def may_read_form(scope: Scope, document: Document) -> bool:
    """Whoever sees the form; one with whole birth dates only with the right for that."""
    row = AppraisalPrint.objects.filter(document=document).select_related("appraisal").first()
    if row is None or not visible(scope).filter(pk=row.appraisal_id).exists():
        return False
    return not row.with_identity or scope.can("view_identity", row.appraisal, "organization")


def may_read_results(scope: Scope, document: Document) -> bool:
    """The list of the district for its offices, a unit's own for that unit."""
    if scope.whole_district("view_appraisal"):
        return True
    own = scope.organization_ids("view_appraisal")
    return document.organization_id is not None and document.organization_id in own


def may_read_file(scope: Scope, document: Document) -> bool:
    """The organization that printed it, as long as it sees the person, and the offices of the district."""
    row = FilePrint.objects.filter(document=document).select_related("person").first()
    if row is None or not people(scope).filter(pk=row.person_id).exists():
        return False
    if row.with_identity and not scope.can("view_identity", row.person, "organization"):
        return False
    return scope.whole_district("view_personal_file") or scope.organization.pk == row.organization_id


def form_state(document: Document) -> tuple[str, str]:
    """Return how a printed form that is not superseded stands: in force, or printed before the end."""
    row = AppraisalPrint.objects.filter(document=document).select_related("appraisal").first()
    if row is None:
        return "已登记", "grey"
    if not row.appraisal.is_current:
        return "更正办理中", "amber"
    return ("现行有效", "green") if row.is_final else ("考核办结前印制", "amber")


def form_holders(documents: Sequence[Document]) -> dict[int, set[int]]:
    """Return both sides of printed forms."""
    rows = AppraisalPrint.objects.filter(document__in=documents).values_list(
        "document", "appraisal__organization", "appraisal__street"
    )
    return {document: {department, street} for document, department, street in rows}


def results_holders(documents: Sequence[Document]) -> dict[int, set[int]]:
    """Return who has lists of results: a unit its own, 组织部 and 人社局 that of the district."""
    desks: dict[int, set[int]] = {}
    for district in {row.district_id for row in documents if row.organization_id is None}:
        offices = (office(district, duty) for duty in (Duty.PARTY_ORGANIZATION, Duty.PERSONNEL))
        desks[district] = {desk.pk for desk in offices if desk is not None}
    return {
        row.pk: desks[row.district_id] if row.organization_id is None else {row.organization_id}
        for row in documents
    }
