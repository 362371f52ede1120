"""The one exception by which a service refuses what it was asked to do."""

from __future__ import annotations


class DomainError(Exception):
    """A refusal with a reason that a person can act on.

    ``code`` is stable and in English for tests and logs, ``message`` is the Chinese sentence shown,
    ``field`` names the form field it belongs to ("" for the whole form), and ``status`` is the HTTP
    status of a page that shows it alone: 409 for a stale page, 403 for a missing right.
    """

    def __init__(self, code: str, message: str, *, field: str = "", status: int = 409) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.status = status

    def __str__(self) -> str:
        return self.message


class NotAllowed(DomainError):
    """The actor lacks the right for this step."""

    def __init__(self, message: str = "您没有办理此事的权限。") -> None:
        super().__init__("not_allowed", message, status=403)
