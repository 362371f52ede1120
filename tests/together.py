"""People who do something at the same moment, each on a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connections

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
