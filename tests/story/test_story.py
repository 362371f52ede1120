"""The demonstration story: the same every time, with the history of clicks, and safe to call again."""

import datetime as dt
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Count, Q
from pytest_django import DjangoDbBlocker

from assessment.choices import ObjectionState, PaperState, Phase, PracticeState, ProblemState
from assessment.models import Correction, Cycle, NoneDueRuling, Objection, Paper, Practice, Problem
from assessment.rules.results import recomputed
from assessment.selectors import results
from demo.accounts import ACCOUNTS, OTHERS, PASSWORD
from empowerment.choices import (
    AgreementState,
    ClaimState,
    Decision,
    Desk,
    FilingState,
    LineState,
    PowerState,
)
from empowerment.models import Agreement, Claim, Empowerment, Filing, FilingItem, Item, ItemList
from empowerment.selectors.transition import (
    BOTH_READY,
    NOT_READY,
    borne_by_street,
    in_transition,
    with_reviews,
)
from secondment.choices import ConfirmationState
from secondment.models import Session
from secondment.rules.training import quarter_of
from secondment.selectors.proof import HELD, sheet
from secondment.selectors.training import as_entered
from tests.prepared import empty
from tests.shared import shared
from tests.story import content
from xianan.core import clock
from xianan.core.dates import add_months
from xianan.deadlines.models import Deadline
from xianan.documents.models import Certificate, Document
from xianan.documents.selectors import file_bytes, newest_file
from xianan.documents.store import root
from xianan.documents.verification import verify
from xianan.history.models import Entry
from xianan.imports.choices import UploadState
from xianan.imports.models import Upload
from xianan.jobs.models import Job
from xianan.organizations.choices import Kind
from xianan.organizations.models import District, Organization, RoleAssignment, User
from xianan.organizations.roles import ROLES
from xianan.organizations.services.grants import sync_grants
from xianan.policy.effects import effects, foreseen
from xianan.policy.models import PolicyVersion
from xianan.policy.selectors import document_in_time

TODAY = dt.date(2026, 11, 23)
# Rows whose history is told under the object they belong to.
TOLD_ELSEWHERE = {
    "organizations.roleassignment": ("organizations.user", "user_id"),
    "organizations.personkey": ("organizations.user", "user_id"),
    "organizations.usedpassword": ("organizations.user", "user_id"),
    "organizations.organizationuserpermission": ("organizations.user", "user_id"),
    "organizations.districtuserpermission": ("organizations.user", "user_id"),
    "policy.parameter": ("policy.policyversion", "version_id"),
    "policy.parameterchange": ("policy.policyversion", "parameter__version_id"),
    "policy.formerdays": ("policy.policyversion", "version_id"),
    "policy.measuresnapshot": ("organizations.district", "district_id"),
    "empowerment.filingitem": ("empowerment.filing", "filing_id"),
    "empowerment.filingupload": ("empowerment.filing", "filing_id"),
    "empowerment.opinion": ("empowerment.filing", "line__filing_id"),
    "empowerment.listentry": ("empowerment.itemlist", "item_list_id"),
    "empowerment.agreementline": ("empowerment.agreement", "agreement_id"),
    "empowerment.empowerment": ("empowerment.item", "item_id"),
    "empowerment.transitionreview": ("empowerment.empowerment", "empowerment_id"),
    "empowerment.powerperiod": ("empowerment.item", "item_id"),
    "empowerment.liststamp": ("organizations.district", "district_id"),
    "secondment.attendance": ("secondment.session", "session_id"),
    "secondment.streetconfirmation": ("secondment.session", "session_id"),
    "secondment.schemeitem": ("secondment.appraisalscheme", "scheme_id"),
    "secondment.schemecomment": ("secondment.appraisalscheme", "scheme_id"),
    "secondment.appraisalside": ("secondment.appraisal", "appraisal_id"),
    "secondment.appraisalscore": ("secondment.appraisal", "side__appraisal_id"),
    "secondment.appraisalprint": ("secondment.appraisal", "appraisal_id"),
    "secondment.proposalanswer": ("secondment.proposal", "proposal_id"),
    "secondment.streetopinion": ("secondment.person", "person_id"),
    "secondment.fileprint": ("secondment.person", "person_id"),
    "assessment.group": ("assessment.scheme", "scheme_id"),
    "assessment.indicator": ("assessment.scheme", "scheme_id"),
    "assessment.cyclestreet": ("assessment.cycle", "cycle_id"),
    "assessment.nonedueruling": ("assessment.cycle", "cycle_id"),
    "assessment.cyclephase": ("assessment.cycle", "cycle_id"),
    "assessment.leadingmember": ("assessment.cycle", "cycle_id"),
    "assessment.teammember": ("assessment.cycle", "cycle_id"),
    "assessment.assignment": ("assessment.cycle", "cycle_id"),
    "assessment.reading": ("assessment.cycle", "cycle_id"),
    "assessment.selfentry": ("assessment.selfreport", "report_id"),
    "assessment.deduction": ("assessment.score", "score_id"),
    "assessment.tiedecision": ("assessment.cycle", "cycle_id"),
    "assessment.correctionevent": ("assessment.correction", "correction_id"),
    "assessment.resultversion": ("assessment.cycle", "cycle_id"),
    "assessment.paper": ("assessment.cycle", "cycle_id"),
}


def paper_names() -> list[str]:
    """The names of all papers, and for each attachment, whose name is drawn by lot, the word for one."""
    return sorted(
        "附件" if "attachments" in path.parts else path.name for path in root().rglob("*") if path.is_file()
    )


def seed(*arguments: str, today: dt.date = TODAY) -> str:
    out = StringIO()
    call_command("seed_demo", "--today", today.isoformat(), *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The story, told once for the reading tests, committed as a command commits it."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ALLOW_DEMO_DATA", "1")
    with django_db_blocker.unblock():
        yield shared("story", seed)
        empty()
    patch.undo()


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_DEMO_DATA", "1")


pytestmark = pytest.mark.slow


@pytest.mark.sqlite(alone=True)
@pytest.mark.django_db(transaction=True)
def test_the_story_is_the_same_whenever_it_is_told_for_a_day(allowed: None) -> None:
    # Sequences stand anywhere after other tests; --reset starts them anew.
    seed("--reset")
    before, whole = content.contents(), content.digest()
    files = paper_names()

    assert "没有改动" in seed()
    assert content.digest() == whole

    with pytest.raises(CommandError, match="--reset"):
        seed(today=TODAY + dt.timedelta(days=1))
    assert content.digest() == whole

    assert "已清除" in seed("--reset")
    after = content.contents()
    for label, rows in before.items():
        assert after[label] == rows, label
    assert content.digest() != whole, "keys and codes must not repeat"
    assert paper_names() == files, "old files are gone, new ones there"


@pytest.mark.django_db
def test_outside_demonstration_mode_it_asks_for_a_word(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    settings.DEMO = False
    monkeypatch.delenv("ALLOW_DEMO_DATA", raising=False)
    with pytest.raises(CommandError, match="ALLOW_DEMO_DATA"):
        seed()
    assert not District.objects.exists()


@pytest.mark.django_db
def test_a_real_district_is_neither_mixed_with_the_story_nor_cleared(allowed: None, settings, world) -> None:
    settings.DEMO = False
    before = content.digest()
    with pytest.raises(CommandError, match="没有改动"):
        seed()
    with pytest.raises(CommandError, match="不予清除"):
        seed("--reset")
    assert content.digest() == before


@pytest.mark.django_db
def test_a_date_that_is_none_is_refused_in_words(allowed: None) -> None:
    with pytest.raises(CommandError, match="2026-11-23"):
        call_command("seed_demo", "--today", "明天")


@pytest.mark.django_db
def test_every_row_has_a_history(told: str) -> None:
    known = set(Entry.objects.values_list("object_type", "object_id"))
    # Kept by Django, by the ledger or by the document whose row tells of them.
    silent = {"history", "jobs", "documents", "deadlines", "auth", "guardian"}
    looked_at = 0
    for model in content.tables():
        label = model._meta.label_lower
        if model._meta.app_label in silent:
            continue
        if model is Upload:
            # Its owner tells of a workbook, whatever that is.
            for upload in Upload.objects.select_related("content_type"):
                kind = upload.content_type
                assert (f"{kind.app_label}.{kind.model}", upload.object_id) in known, f"{label} {upload.pk}"
            continue
        owner, field = TOLD_ELSEWHERE.get(label, (label, "pk"))
        for pk, key in model._default_manager.values_list("pk", field):
            assert (owner, key) in known, f"{label} {pk}"
            looked_at += 1
    assert looked_at > 1000


@pytest.mark.django_db
def test_every_entry_has_an_author_and_lies_in_the_ten_months(told: str) -> None:
    # The month's circular is drawn up by the clock, and gaps are what follows from who is there.
    setup = (
        "create",
        "add",
        "issue",
        "seeded",
        "order.monthly",
        "order.drafted",
        "post.short",
        "post.covered",
    )
    for entry in Entry.objects.filter(actor=None):
        assert entry.action.endswith(setup) or entry.object_type == "organizations.user", entry.action
    first, last = Entry.objects.earliest("at").at, Entry.objects.latest("at").at
    assert clock.local_date(first) >= add_months(TODAY, -10)
    assert clock.local_date(last) <= TODAY
    moments = list(Entry.objects.order_by("id").values_list("at", flat=True))
    assert moments[:-1] == sorted(moments[:-1]), "the log was written in the order of its times"


@pytest.mark.django_db
def test_grants_are_what_the_assignments_say(told: str) -> None:
    with clock.travel(TODAY):
        assert sync_grants() == 0
    assert RoleAssignment.objects.count() == len(ACCOUNTS) + len(OTHERS)


@pytest.mark.django_db
def test_every_role_has_an_account_shown_on_the_sign_in_page(told: str) -> None:
    assert {account.role for account in ACCOUNTS} == {role.label for role in ROLES.values()}
    for account in (*ACCOUNTS, *OTHERS):
        user = User.objects.get(username=account.username)
        assert user.organization.name == account.organization
        assert user.check_password(PASSWORD)
    heads = [account.organization for account in ACCOUNTS if account.role == "街道负责人"]
    assert heads == list(Organization.objects.filter(kind=Kind.STREET).values_list("name", flat=True))


@pytest.mark.django_db
def test_filings_lie_on_every_desk(told: str) -> None:
    at = dict(Filing.objects.order_by().values_list("state").annotate(Count("pk")))
    assert set(at) == set(FilingState.values)
    states = set(FilingItem.objects.values_list("state", flat=True))
    assert states == set(LineState.values)
    assert not FilingItem.objects.filter(state__in=("returned", "deferred"), opinions__reason="").exclude(
        opinions__verdict="pass"
    )
    assert FilingItem.objects.filter(previous__isnull=False, state=LineState.PASSED).exists()
    own = Filing.objects.filter(organization__duty="justice", state=FilingState.DECIDED).get()
    reviewers = own.lines.filter(opinions__desk=Desk.JUSTICE).values_list("opinions__given_by", flat=True)
    assert own.created_by_id not in reviewers
    assert own.submitted_by_id not in reviewers


@pytest.mark.django_db
def test_items_without_a_basis_stay_in_drafts_and_off_the_list(told: str) -> None:
    bare = FilingItem.objects.filter(basis="")
    assert bare.count() >= 2
    assert set(bare.values_list("state", flat=True)) == {LineState.DRAFT}
    assert not Item.objects.filter(basis="").exists()
    faulty = Upload.objects.get()
    assert faulty.state == UploadState.CHECKED
    assert faulty.report["faulty"] >= 2


@pytest.mark.django_db
def test_the_list_has_two_versions_with_their_papers(told: str) -> None:
    first, second = ItemList.objects.order_by("number")
    assert 50 <= first.total <= 70
    assert second.added >= 5
    assert second.changed == 1
    assert first.document is not None
    assert second.document is not None


@pytest.mark.django_db
def test_streets_have_claimed_declined_and_deferred_and_work_is_left(told: str) -> None:
    submitted = Claim.objects.filter(state=ClaimState.SUBMITTED)
    for street in Organization.objects.filter(kind=Kind.STREET):
        own = set(submitted.filter(street=street).values_list("decision", flat=True))
        assert own == {Decision.CLAIMED, Decision.DECLINED, Decision.DEFERRED}, street
    waiting = Claim.objects.filter(state=ClaimState.OPEN)
    assert waiting.filter(decision=Decision.PENDING).exists()
    assert waiting.exclude(decision=Decision.PENDING).exists(), "a head has something to submit"
    again = Deadline.objects.filter(kind="claim_look_again", closed_at=None)
    assert again.filter(due_on__lt=TODAY).exists()
    assert again.filter(due_on__gt=TODAY).exists()


@pytest.mark.django_db
def test_letters_stand_in_every_state(told: str) -> None:
    states = dict(Agreement.objects.order_by().values_list("state").annotate(Count("pk")))
    assert set(states) == set(AgreementState.values)
    assert states[AgreementState.SENT] >= 2
    assert states[AgreementState.SIGNED] >= 2
    assert Agreement.objects.filter(state=AgreementState.SENT, sign_by__lt=TODAY).exists()
    powers = Empowerment.objects.filter(state=PowerState.TRANSITION)
    overdue = powers.filter(transition_until__lt=TODAY)
    soon = powers.filter(transition_until__range=(TODAY, TODAY + dt.timedelta(days=30)))
    assert overdue.count() >= 2
    assert soon.count() >= 50
    assert powers.filter(effective_on__gt=TODAY - dt.timedelta(days=45)).exists()


@pytest.mark.django_db
def test_transitions_end_in_every_way(told: str) -> None:
    powers = with_reviews(Empowerment.objects.all())
    with clock.travel(TODAY):
        assert powers.filter(borne_by_street()).exists(), "operating"
        assert powers.filter(in_transition(), state=PowerState.OPERATING).exists(), (
            "confirmed within the term"
        )
    assert powers.filter(NOT_READY, transition_until__lt=TODAY).exists()
    assert powers.filter(NOT_READY, transition_until__gte=TODAY).exists()
    assert powers.filter(BOTH_READY).count() >= 3, "区委编办 has something to confirm"
    said = powers.filter(state=PowerState.TRANSITION, transition_until__gte=TODAY)
    assert said.filter(department_verdict="ready", street_verdict=None).exists()
    assert said.filter(department_verdict=None, street_verdict="ready").exists()
    closed = Deadline.objects.filter(kind="transition_end", outcome="confirmed")
    assert closed.count() == powers.filter(state=PowerState.OPERATING).count()


@pytest.mark.django_db
def test_one_session_was_entered_after_its_quarter_and_one_of_two_streets_has_confirmed_it(told: str) -> None:
    (late,) = as_entered(Session.objects.filter(~sheet(), needs_proof=True))
    assert quarter_of(late.held_on) < quarter_of(HELD.late(late))
    assert late.counts, "温泉 has confirmed it"
    words = dict(late.confirmations.values_list("street__short_name", "state"))
    assert words == {"温泉": ConfirmationState.CONFIRMED, "浮山": ConfirmationState.ASKED}


@pytest.mark.django_db
def test_every_paper_is_valid_and_signed_within_the_life_of_its_certificate(told: str) -> None:
    starts = Certificate.objects.order_by("-not_before").first()
    assert starts is not None
    assert clock.local_date(starts.not_before) <= add_months(TODAY, -10) + dt.timedelta(days=3)
    for document in Document.objects.all():
        verdict = verify(file_bytes(newest_file(document))).verdict.value
        letters = Agreement.objects.filter(document=document)
        waits = letters.exclude(state=AgreementState.EFFECTIVE).exists()
        assert verdict in ({"incomplete"} if waits else {"valid", "superseded"}), document


@pytest.mark.django_db
def test_the_newest_filings_of_three_departments_are_left_to_the_newcomer(told: str) -> None:
    for name in ("区城市管理执法局", "区消防救援大队", "区应急管理局"):
        organization = Organization.objects.get(name=name)
        assert not organization.filings.exclude(state=FilingState.DECIDED).exists()
        listed = set(organization.items.values_list("name", flat=True))
        assert listed, name
        examples = _examples(name)
        assert listed < examples
        assert len(examples - listed) >= 2


def _examples(department: str) -> set[str]:
    from xianan.portal.loading.district import DEFAULT_FOLDER
    from xianan.portal.loading.tables import read

    rows = read(DEFAULT_FOLDER / "items.csv", ("赋权部门", "事项名称"))
    return {row["事项名称"] for row in rows if row["赋权部门"] == department}


@pytest.mark.django_db
def test_nothing_is_left_running(told: str) -> None:
    assert not Job.objects.exclude(state="done").exists()
    assert not Job.objects.filter(Q(lease_until__isnull=False) | ~Q(error="")).exists()
    assert settings.VAR_DIR in root().parents


@pytest.mark.django_db
def test_last_year_is_published_and_this_year_is_being_scored(told: str) -> None:
    clock.set_to(TODAY)
    last, this = Cycle.objects.order_by("year")
    assert (last.phase, this.phase) == (Phase.PUBLISHED, Phase.SCORING)
    version = results.latest(last)
    assert version is not None and version.number == 2 and results.latest(this) is None
    snapshot = results.read(version)
    assert recomputed(snapshot) == []
    assert [(row.name, row.total, row.place) for row in snapshot.ranked] == [
        ("温泉街道", 99_49, 1),
        ("浮山街道", 91_64, 2),
        ("永安街道", 87_79, 3),
    ]
    # Nothing was due of three measures before the first letters; each way of counting that is there once.
    nothing = {
        (row.code, cell.reading.counts_as)
        for street in snapshot.streets
        for row, cell in zip(snapshot.indicators, street.cells, strict=True)
        if cell.reading is not None and not cell.reading.denominator
    }
    assert nothing == {("3.1", "spread"), ("3.3", "full"), ("4.3", "full")}
    assert NoneDueRuling.objects.get().indicator.code == "4.3"
    assert sorted(Objection.objects.values_list("state", flat=True)) == [
        ObjectionState.CORRECTED,
        ObjectionState.UPHELD,
    ]
    correction, later = Correction.objects.order_by("pk")
    assert (correction.before, correction.after, correction.version.number) == (6_00, 7_00, 1)
    assert (later.before, later.after, later.version) == (7_00, 8_00, version)
    assert (correction.made_by.username, correction.checked_by.username) == ("bianban", "bianban2")
    # No paper, list or page tells the case that was struck out.
    cell = snapshot.street(correction.street_id).cell(correction.indicator_id)
    assert [(event.cause, event.taken) for event in cell.told] == [("未经法制审核", 1_00)]
    listed = Problem.objects.get(street=correction.street, indicator=correction.indicator)
    assert (listed.text, listed.points) == ("未经法制审核", 1_00)
    for document in Document.objects.filter(kind="assessment_paper"):
        assert "超期结案" not in str(document.data), document.title

    states = set(Problem.objects.values_list("state", flat=True))
    assert states == {ProblemState.OPEN, ProblemState.HANDED, ProblemState.CLOSED}
    late = Problem.objects.filter(state=ProblemState.OPEN, due_on__lt=TODAY)
    assert late.exists() and Problem.objects.filter(state=ProblemState.OPEN, due_on__gt=TODAY).exists()
    open_dates = Deadline.objects.filter(kind="rectification", closed_at=None)
    assert open_dates.count() == Problem.objects.filter(state=ProblemState.OPEN).count()

    signed = Paper.objects.filter(state=PaperState.SIGNED)
    for number in (1, 2):
        kinds = signed.filter(version__number=number).values_list("kind", flat=True)
        assert sorted(kinds) == ["notice", "street", "street", "street"]
    # Each of before names what took its place, which names it, the cause and what is other.
    for paper in signed.filter(version__number=1):
        by = paper.document.superseded_by
        assert by.data["paper"] == signed.get(version=version, kind=paper.kind, street=paper.street).pk
        assert by.data["replacing"]["names"] == [paper.number]
        assert "送达回证" in by.data["replacing"]["cause"]
        changed = "3.5 执法规范由7.00分更正为8.00分（撤销扣分“缺送达回证”）"
        assert (changed in by.data["replacing"]["changes"][0]) == (paper.street in (None, later.street))
    # A letter names the list it was sent under, and goes on when the next one is published.
    assert not Document.objects.exclude(superseded_at=None).filter(kind="agreement").exists()
    assert set(Practice.objects.values_list("state", flat=True)) == {
        PracticeState.SUBMITTED,
        PracticeState.PUBLISHED,
    }
    assert Deadline.objects.filter(kind="policy_validity", closed_at=None).exists()


def test_the_plan_is_revised_in_the_middle_of_the_year_and_again_for_the_next(told: str) -> None:
    """P44: gaps and orders before the revision keep their dates, closed quarters their number of sessions."""
    document = document_in_time(District.objects.get(), "plan")
    start = PolicyVersion.objects.get(title__contains="年中修订").valid_from
    assert start.year == TODAY.year and (start.month, start.day) != (1, 1) and start < TODAY
    steps = document.steps("gap_days", 0).parts
    # Until the last version runs out.
    assert steps[-3:-1] == ((dt.date(2024, 1, 1), 30), (start, 20)) and steps[-1][1] is None
    assert document.steps("trainings_per_quarter", 0).parts[-2] == (dt.date(TODAY.year + 1, 1, 1), 2)
    coming = PolicyVersion.objects.get(title__contains="次年修订")
    seen = foreseen(coming.district, "plan", coming.pk, coming.valid_from)
    told_of = {effect.text: effect.count for effect in effects("plan", seen)}
    assert told_of["2027年一季度改按每季度 2 场评判，原为每季度 1 场"] > 5
    assert told_of["已经开始的下沉任期，不变"] > 10
