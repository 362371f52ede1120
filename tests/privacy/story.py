"""Every road by which an identity number enters the portal, walked once as its users would."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pymupdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from empowerment.filings.steps import create_filing
from secondment.choices import ProposalKind
from secondment.models import Secondment
from secondment.proposals import steps as proposals
from secondment.rounds import steps as rounds
from secondment.services import papers
from secondment.terms.steps import extend
from tests.empowerment.filings.books import book
from tests.empowerment.filings.books import row as filing_row
from tests.secondment.appraisal.kit import close, complete, form_of, scheme_in_force
from tests.secondment.staff.test_workbook import HEAD, line
from tests.secondment.training import support as training
from tests.world import PASSWORD, World
from xianan.core import clock
from xianan.core.identity import check_digit
from xianan.documents.models import Document
from xianan.documents.selectors import newest_file
from xianan.imports.services import import_upload, upload_workbook
from xianan.jobs import runner
from xianan.jobs.models import Job
from xianan.organizations.choices import KeyKind
from xianan.organizations.person_keys import Key
from xianan.organizations.services.people import create_user

START = dt.datetime(2026, 10, 8, 9, tzinfo=clock.ZONE)
NAME = "欧阳测验"


def number(serial: int) -> str:
    """Return a sound identity number that nothing else in the tests uses."""
    digits = f"42120219840229{serial:03d}"
    return digits + check_digit(digits)


SENT = {
    "form": number(101),
    "imported": number(102),
    "never imported": number(103),
    "refused": number(104),
    "wrong column": number(105),
    "extra column": number(106),
    "other kind": number(107),
    "searched": number(108),
    "file name": number(109),
    "scan": number(110),
    "log": number(111),
    "sign-in sheet": number(112),
    "account": number(113),
}
"""Every number that somebody sent in, registered in the end or not."""


def scan(text: str, name: str) -> SimpleUploadedFile:
    """A PDF of a page that says ``text``."""
    with pymupdf.open() as paper:
        paper.new_page().insert_text((72, 72), text)
        return SimpleUploadedFile(name, bytes(paper.tobytes(deflate=True)), "application/pdf")


class Story:
    """What was done, in order."""

    def __init__(self, world: World) -> None:
        self.world = world
        clock.set_to(START)
        self.browser = Client()
        create_user(
            organization=world.department,
            username="new-account",
            name="新账号",
            password=PASSWORD,
            actor=world.establishment,
            key=Key(KeyKind.IDENTITY, SENT["account"]),
        )
        self.service = self._registered_by_form()
        self._workbooks()
        self._training()
        self._appraisal()
        self._exports()
        self._opened()

    def sign_in(self, user: Any) -> Client:
        """The one browser of the office, now with this person before it."""
        self.browser.force_login(user, backend="xianan.organizations.middleware.AccountBackend")
        return self.browser

    def _registered_by_form(self) -> Secondment:
        world, client = self.world, self.sign_in(self.world.clerk)
        values = {
            "name": NAME, "id_number": SENT["form"], "track": "civil", "membership": "none",
            "certificate_number": "鄂L1", "certificate_until": "2029-01-01", "funding": "department",
            "starts_on": "2026-10-08", "planned_until": "2027-10-07", "street": world.street.pk,
        }  # fmt: skip
        address = reverse("secondment:secondment-create")
        client.post(address, {**values, "planned_until": "2026-10-09"})
        sent = scan(SENT["scan"], f"{NAME}{SENT['file name']}.pdf")
        client.post(address, {**values, "file_certificate": [sent]})
        row = Secondment.objects.get(person__name=NAME)
        street = self.sign_in(world.street_clerk)
        street.post(reverse("secondment:secondment-arrive", args=[row.pk]), {"on": "2026-10-08"})
        row.refresh_from_db()
        assert row.state == "serving"
        # No form takes a number in free text; what comes by another road is masked in the log.
        answer = self.sign_in(world.clerk).post(
            reverse("secondment:secondment-finish", args=[row.pk]),
            {"last_day": "2026-10-08", "reason": f"{SENT['log']}调任"},
        )
        assert "文字中有身份证号码“421*************11”" in answer.content.decode()
        extend(row, until=dt.date(2028, 10, 7), reason=f"经核对{SENT['log']}无误", actor=world.clerk)
        return row

    def _workbooks(self) -> None:
        world = self.world

        def people(*lines: list[str], name: str = "登记表.xlsx") -> Any:
            return upload_workbook(
                "seconded", world.department, data=book(lines, HEAD), filename=name, actor=world.clerk
            )

        dates = {"下沉之日": "2026-10-09", "期满之日": "2027-10-08"}
        done = people(line(1, 身份证号码=SENT["imported"], **dates), name=f"{SENT['file name']}.xlsx")
        import_upload(done, actor=world.clerk)
        faulty = line(
            2, 身份证号码=SENT["refused"], 执法证号=SENT["wrong column"], 下沉街道="不在本区", **dates
        )
        people(faulty, line(4, 姓名=SENT["wrong column"], 身份证号码="1234", **dates))
        # The last one waits for its import for good.
        people(line(3, 身份证号码=SENT["never imported"], **dates))
        filing = create_filing(organization=world.department, title="第一批", actor=world.clerk)
        rows = [filing_row("甲处罚", duties=f"街道负责，联系人{SENT['other kind']}")]
        upload_workbook("filing", filing, data=book(rows), filename="申报.xlsx", actor=world.clerk)

    def _training(self) -> None:
        world = self.world
        session = training.add(world)
        training.listed(world, session, world.street, NAME, "李乙")
        client = self.sign_in(world.clerk)
        client.get(reverse("secondment:session-sheet", args=[session.pk]))
        client.post(
            reverse("documents:attachment-add", args=["secondment.session", session.pk, "sheet"]),
            {"file_sheet": scan(SENT["sign-in sheet"], f"{NAME}签到表.pdf")},
        )
        rows = [["温泉街道", NAME, "是", SENT["extra column"]], ["温泉街道", SENT["extra column"], "是", ""]]
        upload_workbook(
            "attendance", session, data=book(rows, ("街道", "姓名", "是否到场", "身份证号码")),
            filename=f"{NAME}等参训名单.xlsx", actor=world.clerk,
        )  # fmt: skip

    def _appraisal(self) -> None:
        world, row = self.world, self.service
        clock.set_to(dt.datetime(2026, 11, 23, 9, tzinfo=clock.ZONE))
        scheme_in_force(world)
        year, _ = rounds.start_round(year=2026, actor=world.personnel)
        form = complete(world, form_of(year, row.person), 84, 82)
        for actor in (world.head, world.street_head):
            papers.print_form(form, actor=actor)
        close(world, year)
        year.refresh_from_db()
        form.refresh_from_db()
        self.sign_in(world.personnel).post(reverse("secondment:appraisal-print", args=[form.pk]))
        for order in (papers.order_forms, papers.order_results):
            for actor in (world.personnel, world.head):
                assert runner.run(order(year, actor=actor).pk)
        proposal = proposals.draft_proposal(
            secondment=row, kind=ProposalKind.values[0], text="表现突出", actor=world.street_clerk
        )
        proposals.send_proposal(proposal, actor=world.street_head)
        self.sign_in(world.street_head).post(reverse("secondment:proposal-print", args=[proposal.pk]))
        for actor in (world.head, world.personnel, world.street_head):
            client = self.sign_in(actor)
            client.post(
                reverse("secondment:personal-file-print", args=[row.person_id]), {"purpose": "提拔考察"}
            )

    def _exports(self) -> None:
        world, client = self.world, self.sign_in(self.world.clerk)
        columns = "cols=id_number,born_on&export=xlsx"
        for address in (reverse("secondment:secondments"), reverse("secondment:personal-files")):
            client.get(f"{address}?{columns}")
            client.get(f"{address}?{columns}&q={SENT['searched']}")
        client.get(reverse("secondment:secondments-export"))
        for job in Job.objects.filter(kind="list.export"):
            assert runner.run(job.pk)
        self.sign_in(world.clerk).get(reverse("portal:downloads"))

    def _opened(self) -> None:
        """The office opens all the papers there are."""
        office = self.sign_in(self.world.personnel)
        for document in Document.objects.all():
            office.get(reverse("documents:file", args=[document.pk, newest_file(document).sequence]))
