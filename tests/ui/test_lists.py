import io
import re
import zipfile

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import load_workbook

pytestmark = pytest.mark.django_db


def rows_of(client: Client, **query: object) -> list[str]:
    answer = client.get("/", query).content.decode()
    return re.findall(r'name="row" value="(\d+)"', answer)


def sheet_of(client: Client, **query: object) -> list[tuple[object, ...]]:
    answer = client.get("/", {**query, "export": "xlsx"})
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return list(book.active.iter_rows(values_only=True))


def add(count: int) -> None:
    kind = ContentType.objects.order_by("pk").first()
    Permission.objects.bulk_create(
        Permission(content_type=kind, codename=f"extra_{number:05d}", name=f"样本 {number % 7}")
        for number in range(count)
    )


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(signed_in: Client) -> None:
    def queries(**query: object) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert signed_in.get("/", query).status_code == 200
        return len(seen)

    queries()  # the first page of a visit also renews the session
    few = queries(size=10)
    # Another order than the list's own asks for the keys first.
    ordered = queries(size=10, sort="-name", tab="all")
    assert ordered <= few + 1
    add(500)
    assert queries(size=100) == few
    assert queries(size=100, page=3, sort="-name", tab="all") == ordered
    # Session, person, rights for the menu, the filter's choices, numbers of the tabs, keys, rows.
    assert few <= 7


def test_every_row_stands_on_exactly_one_page_also_where_names_are_equal(signed_in: Client) -> None:
    add(120)
    seen = [
        row
        for number in range(1, 20)
        for row in rows_of(signed_in, sort="name", size=50, page=number, q="样本")
        if number <= 3
    ]
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_deep_pages_show_the_same_rows_as_shallow_ones(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    add(124)
    pages = [{"sort": sort, "size": 20, "q": "样本", "page": number} for number in range(1, 8)]
    shallow = [rows_of(signed_in, **page) for page in pages]
    assert [len(rows) for rows in shallow] == [20, 20, 20, 20, 20, 20, 4]

    # Deep ones are found by key, and beyond the middle from the end.
    monkeypatch.setattr("xianan.ui.lists.DEEP", 0)
    assert [rows_of(signed_in, **page) for page in pages] == shallow


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(
            ["q", "page", "size", "sort", "cols", "tab", "content_type", "codename", "key", "export", "x"]
        ),
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(["-1", "0", "9" * 30, "name", "-name", "-", "ops", "pk", "\x00", "xlsx", "add"]),
        ),
        max_size=5,
    )
)
def test_no_address_breaks_a_list(signed_in: Client, query: dict[str, str]) -> None:
    assert signed_in.get("/", query).status_code == 200


def test_a_condition_that_makes_no_sense_is_named_and_left_out(signed_in: Client) -> None:
    answer = signed_in.get("/", {"key": "many", "q": "add"}).content.decode()
    assert "未采用填写有误的条件：序号" in answer
    assert "关键词：add" in answer
    assert rows_of(signed_in, key="many", q="add") == rows_of(signed_in, q="add")


def test_search_filter_and_tab_narrow_together_and_each_can_be_taken_away(signed_in: Client) -> None:
    kind = ContentType.objects.get(app_label="history", model="entry")
    query = {"q": "entry", "content_type": kind.pk, "tab": "add"}
    assert rows_of(signed_in, **query) == [str(Permission.objects.get(codename="add_entry").pk)]
    answer = signed_in.get("/", query).content.decode()
    chips = re.findall(r'class="chip">([^<]+)<a href="([^"]+)"', answer)
    assert [label.split("：")[0] for label, _ in chips] == ["关键词", "对象"]
    assert chips[0][1] == f"?content_type={kind.pk}&amp;tab=add"


def test_the_numbers_of_the_tabs_come_from_one_query_and_agree_with_their_lists(signed_in: Client) -> None:
    with CaptureQueriesContext(connection) as seen:
        answer = signed_in.get("/", {"size": 100}).content.decode()
    adding = Permission.objects.filter(codename__startswith="add_").count()
    counts = [int(number) for number in re.findall(r'<span class="num">(\d+)</span></a>', answer)]
    assert counts == [Permission.objects.count(), adding, 0]
    assert sum("COUNT(" in query["sql"] for query in seen) == 1
    assert f"共 <strong>{adding}</strong> 项" in signed_in.get("/", {"tab": "add"}).content.decode()


def test_columns_are_chosen_in_the_address_and_the_name_always_stays(signed_in: Client) -> None:
    usual = signed_in.get("/").content.decode()
    assert re.findall(r'scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', usual) == [
        "编号", "事项名称", "所属", "序号", "操作",
    ]  # fmt: skip
    chosen = signed_in.get("/", {"cols": ["model", "nonsense"]}).content.decode()
    assert re.findall(r'scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', chosen) == [
        "编号", "事项名称", "对象", "操作",
    ]  # fmt: skip


def test_the_workbook_holds_what_is_seen_on_all_pages(signed_in: Client) -> None:
    add(60)
    query = {"q": "样本", "sort": "-codename", "cols": "model", "size": 10, "page": 2}
    head, *rows = sheet_of(signed_in, **query)
    assert head == ("编号", "事项名称", "对象")
    assert [row[0] for row in rows] == [f"extra_{number:05d}" for number in reversed(range(60))]


def test_the_workbook_stores_no_formula_and_no_control_character(signed_in: Client) -> None:
    kind = ContentType.objects.order_by("pk").first()
    for number, name in enumerate(("=1+1", "+1", "-1", "@SUM(A1)", "a\x0bb")):
        Permission.objects.create(content_type=kind, codename=f"evil_{number}", name=name)
    answer = signed_in.get("/", {"q": "evil_", "export": "xlsx"})
    content = b"".join(answer.streaming_content)
    sheet = load_workbook(io.BytesIO(content)).active
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ["=1+1", "+1", "-1", "@SUM(A1)", "ab"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells[:4])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_sorting_is_announced_and_turns_round_on_the_second_click(signed_in: Client) -> None:
    answer = signed_in.get("/", {"sort": "name"}).content.decode()
    assert re.search(r'aria-sort="ascending"><a class="sort" href="\?sort=-name"', answer)
    assert list(reversed(rows_of(signed_in, q="entry", sort="name"))) == rows_of(
        signed_in, q="entry", sort="-name"
    )


def test_a_bulk_action_gets_the_ticked_rows_or_the_whole_list_as_it_was_seen(signed_in: Client) -> None:
    add(30)
    keys = list(
        Permission.objects.filter(codename__startswith="extra_").order_by("pk").values_list("pk", flat=True)
    )
    ticked = signed_in.post("/bulk/", {"row": [keys[0], keys[3], "x", "9" * 40]}).content.decode()
    assert ticked == f"{keys[0]},{keys[3]}"
    everything = signed_in.post("/bulk/", {"row": keys[0], "all": "1", "query": "q=extra_&page=2"})
    assert everything.content.decode() == ",".join(map(str, keys))
    assert signed_in.post("/bulk/", {}).content == b""


def test_an_empty_list_says_what_to_do_next_and_a_narrow_one_how_to_widen_it(signed_in: Client) -> None:
    empty = signed_in.get("/empty/").content.decode()
    assert "还没有督办单" in empty
    assert "去选逾期事项" in empty
    narrow = signed_in.get("/", {"q": "nothing like this"}).content.decode()
    assert "没有符合条件的事项清单" in narrow
    assert "清除全部条件" in narrow
    tab = signed_in.get("/", {"tab": "none"}).content.decode()
    assert "“空白类”之下没有事项清单" in tab


def test_a_list_is_for_people_who_are_signed_in_and_hold_its_right(signed_in: Client, pages: None) -> None:
    assert Client().get("/").status_code == 302
    assert signed_in.get("/guarded/").status_code == 403


def test_all_rows_of_a_list_are_shown_for_paper_and_of_one_too_long_the_reason_why_not(
    signed_in: Client,
) -> None:
    add(150)
    total = Permission.objects.count()
    shown = signed_in.get("/", {"size": "all"}).content.decode()
    assert len(re.findall(r'name="row" value="(\d+)"', shown)) == total
    assert f"共 {total} 项</p>" in shown and "data-no-print" not in shown
    add_more = 2001 - total
    kind = ContentType.objects.order_by("pk").last()
    Permission.objects.bulk_create(
        Permission(content_type=kind, codename=f"more_{number:05d}", name="样本")
        for number in range(add_more)
    )
    refused = signed_in.get("/", {"size": "all"}).content.decode()
    assert len(re.findall(r'name="row" value="(\d+)"', refused)) == 20
    assert "共 2001 项，一次最多打印 2,000 项，没有打印" in refused and "data-no-print" in refused
