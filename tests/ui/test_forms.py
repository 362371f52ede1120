import pytest
from django.test import Client

from tests.ui.pages import PersonForm
from xianan.core.errors import DomainError


def test_every_refusal_names_its_field_in_chinese() -> None:
    form = PersonForm({})
    assert {name: messages[0] for name, messages in form.errors.items()} == {
        "name": "未填写姓名",
        "reason": "未填写理由",
        "street": "未选择下沉街道",
        "kind": "未选择类别",
        "start": "未填写开始日期",
        "scan": "未上传执法证扫描件",
        "read": "未勾选“我已阅读全文”",
    }
    assert PersonForm({"start": "2026-02-30"}).errors["start"] == [
        "开始日期须是实际存在的日期，如 2026-11-23"
    ]


def test_a_fields_own_message_wins() -> None:
    from django import forms

    from xianan.ui.forms import Form

    class Sign(Form):
        password = forms.CharField(label="密码", error_messages={"required": "再次输入登录密码后才能签署"})

    assert Sign({}).errors["password"] == ["再次输入登录密码后才能签署"]


def test_a_services_refusal_stands_at_its_field_or_above_the_form() -> None:
    form = PersonForm({})
    form.full_clean()
    form.refuse(DomainError("young", "下沉不少于 12 个月", field="end"))
    form.refuse(DomainError("full", "本街道已有下沉人员", field="no such field"))
    assert form.errors["end"] == ["下沉不少于 12 个月"]
    assert form.non_field_errors() == ["本街道已有下沉人员"]


@pytest.mark.django_db
def test_a_refused_form_lists_its_errors_with_links_to_the_fields(signed_in: Client) -> None:
    answer = signed_in.post("/person/", {"name": "x" * 21}).content.decode()
    assert "有 7 处需要改正，尚未保存" in answer
    assert '<a href="#id_start">未填写开始日期</a>' in answer
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in answer
    assert answer.count('class="error"') == 7
    assert answer.count("（可不填）") == 1
    assert "请选择" in answer
    assert "---------" not in answer


@pytest.mark.django_db
def test_a_key_that_no_row_can_have_is_not_among_the_choices() -> None:
    """Beyond 64 bits the database failed on a list of keys; "١" was taken for 1."""
    from django.contrib.contenttypes.models import ContentType

    from xianan.ui.forms import Form, RowField, RowsField

    class Choice(Form):
        one = RowField(label="单位", queryset=ContentType.objects.all())
        many = RowsField(label="街道", queryset=ContentType.objects.all())

    known = str(ContentType.objects.order_by("pk").first().pk)
    assert Choice({"one": known, "many": [known]}).is_valid()
    for hostile in (str(2**63), "9" * 5000, "-1", "١", " 1", "1\x00", "x"):
        form = Choice({"one": hostile, "many": [known, hostile]})
        assert form.errors["one"] == ["“单位”须从列出的各项中选择"]
        assert form.errors["many"] == ["“街道”中有不可选的一项"]


def test_a_day_or_a_number_that_nothing_can_bear_is_refused_in_words() -> None:
    from django import forms

    from xianan.ui.forms import Form

    class Sheet(Form):
        day = forms.DateField(label="日期")
        count = forms.IntegerField(label="人数", min_value=1)
        plain = forms.IntegerField(label="版次")

    for day in ("0001-01-01", "9999-12-31"):
        errors = Sheet({"day": day, "count": str(2**31), "plain": str(-(2**40))}).errors
        assert errors["day"] == ["日期须在 1900 年至 2199 年之间"]
        assert errors["count"] == ["人数须在 1 至 2147483647 之间"]
        assert errors["plain"] == ["版次须在 -2147483647 至 2147483647 之间"]
    assert Sheet({"day": "2026-11-29", "count": "0", "plain": "1"}).errors["count"] == ["人数须不小于 1"]
