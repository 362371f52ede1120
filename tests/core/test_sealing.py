"""What is encrypted at rest opens with the same secret, for the same use, unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.core.sealing import seal, unseal

SECRET = "a-secret-of-more-than-thirty-two-letters"


@given(st.binary(max_size=200))
def test_what_was_sealed_opens_again_and_does_not_show(data: bytes) -> None:
    sealed = seal(data, SECRET, use="files")
    assert unseal(sealed, SECRET, use="files") == data
    assert len(data) < 4 or data not in sealed


def test_another_secret_another_use_and_a_changed_byte_open_nothing() -> None:
    sealed = seal(b"420123", SECRET, use="files")
    changed = sealed[:-5] + (b"A" if sealed[-5:-4] != b"A" else b"B") + sealed[-4:]
    for bytes_, secret, use in (
        (sealed, SECRET + "x", "files"),
        (sealed, SECRET, "keys"),
        (changed, SECRET, "files"),
    ):
        with pytest.raises(ValueError, match="another FIELD_KEY, or damaged"):
            unseal(bytes_, secret, use=use)
