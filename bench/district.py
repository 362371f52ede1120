"""The data of the measurements: 咸安区 from its tables, and a list of 100,000 items with their claims."""

from __future__ import annotations

import datetime as dt
import io
import os
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection, transaction

from empowerment.models import Agreement, Item, ItemList, ItemType, Meeting
from empowerment.rules import content_key, name_key
from empowerment.services.stamps import list_changed
from xianan.core import clock
from xianan.documents.models import Document
from xianan.organizations.models import District, Organization, User
from xianan.organizations.selectors import departments, streets
from xianan.organizations.services.people import assign_role, create_user
from xianan.policy.models import PolicyVersion

PASSWORD = "Bench-2026-only"
CODENAME = "bianban"
RARE = "擅自拆除历史建筑"
"""A fragment that one name in two thousand has."""

_ACTS = ("占用", "损毁", "改建", "拆除", "移动", "覆盖", "堵塞", "污染", "堆放", "搭建", "挖掘", "涂改")
_THINGS = (
    *("城市道路", "公共绿地", "排水设施", "照明设施", "环卫设施", "消防通道", "防汛设施", "文物古迹"),
    *("物业用房", "户外广告", "建筑工地", "河道岸线", "古树名木", "农贸市场", "养老机构", "燃气管道"),
)
_LAWS = ("《城市道路管理条例》", "《城市绿化条例》", "《城市照明管理规定》", "《消防法》", "《防洪法》")
_KINDS = ("行政处罚", "行政检查", "行政许可", "行政强制", "行政确认", "行政给付", "行政征收")


@dataclass(frozen=True)
class Place:
    """The district and the people of the measurements."""

    district: District
    reviewer: User
    clerk: User
    department: Organization


def build(items: int) -> Place:
    """Migrate, load the district and its list. The database must be empty."""
    call_command("migrate", interactive=False, verbosity=0)
    os.environ["ADMIN_PASSWORD"] = PASSWORD
    call_command("load_district", admin=CODENAME, stdout=io.StringIO())
    district = District.objects.get()
    reviewer = User.objects.get(username=CODENAME)
    department = departments(district)[0]
    clerk = create_user(
        organization=department,
        username="clerk",
        name="经办",
        password=PASSWORD,
        actor=reviewer,
        password_is_own=True,
    )
    assign_role(clerk, organization=department, role="department_clerk", actor=reviewer)
    with transaction.atomic():
        # Half a million rows that are right by construction: their foreign keys need no check each.
        _sql("SET LOCAL session_replication_role = replica")
        version = _list(district, reviewer, items)
        _claims(district, version)
        _letters(district, reviewer, version)
        list_changed(district.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Place(district, reviewer, clerk, department)


def _list(district: District, reviewer: User, items: int) -> ItemList:
    types = {found.name: found for found in ItemType.objects.filter(district=district)}
    givers = list(departments(district))
    rows = []
    for number in range(1, items + 1):
        act, thing = _ACTS[number % len(_ACTS)], _THINGS[number // 7 % len(_THINGS)]
        kind = _KINDS[number % len(_KINDS)] if number % 3 else "行政处罚"
        words = RARE if number % 2000 == 0 else f"{act}{thing}"
        name = f"对{words}（第{number}号路段）的{kind}"
        basis = f"{_LAWS[number % len(_LAWS)]}第{number % 80 + 1}条"
        rows.append(
            Item(
                district=district, organization=givers[number % len(givers)], number=number, name=name,
                type=types[kind], basis=basis, duties="街道负责巡查和处罚；部门负责业务指导",
                source=("guide", "city", "district")[number % 3], name_key=name_key(name),
                content_key=content_key(name, basis), legality="none" if number % 11 else "pending",
            )
        )  # fmt: skip
    Item.objects.bulk_create(rows, batch_size=5000)
    today = clock.today()
    meeting = Meeting.objects.create(
        district=district, name="区人民政府常务会议", held_on=today, recorded_by=reviewer
    )
    version = ItemList.objects.create(
        district=district, number=1, title="街道赋权事项清单", meeting=meeting, published_on=today,
        added=items, total=items,
    )  # fmt: skip
    _sql(
        """INSERT INTO empowerment_listentry (district_id, item_list_id, item_id, organization_id, change,
             number, name, type_name, basis, duties, source, municipal_department, department_name)
           SELECT i.district_id, %s, i.id, i.organization_id, 'added', i.number, i.name, t.name, i.basis,
             i.duties, i.source, '', o.name
           FROM empowerment_item i JOIN empowerment_itemtype t ON t.id = i.type_id
             JOIN organizations_organization o ON o.id = i.organization_id""",
        version.pk,
    )
    return version


def _claims(district: District, version: ItemList) -> None:
    """A claim of each street for each item: six in ten claimed, the others declined, deferred or open.

    The old half of the list is settled: claimed by every street.
    """
    for place, street in enumerate(streets(district)):
        _sql(
            """INSERT INTO empowerment_claim (district_id, item_id, street_id, entry_id, state, decision, reason,
                 look_again_on, opened_at, submitted_at)
               SELECT e.district_id, e.item_id, %s, e.id,
                 CASE WHEN k >= 8 THEN 'open' ELSE 'submitted' END,
                 CASE WHEN k >= 8 THEN 'pending' WHEN k = 7 THEN 'deferred' WHEN k = 6 THEN 'declined'
                   ELSE 'claimed' END,
                 CASE WHEN k = 6 THEN '执法力量不足' ELSE '' END,
                 CASE WHEN k = 7 THEN current_date + 60 END, now(), CASE WHEN k < 8 THEN now() END
               FROM (SELECT *, CASE WHEN number <= %s THEN 0 ELSE (number + %s) %% 10 END AS k
                     FROM empowerment_listentry WHERE item_list_id = %s) e""",
            street.pk, version.total // 2, place, version.pk,
        )  # fmt: skip


def _letters(district: District, reviewer: User, version: ItemList) -> None:
    """A letter for each department and street over half of what is claimed; every second one in force."""
    policy = PolicyVersion.objects.filter(district=district).first()
    today = clock.today()
    pairs = [(giver, street) for giver in departments(district) for street in streets(district)]
    for place, (giver, street) in enumerate(pairs):
        number = f"咸赋权确〔{today.year}〕第{place + 1:03d}号"
        document = Document.objects.create(
            district=district, organization=giver, kind="agreement", number=number, title="承接确认书",
            code=f"BENCH{place:07d}", template="documents/paper.html",
        )  # fmt: skip
        effective = place % 2 == 0
        Agreement.objects.create(
            district=district, organization=giver, street=street, number=number, item_list=version,
            policy=policy, transition_months=6, copies=4, line_count=1, document=document, sent_by=reviewer,
            sign_by=today + dt.timedelta(days=7), state="effective" if effective else "sent",
            effective_on=today if effective else None,
        )  # fmt: skip
    _sql(
        """INSERT INTO empowerment_agreementline (district_id, agreement_id, claim_id, item_id, position, name,
             type_name, basis, duties, transition_months, is_live)
           SELECT c.district_id, a.id, c.id, c.item_id, e.number, e.name, e.type_name, e.basis, e.duties, 6, true
           FROM empowerment_claim c JOIN empowerment_listentry e ON e.id = c.entry_id
             JOIN empowerment_agreement a ON a.organization_id = e.organization_id AND a.street_id = c.street_id
           WHERE c.decision = 'claimed' AND e.number %% 2 = %s""",
        0,
    )
    _sql(
        """INSERT INTO empowerment_empowerment (district_id, item_id, organization_id, street_id, agreement_id,
             line_id, state, effective_on, transition_until, operating_on, confirmed_by_id, confirmed_at,
             end_ground, end_reference, end_reason)
           SELECT l.district_id, l.item_id, a.organization_id, a.street_id, a.id, l.id,
             CASE WHEN l.item_id %% 4 = 0 THEN 'operating' ELSE 'transition' END,
             a.effective_on, a.effective_on + %s,
             CASE WHEN l.item_id %% 4 = 0 THEN a.effective_on + %s END,
             CASE WHEN l.item_id %% 4 = 0 THEN a.sent_by_id END,
             CASE WHEN l.item_id %% 4 = 0 THEN a.sent_at END, '', '', ''
           FROM empowerment_agreementline l JOIN empowerment_agreement a ON a.id = l.agreement_id
           WHERE a.state = 'effective'""",
        183,
        184,
    )
    _sql(
        """INSERT INTO empowerment_powerperiod (district_id, empowerment_id, item_id, organization_id, street_id,
             bearer, state, valid_from, valid_until, known_from, source)
           SELECT district_id, id, item_id, organization_id, street_id, 'department', 'transition', effective_on,
             operating_on - 1, now(), 'letter'
           FROM empowerment_empowerment
           UNION ALL
           SELECT district_id, id, item_id, organization_id, street_id, 'street', 'operating', operating_on,
             NULL, now(), 'confirmation'
           FROM empowerment_empowerment WHERE operating_on IS NOT NULL"""
    )


def _sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
