"""Workbooks to try an import with: a demonstration offers them beside the box, a deployment has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict

from xianan.organizations.models import Organization
from xianan.ui import workbook

PARAMETER = "sample"


@dataclass(frozen=True, slots=True)
class Sample:
    """A workbook as an office has it; ``shows`` says in a few words what can be seen by it."""

    filename: str
    shows: str
    make: Callable[[], bytes]


_offers: dict[str, Callable[[Organization], Sequence[Sample]]] = {}


def offer(kind: str, samples: Callable[[Organization], Sequence[Sample]]) -> None:
    """Let a demonstration offer samples for a kind of workbook, made for the organization that asks."""
    _offers[kind] = samples


def samples_of(kind: str, organization: Organization) -> Sequence[Sample]:
    """Return what is offered; nothing in a deployment."""
    return _offers[kind](organization) if settings.DEMO and kind in _offers else ()


def links(kind: str, organization: Organization, template_url: str) -> list[tuple[str, str, str]]:
    """Return address, name and what it shows of each sample."""
    offered = enumerate(samples_of(kind, organization), 1)
    return [(f"{template_url}?{PARAMETER}={place}", each.filename, each.shows) for place, each in offered]


def asked_for(kind: str, organization: Organization, query: QueryDict) -> HttpResponse | None:
    """Return the sample that an address asks for; None when it asks for none. Raises Http404."""
    if PARAMETER not in query:
        return None
    for place, each in enumerate(samples_of(kind, organization), 1):
        if query[PARAMETER] == str(place):
            return workbook.as_file(each.make(), each.filename)
    raise Http404
