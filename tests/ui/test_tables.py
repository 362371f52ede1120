from types import SimpleNamespace

from xianan.ui.tables import Name, Yuan


def test_a_name_is_linked_cut_with_its_full_text_in_the_title_and_escaped() -> None:
    column = Name("名称", url=lambda record: f"/item/{record.pk}/", second="office__name")
    record = SimpleNamespace(pk=7, office=SimpleNamespace(name="区民政局"))
    assert column.render(record=record, value="<甲>") == (
        '<a href="/item/7/" title="&lt;甲&gt;">&lt;甲&gt;</a><small>区民政局</small>'
    )


def test_a_name_without_page_or_context_stays_plain() -> None:
    column = Name("名称", second="office__name")
    assert (
        column.render(record=SimpleNamespace(pk=7, office=None), value="甲") == '<span title="甲">甲</span>'
    )


def test_money_goes_to_the_page_as_text_and_to_the_workbook_as_a_number() -> None:
    column = Yuan("金额")
    assert column.render(value=123456) == "1,234.56"
    assert str(column.export(None, 123456)) == "1234.56"
    assert column.export(None, None) is None
