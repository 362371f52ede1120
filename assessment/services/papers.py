"""The papers of a published result: written, put into one's own words, signed off with a number (P40)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django.db import transaction
from django.urls import reverse

from assessment.choices import PaperKind, PaperState
from assessment.models import Cycle, Paper, ResultVersion
from assessment.rules.changes import changes
from assessment.rules.paper_words import EDITABLE, first_words, title_of
from assessment.rules.papers import Material
from assessment.selectors import cycles, results
from assessment.selectors import papers as selectors
from assessment.selectors.scores import street_ids
from assessment.snapshot import Snapshot
from assessment.workbooks import books
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.texts import PLAIN, written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.documents import store
from xianan.documents.pdf import render_pdf
from xianan.documents.selectors import newest_file
from xianan.documents.services import (
    Party,
    Replacing,
    Source,
    add_signature,
    create_document,
    ensure_certificates,
    take_number,
)
from xianan.history.services import record
from xianan.jobs import downloads
from xianan.jobs.models import Job
from xianan.jobs.run import Run
from xianan.jobs.services import enqueue
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of
from xianan.organizations.services.confirmation import confirm_password
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameters

SET_JOB, SIGN_JOB = "assessment.papers", "assessment.sign_papers"
DOCUMENT = "assessment_paper"
PARTY = "issuer"
PREFIX = "考核"
"""Before the year of a number where the policy names no prefix of the district's own."""
LONGEST = 2000


@transaction.atomic
def write_papers(cycle: Cycle, *, actor: User) -> list[Paper]:
    """Have a paper of every kind for the version that holds now, one a street where it is a street's.

    Those there are already stay as they are. Errors: not_allowed, not_published.
    """
    _require(cycle, actor)
    # Two who press at once wait for each other here.
    version = _version(lock(cycle), actor)
    there = {(row.kind, row.street_id) for row in Paper.objects.filter(version=version)}
    snapshot = results.read(version)
    wanted: list[tuple[str, int | None]] = []
    for kind in PaperKind.values:
        wanted += [(kind, pk) for pk in street_ids(cycle)] if kind == PaperKind.STREET else [(kind, None)]
    last = _last_words(cycle, version)
    made = Paper.objects.bulk_create(
        Paper(
            district_id=cycle.district_id,
            cycle=cycle,
            version=version,
            kind=kind,
            street_id=street,
            words=last.get((kind, street)) or first_words(kind, snapshot),
        )
        for kind, street in wanted
        if (kind, street) not in there
    )
    if made:
        record(
            cycle, "papers.written", f"拟制考核文书 {len(made)} 份（第{version.number}版结果）", actor=actor
        )
    return list(selectors.of_version(version))


def _last_words(cycle: Cycle, version: ResultVersion) -> dict[tuple[str, int | None], dict[str, str]]:
    """What people wrote into the papers of the version before: nobody types it twice."""
    rows = Paper.objects.filter(cycle=cycle, version__number=version.number - 1)
    return {(row.kind, row.street_id): row.words for row in rows}


@transaction.atomic
def change_words(paper: Paper, *, words: Mapping[str, str], actor: User) -> Paper:
    """Put the editable paragraphs of a draft into other words. Errors: not_allowed, signed, too_long, required."""
    _require(paper.cycle, actor)
    fresh = lock(paper)
    _refuse_signed(fresh)
    known = dict(EDITABLE.get(PaperKind(fresh.kind), ()))
    new = dict(fresh.words)
    changes: dict[str, tuple[str | None, str | None]] = {}
    for key, label in known.items():
        typed = words.get(key, "").replace("\r\n", "\n")
        text = written(label, typed, LONGEST, field=key, required=True, codes=PLAIN)
        if new.get(key) != text:
            changes[label] = (new.get(key), text)
            new[key] = text
    if changes:
        fresh.words = new
        fresh.save(update_fields=["words"])
        record(fresh, "paper.changed", "修改文书内容", actor=actor, changes=changes)
    return fresh


def draft_pdf(paper: Paper) -> bytes:
    """Return a paper as it would be signed off now, without number, seal and code; a signed one as it is."""
    if paper.document is not None:
        return store.read(newest_file(paper.document).path)
    snapshot = results.read(paper.version)
    material = selectors.material_of(paper.cycle, snapshot)
    return _pdf(paper, snapshot, material)


def _pdf(paper: Paper, snapshot: Snapshot, material: Material) -> bytes:
    data = selectors.content(
        paper.kind, snapshot, material, paper.words, issuer=_issuer_name(paper.cycle), street=paper.street
    )
    return render_pdf(selectors.TEMPLATE, {**data, "name": title_of(paper.kind, snapshot)})


# ---- Signing off -----------------------------------------------------------------------------------------


def order_signing(cycle: Cycle, *, papers: Sequence[Paper], actor: User, password: str) -> Job:
    """Have papers signed off by a job: each gets its number, seal and code, and its readers are told (P40).

    Errors: not_allowed, wrong_password and locked (field password), nothing, signed, replaced, empty.
    """
    _require(cycle, actor)
    confirm_password(actor, password)
    return _order_signing(cycle, papers, actor)


@transaction.atomic
def _order_signing(cycle: Cycle, papers: Sequence[Paper], actor: User) -> Job:
    version = _version(cycle, actor)
    if not papers:
        raise DomainError("nothing", "没有勾选待签发的文书。")
    for paper in papers:
        _refuse_signed(paper)
        _refuse_empty(paper)
        _refuse_replaced(paper, version)
    return enqueue(
        SIGN_JOB,
        title=f"签发{cycle.year}年度考核文书 {len(papers)} 份",
        district=cycle.district,
        actor=actor,
        arguments={"papers": [paper.pk for paper in papers]},
        link=reverse("assessment:papers", args=[cycle.pk]),
    )


def sign_papers(run: Run) -> None:
    """Sign off the papers of a job one by one; what an earlier run has signed stays as it is."""
    actor = _actor(run)
    keys = run.arguments["papers"]
    rows = Paper.objects.filter(pk__in=keys).select_related(
        "cycle__district", "version", "street", "document"
    )
    papers = selectors.in_order(list(rows))
    signed = 0
    for place, paper in enumerate(papers):
        run.progress(place, len(papers))
        signed += sign_off(paper, actor=actor) is not None
    run.progress(len(papers), len(papers))
    with run.effect() as result:
        result["signed"] = signed


@transaction.atomic
def sign_off(paper: Paper, *, actor: User) -> Paper | None:
    """Sign one paper off: number, PDF with the seal of 区委编办, notice to its readers; None if it is signed.

    The password was asked when the job was ordered. Errors: not_allowed, not_published, replaced, no_office,
    empty.
    """
    # The cycle first: while this goes on nothing replaces the result.
    cycle = lock(paper.cycle)
    version = _version(cycle, actor)
    fresh = lock(paper)
    if fresh.state == PaperState.SIGNED:
        return None
    _refuse_replaced(fresh, version)
    _refuse_empty(fresh)
    issuer = selectors.issuer_of(cycle)
    if issuer is None:
        raise DomainError("no_office", "机构中没有区委编办，无法签发。")
    snapshot = results.read(fresh.version)
    material = selectors.material_of(cycle, snapshot)
    today = clock.today()
    taken = take_number(district=cycle.district, kind=DOCUMENT, year=today.year)
    number = f"{prefix_of(cycle)}〔{today.year}〕{taken}号"
    ensure_certificates(cycle.district, organizations=[issuer])
    at = clock.now()
    data = selectors.content(
        fresh.kind,
        snapshot,
        material,
        fresh.words,
        issuer=issuer.formal_name,
        street=fresh.street,
    )
    document = create_document(
        district=cycle.district,
        kind=DOCUMENT,
        number=number,
        title=title_of(fresh.kind, snapshot, str(fresh.street or "")).replace("\n", ""),
        template=selectors.TEMPLATE,
        data={**data, "paper": fresh.pk},
        sources=[Source(fresh.version, fresh.version.digest)],
        replacing=_replacing(fresh, snapshot),
        actor=actor,
        organization=issuer,
        parties=[Party(PARTY, "制发单位", issuer)],
    )
    add_signature(
        document,
        party=PARTY,
        organization=issuer,
        actor=actor,
        at=at,
        reason=f"签发{fresh.get_kind_display()}",
    )
    fresh.state, fresh.number, fresh.document = PaperState.SIGNED, number, document
    fresh.signed_by, fresh.signed_at = actor, at
    fresh.save(update_fields=["state", "number", "document", "signed_by", "signed_at"])
    record(
        fresh,
        "paper.signed",
        f"签发{fresh}",
        actor=actor,
        organization=issuer,
        changes={"文号": (None, number)},
    )
    _deliver(fresh, actor)
    return fresh


def _replacing(paper: Paper, snapshot: Snapshot) -> Replacing | None:
    """Return the papers of versions before of which this one takes the place, and what is other than in them."""
    before = list(
        Paper.objects.filter(
            cycle=paper.cycle_id,
            kind=paper.kind,
            street=paper.street_id,
            version__number__lt=paper.version.number,
            document__superseded_by=None,
            state=PaperState.SIGNED,
        )
        .select_related("version", "document")
        .order_by("version__number")
    )
    if not before:
        return None
    changed = changes(results.read(before[-1].version), snapshot, street=paper.street_id)
    if paper.street_id is not None:
        changed = changed or ["你街道的得分和名次没有变化。"]
    return Replacing([row.document for row in before if row.document], snapshot.cause, changed)


def _deliver(paper: Paper, actor: User) -> None:
    readers = selectors.readers(paper)
    if not readers:
        return
    notify_organizations(
        readers,
        district_id=paper.district_id,
        kind=NoticeKind.WORK,
        title=f"收到{paper.get_kind_display()}{paper.number}",
        text=f"{paper.cycle}，{chinese_date(clock.today())}签发。",
        url=reverse("assessment:papers", args=[paper.cycle_id]),
        sender=actor,
    )


# ---- The whole set ---------------------------------------------------------------------------------------


@transaction.atomic
def order_set(cycle: Cycle, *, actor: User) -> Job:
    """Have the whole set made as one archive among the downloads of who asks. Errors: not_allowed, not_published."""
    _require(cycle, actor)
    write_papers(cycle, actor=actor)
    return enqueue(
        SET_JOB,
        title=f"编印{cycle.year}年度考核文书全套",
        district=cycle.district,
        actor=actor,
        arguments={"cycle": cycle.pk},
        link=reverse("assessment:papers", args=[cycle.pk]),
    )


def put_set(run: Run) -> None:
    """Make every paper and workbook of a cycle and put them among the downloads as one archive."""
    cycle = Cycle.objects.select_related("district", "scheme", "policy").get(pk=run.arguments["cycle"])
    target = io.BytesIO()
    papers = list(Paper.objects.filter(cycle=cycle, version=results.latest(cycle)))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, content) in enumerate(files_of(cycle)):
            run.progress(place, len(papers) + 3)
            archive.writestr(name, content)
    target.seek(0)
    with downloads.stored(run, f"{cycle.year}年度考核文书.zip", target) as result:
        result["papers"] = len(papers)


def files_of(cycle: Cycle) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every paper and workbook of the version that holds now.

    A signed paper is the one that was signed; a draft is made from the data of now. Raises
    DomainError("not_published") before the publication.
    """
    version = results.latest(cycle)
    if version is None:
        raise DomainError("not_published", f"{cycle.year}年度考核结果还没有公布，没有可以编印的文书。")
    snapshot = results.read(version)
    material = selectors.material_of(cycle, snapshot)
    rows = selectors.in_order(list(selectors.of_version(version)))
    for place, paper in enumerate(rows, 1):
        paper.cycle = cycle
        content = (
            store.read(newest_file(paper.document).path)
            if paper.document is not None
            else _pdf(paper, snapshot, material)
        )
        mark = paper.number or "未签发"
        yield f"{place:02d}-{paper}-{mark}.pdf", content
    yield from books(snapshot, material.problems)


def write_to(cycle: Cycle, folder: Path, *, actor: User | None) -> list[Path]:
    """Write the whole set into a folder and return the files. Raises OSError where it can't be written."""
    if actor is not None:
        write_papers(cycle, actor=actor)
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name, content in files_of(cycle):
        path = folder / name
        path.write_bytes(content)
        found.append(path)
    return found


# ---- What they share -------------------------------------------------------------------------------------


def prefix_of(cycle: Cycle) -> str:
    """Return the prefix of the numbers, a policy parameter."""
    return str(parameters(cycle.district_id, DocumentKey.ASSESSMENT).get("assessment_prefix") or PREFIX)


def _issuer_name(cycle: Cycle) -> str:
    issuer = selectors.issuer_of(cycle)
    return issuer.formal_name if issuer is not None else ""


def _version(cycle: Cycle, actor: User) -> ResultVersion:
    _require(cycle, actor)
    version = results.latest(cycle)
    if cycle.phase not in cycles.PUBLISHED or version is None:
        raise DomainError("not_published", "考核结果公布后才能编印文书。")
    return version


def _require(cycle: Cycle, actor: User) -> None:
    scope_of(actor).require("manage_cycle", cycle, label="组织年度考核")


def _refuse_signed(paper: Paper) -> None:
    if paper.state == PaperState.SIGNED:
        raise DomainError("signed", f"{paper}已经签发，不再改动。")


def _refuse_replaced(paper: Paper, version: ResultVersion) -> None:
    if paper.version_id != version.pk:
        raise DomainError("replaced", f"{paper}依据的结果已有新的版本，签发新版本的文书。")


def _refuse_empty(paper: Paper) -> None:
    reason = selectors.unsignable(paper.cycle).get(paper.kind)
    if reason is not None:
        raise DomainError("empty", f"{paper}：{reason}")


def _actor(run: Run) -> User:
    actor = run.job.created_by
    if actor is None:
        raise DomainError("nobody", "没有人交办这项作业。")
    return actor
