"""What is encrypted at rest opens with the same secret, for the same use, unchanged."""

import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.core.sealing import HEAD, open_file, seal, seal_file, seal_in_place, unseal

SECRET = "a-secret-of-more-than-thirty-two-letters"
PIECE = 256 * 1024


@given(st.binary(max_size=200))
def test_what_was_sealed_opens_again_and_does_not_show(data: bytes) -> None:
    sealed = seal(data, SECRET, use="files")
    assert unseal(sealed, SECRET, use="files") == data
    # The first letters of all tokens are the same.
    assert len(data) < 8 or data not in sealed


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


# ---- Files, sealed piece by piece --------------------------------------------------------------------


def sealed(data: bytes) -> bytes:
    target = io.BytesIO()
    seal_file(io.BytesIO(data), target, SECRET, use="files")
    return target.getvalue()


def opened(data: bytes, secret: str = SECRET, use: str = "files") -> bytes:
    return open_file(io.BytesIO(data), secret, use=use).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_file_of_any_size_opens_again_and_does_not_show(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    kept = sealed(data[:size])
    assert opened(kept) == data[:size]
    assert data[:200] not in kept and kept != sealed(data[:size])


def test_a_piece_that_was_changed_moved_cut_off_or_added_opens_nothing() -> None:
    pieces = [bytes([number]) * PIECE for number in range(3)]
    kept = sealed(b"".join(pieces))
    head, first = len(HEAD) + 16, PIECE + 16
    swapped = kept[:head] + kept[head + first : head + 2 * first] + kept[head : head + first]
    wrong = {
        "changed": kept[:-1] + bytes([kept[-1] ^ 1]),
        "cut off in a piece": kept[:-9],
        "cut off after a piece": kept[: head + 2 * first],
        "moved": swapped + kept[head + 2 * first :],
        "added": kept + kept[-first:],
        "without its begin": kept[: len(HEAD)],
    }
    for how, bytes_ in wrong.items():
        with pytest.raises(ValueError, match="another FIELD_KEY, or damaged"):
            opened(bytes_)
            pytest.fail(how)
    for secret, use in ((SECRET + "x", "files"), (SECRET, "keys")):
        with pytest.raises(ValueError, match="another FIELD_KEY, or damaged"):
            opened(kept, secret, use)


def test_what_lies_open_and_what_was_sealed_before_is_read_as_well() -> None:
    assert opened(b"%PDF-1.7 ...") == b"%PDF-1.7 ..."
    assert opened(seal(b"420123", SECRET, use="files")) == b"420123"


def test_a_file_is_sealed_where_it_lies_once(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK 420123")
    assert seal_in_place(path, SECRET, use="files") and not seal_in_place(path, SECRET, use="files")
    assert b"420123" not in path.read_bytes() and opened(path.read_bytes()) == b"PK 420123"
    assert list(tmp_path.iterdir()) == [path]


def test_twenty_megabytes_cost_no_more_memory_than_a_few_pieces(tmp_path: Path) -> None:
    path = tmp_path / "big"
    plain = tmp_path / "plain"
    plain.write_bytes(bytes(20 * 1024 * 1024))
    tracemalloc.start()
    try:
        with plain.open("rb") as source, path.open("wb") as target:
            seal_file(source, target, SECRET, use="files")
        total = 0
        with open_file(path.open("rb"), SECRET, use="files") as source:
            while piece := source.read(64 * 1024):
                total += len(piece)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == 20 * 1024 * 1024 and most < 8 * PIECE
