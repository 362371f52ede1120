"""What a view says of itself, without being asked over the network: its methods, its guard, its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.effort import THOROUGH

View = Callable[..., Any]


@cache
def _views() -> dict[str, View]:
    def walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, View]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(
                    pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space
                )
            else:
                yield f"{space}{pattern.name}", pattern.callback

    return dict(walk(get_resolver().url_patterns, ""))


def names() -> list[str]:
    """Return the names of all addresses."""
    return list(_views())


def view_of(name: str) -> View:
    """Return the view behind the name of an address."""
    return _views()[name]


def _layers(view: View) -> Iterator[View]:
    """The view and what its decorators wrap, from the outside."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def methods(view: View) -> set[str]:
    """Return the methods that a view takes. Raises LookupError for one that takes any."""
    made = getattr(view, "view_class", None)
    if made is not None:
        taken = {name.upper() for name in made.http_method_names if hasattr(made, name)}
        return taken | ({"HEAD"} if "GET" in taken else set())
    for layer in _layers(view):
        named = dict(zip(layer.__code__.co_freevars, layer.__closure__ or (), strict=True))
        if "request_method_list" in named:
            return set(named["request_method_list"].cell_contents)
    raise LookupError(f"{view} takes any method")


def is_exempt(view: View) -> bool:
    """Whether a view takes forms without the token against forgery."""
    return any(getattr(layer, "csrf_exempt", False) for layer in _layers(view))


def kind(view: View) -> tuple[object, ...]:
    """Return what the answer to a wrong method or a missing token hangs on: methods and the way they are taken."""
    made = getattr(view, "view_class", None)
    bases = (
        made.__mro__[1:-1]
        if made is not None
        else tuple(layer.__code__ for layer in list(_layers(view))[:-1])
    )
    return (frozenset(methods(view)), bases)


def one_of_each_kind(names: Iterable[str]) -> list[str]:
    """Return the first address of every kind of view; every address in the long run."""
    if THOROUGH:
        return list(names)
    first: dict[tuple[object, ...], str] = {}
    for name in names:
        first.setdefault(kind(view_of(name)), name)
    return list(first.values())
