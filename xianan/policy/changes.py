"""Who has to know when a version of a document comes or changes: the rooms above register themselves.

They run in the transaction of the change, so what they write commits with it or not at all.
"""

from __future__ import annotations

from collections.abc import Callable

from xianan.organizations.models import District

Follower = Callable[[District], object]

_followers: list[Follower] = []


def register_follower(follower: Follower) -> Follower:
    """Have ``follower`` told of every change to a district's versions; the same one twice counts once."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def notify_followers(district: District) -> None:
    """Tell everybody who registered."""
    for follower in _followers:
        follower(district)
