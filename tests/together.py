"""People who do something at the same moment, each on a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Any

from django.db import connection, connections

from xianan.core.errors import DomainError


def together(*acts: Callable[[], object]) -> list[str]:
    """Run these at once from one barrier; return "" or the code of each refusal, in their order.

    What is no refusal is raised here. The test needs ``transaction=True``.
    """
    barrier = threading.Barrier(len(acts))
    found = [""] * len(acts)
    faults: list[BaseException] = []

    def run(place: int) -> None:
        try:
            barrier.wait(20)
            acts[place]()
        except DomainError as error:
            found[place] = error.code
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "somebody waits for ever"
    if faults:
        raise faults[0]
    return found


def in_every_order(*steps: int) -> Iterator[list[int]]:
    """Yield every order in which acts of so many steps each can take turns: [0, 1, 0, 1], [0, 0, 1, 1] …"""
    turns = [place for place, number in enumerate(steps) for _ in range(number)]
    yield from (list(order) for order in sorted(set(permutations(turns))))


def taking_turns(order: Sequence[int], about: str, *acts: Callable[[], object]) -> list[str]:
    """Like ``together``, but statements about ``about`` are sent in this order of acts.

    A turn of an act that has ended is passed over. The test needs ``transaction=True``.
    """
    left = list(order)
    ended: set[int] = set()
    free = threading.Condition()

    def turn() -> int | None:
        return next((place for place in left if place not in ended), None)

    def gated(place: int) -> Callable[[], object]:
        def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if about not in f"{sql} {params}":
                return execute(sql, params, many, context)
            with free:
                assert free.wait_for(lambda: turn() in (place, None), 20), "somebody waits for ever"
                try:
                    return execute(sql, params, many, context)
                finally:
                    if place in left:
                        left.remove(place)
                    free.notify_all()

        def run() -> object:
            try:
                with connection.execute_wrapper(wrapper):
                    return acts[place]()
            finally:
                with free:
                    ended.add(place)
                    free.notify_all()

        return run

    return together(*(gated(place) for place in range(len(acts))))
