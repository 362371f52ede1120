"""What is typed as a text is judged in one place."""

import pytest

from xianan.core.errors import DomainError
from xianan.core.texts import PLAIN, written


@pytest.mark.parametrize(
    ("text", "more", "code", "message"),
    [
        (" \n", {"required": True}, "reason_missing", "未填写理由。"),
        ("", {"required": "写明为何退回。"}, "reason_missing", "写明为何退回。"),
        ("", {"required": True, "codes": PLAIN}, "required", "未填写理由。"),
        ("四个字的", {"field": "note"}, "note_long", "理由不超过 3 字，现为 4 字。"),
        ("四个字的", {"codes": PLAIN}, "too_long", "理由不超过 3 字，现为 4 字。"),
    ],
)
def test_a_text_that_is_lacking_or_too_long_is_refused_at_its_field(text, more, code, message) -> None:
    with pytest.raises(DomainError) as refused:
        written("理由", text, 3, **more)
    assert (refused.value.code, refused.value.message) == (code, message)
    assert refused.value.field == more.get("field", "reason")


def test_blanks_around_a_text_are_no_part_of_it() -> None:
    assert written("理由", "  两字 \n", 2) == "两字"
    assert written("理由", "  ", 2) == ""
