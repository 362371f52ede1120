"""What the face of the portal needs to know about the person at the screen."""

from typing import Any, Protocol


class Scope(Protocol):
    """The rights of one person; `request.scope` of a signed-in request is one."""

    @property
    def user(self) -> Any: ...

    @property
    def district(self) -> Any: ...

    def holds(self, codename: str) -> bool:
        """Whether the person has the right for at least one organization."""
        ...
