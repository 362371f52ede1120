"""A district with one department, one street, a person in each, and letters between them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.prepared import prepared
from xianan.core import clock
from xianan.documents import services
from xianan.documents.models import Document
from xianan.documents.selectors import file_bytes, newest_file
from xianan.organizations.models import District, Organization, User

START = dt.datetime(2026, 7, 1, 9, 0, tzinfo=clock.ZONE)
FIRST = dt.datetime(2026, 7, 30, 16, 2, tzinfo=clock.ZONE)
SECOND = dt.datetime(2026, 7, 31, 9, 18, tzinfo=clock.ZONE)

ITEMS = [
    [
        "1",
        "对在城市照明设施安全距离内擅自植树挖坑的处罚",
        "行政处罚",
        "《城市照明管理规定》",
        "街道立案、处罚",
    ],
    ["2", "物业查验文件备案", "其他行政权力", "《物业承接查验办法》", "街道受理和备案"],
]
LETTER = {
    "letter": "咸安区街道赋权事项承接确认书",
    "blocks": [
        {"kind": "heading", "text": "一、赋权事项"},
        {
            "kind": "table",
            "small": True,
            "columns": [
                {"label": "序号", "width": "8%"},
                {"label": "事项名称"},
                {"label": "事项类型"},
                {"label": "设定依据"},
                {"label": "职责边界"},
            ],
            "rows": ITEMS,
        },
        {"kind": "heading", "text": "二、过渡期"},
        {"kind": "paragraph", "text": "过渡期自双方最后签署之日起6个月，其间由甲方承担主体责任。"},
    ],
}


@dataclass
class World:
    """The people and organizations of these tests."""

    district: District
    department: Organization
    street: Organization
    giver: User
    taker: User

    def letter(self, number: str = "", **data: Any) -> Document:
        """Issue a letter that nobody has signed."""
        if not number:
            number = f"咸赋权确〔2026〕第{Document.objects.count() + 1:03d}号"
        return services.create_document(
            district=self.district,
            kind="agreement",
            title="咸安区街道赋权事项承接确认书",
            number=number,
            template="documents/paper.html",
            data={**LETTER, **data},
            sources=[services.Source(self.department, LETTER)],
            actor=self.giver,
            parties=[
                services.Party("a", "甲方", self.department),
                services.Party("b", "乙方", self.street),
            ],
        )

    def sign_first(self, document: Document, at: dt.datetime = FIRST) -> bytes:
        """Sign for the department and return the new file."""
        services.add_signature(document, party="a", organization=self.department, actor=self.giver, at=at)
        return file_bytes(newest_file(document))

    def sign_second(self, document: Document, at: dt.datetime = SECOND) -> bytes:
        """Sign for the street and return the new file."""
        services.add_signature(document, party="b", organization=self.street, actor=self.taker, at=at)
        return file_bytes(newest_file(document))

    def signed(self) -> tuple[Document, bytes]:
        """Return a letter signed by both and its file."""
        document = self.letter()
        self.sign_first(document)
        return document, self.sign_second(document)


def make_world(code: str = "421202", name: str = "咸安区") -> World:
    district = District.objects.create(code=code, name=f"咸宁市{name}", short_name=name)
    department = Organization.objects.create(
        district=district,
        name="区城市管理执法局",
        full_name=f"{name}城市管理执法局",
        kind="department",
        empowering=True,
    )
    street = Organization.objects.create(
        district=district, name="温泉街道", full_name=f"{name}温泉街道办事处", kind="street"
    )
    giver = User.objects.create(
        district=district, organization=department, username=f"giver-{code}", name="赵喆"
    )
    taker = User.objects.create(
        district=district, organization=street, username=f"taker-{code}", name="孙珺堃"
    )
    services.ensure_certificates(district, valid_from=START)
    return World(district, department, street, giver, taker)


def begun() -> World:
    """Return the world that a test of documents begins with: built once, then put back."""
    return prepared("documents", make_world)
