"""The sections of a personal file; every module that knows something of a person registers one (P33).

    @register_section(order=70)
    def training(person: Person) -> Section:
        return Section("参加的培训", ("日期", "内容", "学时"), rows, empty="没有参加培训的记录")

A provider costs a constant number of queries. Rows are text as it is printed; ``Cell`` links on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from secondment.models import Person


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that leads somewhere on the page; on paper its text stands alone."""

    text: str
    url: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a personal file: its title, column heads and rows."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str | Cell]] = field(default_factory=list)
    empty: str = "没有记录"


Provider = Callable[[Person], Section]

_providers: dict[str, tuple[int, Provider]] = {}


def register_section(*, order: int) -> Callable[[Provider], Provider]:
    """Add a provider under its function's name; sections stand by ``order``. Raises ValueError for a name taken."""

    def register(provider: Provider) -> Provider:
        key = provider.__name__
        known = _providers.get(key)
        if known is not None and known[1].__module__ != provider.__module__:
            raise ValueError(f"file section {key} is registered twice")
        _providers[key] = (order, provider)
        return provider

    return register


def sections(person: Person) -> list[Section]:
    """Return all sections of a person's file in order."""
    return [provider(person) for _, provider in sorted(_providers.values(), key=lambda pair: pair[0])]
