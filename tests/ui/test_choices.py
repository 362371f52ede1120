import pytest
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps

from tests.ui.pages import State
from xianan.core.choices import ToneChoices, member_of
from xianan.ui import html


def test_a_member_carries_value_label_and_tone() -> None:
    assert (State.REFUSED.value, State.REFUSED.label, State.REFUSED.tone) == ("refused", "不认领", "red")
    assert State("running") is State.RUNNING
    assert State.choices[0] == ("draft", "草稿")


def test_a_member_without_tone_is_grey_and_an_unknown_tone_is_refused() -> None:
    class Plain(ToneChoices):
        ONE = "one", "甲"

    assert Plain.ONE.tone == "grey"
    with pytest.raises(ValueError, match="pink"):

        class Wrong(ToneChoices):
            ONE = "one", "甲", "pink"


def test_a_migration_stores_pairs_and_the_plain_default() -> None:
    field = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    written, _ = MigrationWriter.serialize(field)
    assert "('waiting', '待签')" in written
    assert "default='draft'" in written
    assert "amber" not in written


@isolate_apps("xianan.ui")
def test_the_tone_is_found_again_for_a_value_read_from_the_database() -> None:
    class Row(models.Model):
        state = models.CharField(max_length=10, choices=State.choices)

        class Meta:
            app_label = "ui"

        def __str__(self) -> str:
            return self.state

    assert member_of(Row(state="waiting"), "state") is State.WAITING
    assert member_of(Row(state="gone"), "state") is None
    assert 'data-tone="amber"' in html.badge(member_of(Row(state="waiting"), "state"))


def test_a_badge_escapes_what_people_typed() -> None:
    assert html.badge("<b>") == '<span class="badge" data-tone="grey">&lt;b&gt;</span>'
