"""What the face of the portal needs to know about the person at the screen."""

from typing import Any, Protocol

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Scope(Protocol):
    """The rights of one person; `request.scope` of a signed-in request is one."""

    @property
    def user(self) -> Any: ...

    @property
    def district(self) -> Any: ...

    def holds(self, codename: str) -> bool:
        """Whether the person has the right for at least one organization."""
        ...


class PortalRequest(HttpRequest):
    """What our middleware and pages put on Django's request: a type alone, none is ever made of it.

    What stands under "Set by" is there only once that has happened; it is read with a default.
    """

    scope: Scope
    htmx: HtmxDetails
    request_id: str

    # Set by whoever is signed in and at work: the seconds left to their session.
    session_left: int
    # Set by the door for whoever has to change the password first.
    turned_away: bool
    # Set by a page outside the branch of its menu entry: a `url_name`.
    menu_current: str
    # Set by pages for what went wrong, which count nothing for the menu.
    uncounted: bool
    # Set by the context processor: what the frame shows.
    kept_shell: Any
