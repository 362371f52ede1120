"""A port is filled from above, asked in order, and gives back what each filling says."""

from __future__ import annotations

import pytest

from xianan.core.ports import Port


def test_every_filling_is_asked_in_the_order_it_came_and_one_added_twice_counts_once() -> None:
    port: Port[[int], str] = Port()
    assert port(1) == []

    @port.fill
    def first(number: int) -> str:
        return f"first {number}"

    port.fill(lambda number: f"second {number}")
    port.fill(first)
    assert port(2) == ["first 2", "second 2"]


def test_what_a_filling_refuses_reaches_the_caller() -> None:
    port: Port[[], None] = Port()

    @port.fill
    def refuse() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        port()
