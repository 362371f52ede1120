import pytest

from xianan.core.choices import ToneChoices, member_of
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job


def test_a_member_has_value_label_and_tone() -> None:
    member = JobState.FAILED
    assert (member.value, member.label, member.tone) == ("failed", "未完成", "red")


def test_a_member_without_a_tone_is_grey() -> None:
    class Plain(ToneChoices):
        ONE = "one", "一"

    assert Plain.ONE.tone == "grey"
    assert Plain.choices == [("one", "一")]


def test_a_tone_that_does_not_exist_is_refused_when_the_module_is_read() -> None:
    with pytest.raises(ValueError, match="pink"):

        class Wrong(ToneChoices):
            ONE = "one", "一", "pink"


def test_the_plain_value_of_a_row_finds_its_member() -> None:
    assert member_of(Job(state="running"), "state") is JobState.RUNNING
    assert member_of(Job(state="nonsense"), "state") is None
