"""What the apps above tell this one: how a kind of document stands, who has it, and who may read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xianan.organizations.scope import Scope

    from .models import Document

State = tuple[str, str]
"""Chinese label and tone."""

_states: dict[str, Callable[[Document], State]] = {}
_readers: dict[str, Callable[[Scope, Document], bool]] = {}
Holders = Callable[[Sequence["Document"]], Mapping[int, set[int]]]
"""Documents of one kind → {document: the organizations that have it}; a constant number of queries."""

_holders: dict[str, Holders] = {}
_labels: dict[str, str] = {}
_private: set[str] = set()


def register_kind(
    kind: str,
    *,
    label: str,
    may_read: Callable[[Scope, Document], bool],
    state: Callable[[Document], State] | None = None,
    holders: Holders | None = None,
    private: bool = False,
) -> None:
    """Add a kind of document. ``may_read`` guards its files; ``state`` is shown to anyone who checks one.

    ``holders`` says which organizations have papers in hand, and are told when they are superseded; without it
    only who issued them. Papers of a private kind speak of people: their files are sealed, and each opening is in the log.
    """
    _private.discard(kind)
    if private:
        _private.add(kind)
    _labels[kind] = label
    _readers[kind] = may_read
    if state is not None:
        register_state(kind, state)
    if holders is not None:
        _holders[kind] = holders


def register_state(kind: str, state: Callable[[Document], State]) -> None:
    """Say how a document of this kind stands, as (label, tone): in effect, superseded, ended …"""
    _states[kind] = state


def kinds() -> frozenset[str]:
    """Return every kind that an app has registered."""
    return frozenset(_labels)


def label_of(kind: str) -> str:
    """Return the Chinese name of a kind, 文书 when nobody registered it."""
    return _labels.get(kind, "文书")


def is_private(kind: str) -> bool:
    """Whether papers of a kind speak of people."""
    return kind in _private


def state_of(document: Document) -> State | None:
    """Return (label, tone) of how the document stands, or None when its kind tells nothing."""
    if document.superseded_at is not None:
        return "已被替代", "grey"
    state = _states.get(document.kind)
    return state(document) if state is not None else None


def holders_of(kind: str, documents: Sequence[Document]) -> dict[int, set[int]]:
    """Return {document: ids of the organizations that have it in hand} for documents of one kind."""
    holders = _holders.get(kind)
    if holders is not None:
        return dict(holders(documents))
    return {row.pk: {row.organization_id} for row in documents if row.organization_id is not None}


def may_read(scope: Scope, document: Document) -> bool:
    """Whether the person may open the document's files; a kind that nobody registered is closed."""
    reader = _readers.get(document.kind)
    return bool(reader is not None and scope.district_id == document.district_id and reader(scope, document))
