"""The context every page gets: `shell`, worked out only if a template asks for it."""

from typing import Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from xianan.core.errors import DomainError
from xianan.ui.menu import registry, url_of
from xianan.ui.protocols import PortalRequest

PORTAL = "街道赋权工作平台"


class Shell:
    """What the frame shows to this person."""

    def __init__(self, request: PortalRequest) -> None:
        urls = registry.urls
        scope = getattr(request, "scope", None)
        user = getattr(request, "user", None)
        self.signed_in = bool(scope and user and user.is_authenticated)
        self.demo = settings.DEMO
        self.brand = PORTAL
        self.home = url_of(urls["home"]) or "/"
        self.login = url_of(urls["login"])
        self.verify = url_of(urls["verify"])
        self.search = self.password = self.logout = self.session = ""
        self.search_hint = urls["search_hint"]
        self.person = ""
        self.menu: list[Any] = []
        self.tools: list[Any] = []
        if self.signed_in:
            self._fill(request, scope, user)

    def _fill(self, request: PortalRequest, scope: Any, user: Any) -> None:
        urls = registry.urls
        self.brand = brand_of(scope)
        self.search = url_of(urls["search"])
        self.password = url_of(urls["password"])
        self.logout = url_of(urls["logout"])
        self.session = url_of(urls["session"])
        organization = getattr(user, "organization", None)
        self.person = " ".join(part for part in (str(organization or ""), user_name(user)) if part)
        counts = not getattr(request, "uncounted", False)
        numbers = registry.numbers(request) if counts else {}
        self.menu = registry.menu(request, scope, numbers, counts=counts)
        self.tools = registry.toolbar(numbers)


def brand_of(scope: Any) -> str:
    """Return the portal's name with the district before it: 咸安区街道赋权工作平台."""
    try:
        district = scope.district
    except DomainError:
        return PORTAL
    return brand(district)


def brand(district: Any) -> str:
    """Return what the portal of a district is called; without one, of no district in particular."""
    return f"{getattr(district, 'short_name', '')}{getattr(district, 'portal_name', '') or PORTAL}"


def user_name(user: Any) -> str:
    return str(getattr(user, "name", "") or user.get_username())


def shell(request: PortalRequest) -> dict[str, Any]:
    """Context processor: `shell`, built once per request and only where a page has a frame."""
    kept = getattr(request, "kept_shell", None)
    if kept is None:
        kept = SimpleLazyObject(lambda: Shell(request))
        request.kept_shell = kept
    return {"shell": kept}
