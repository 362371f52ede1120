"""Pages for what goes wrong, and where to go back to."""

import sys
import unicodedata
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.encoding import iri_to_uri
from django.utils.http import urlencode

from xianan.core import refusals
from xianan.core.errors import DomainError
from xianan.core.outage import is_outage
from xianan.ui.menu import registry
from xianan.ui.protocols import PortalRequest

LONGEST = 1500
"""Of a path to go back to; a redirect takes 2,048 signs, a fragment or another address around it included."""


def back_url(request: HttpRequest, default: str) -> str:
    """Return where a form leads back to: `next` of the request if it is a path of the portal, else `default`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if _is_path(target) else default


def _is_path(target: str) -> bool:
    """Say whether a text from outside is a path from the root of this portal and nothing else.

    A word would be taken for the name of a view; "//", backslashes and control characters, which browsers
    read as they like, lead elsewhere; what is longer than a redirect may be would be refused after the act.
    """
    return (
        target.startswith("/")
        and not target.startswith("//")
        and len(target) <= LONGEST
        and not any(sign == "\\" or unicodedata.category(sign)[0] == "C" for sign in target)
        and len(iri_to_uri(target)) <= LONGEST
    )


def referring_page(request: HttpRequest) -> str:
    """The page of this portal that the request came from, if it wasn't itself."""
    referer = request.headers.get("Referer", "")
    for scheme in ("https", "http"):
        path = referer.removeprefix(f"{scheme}://{request.get_host()}")
        if path != referer and _is_path(path):
            return path.partition("#")[0]
    return ""


def page_of_form(request: HttpRequest) -> str:
    """The page on which a form was filled in, if it was one of this portal.

    What shows a refused form stands under an address that only takes forms; the page's script names its page.
    """
    named = request.POST.get("_page", "")
    return named if _is_path(named) else referring_page(request)


def error_page(request: HttpRequest, status: int, title: str, text: str, **context: Any) -> HttpResponse:
    """A page that says what is so, why, and offers the next step.

    `context`: icon, action_url and action_label (the way on), other_url and other_label.
    """
    context = {"title": title, "text": text, "code": status, "number": _number(request), **context}
    # Whoever rattles at doors, or meets a fault, doesn't have the whole menu counted for it.
    cast(PortalRequest, request).uncounted = True
    return render(request, "ui/error.html", context, status=status)


def _number(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page for a DomainError: 403 for a missing right, 409 for a page that is no longer up to date."""
    refusals.reason.set(error.code)
    status = error.status if 400 <= error.status < 500 else 409
    back = referring_page(request)
    if status == 403:
        return error_page(
            request,
            403,
            "您没有办理此事的权限",
            error.message,
            icon="lock",
            action_url=back,
            action_label="返回上一页",
        )
    if status == 404:
        return error_page(request, 404, "找不到这个页面", error.message, icon="broken")
    return error_page(
        request,
        status,
        "您的操作没有生效",
        error.message,
        icon="alert",
        action_url=back,
        action_label="载入最新内容",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose token is missing or old: mostly a page left open over a new sign-in."""
    refusals.reason.set("csrf")
    page = page_of_form(request)
    match = request.resolver_match
    public = match is not None and match.view_name in (registry.urls["login"], registry.urls["verify"])
    if not request.user.is_authenticated and not public:
        door = resolve_url(settings.LOGIN_URL)
        return error_page(
            request,
            403,
            "登录已失效，内容没有提交",
            "重新登录后回到原页，可再次办理。",
            icon="lock",
            action_url=f"{door}?{urlencode({'next': page})}" if page else door,
            action_label="重新登录",
        )
    return error_page(
        request,
        403,
        "页面已过期，内容没有提交",
        "此页打开后重新登录过，或者浏览器没有保存登录信息。返回后刷新页面，再提交一次。",
        icon="lock",
        action_url=page,
        action_label="返回并刷新",
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        400,
        "提交的内容无法识别",
        "浏览器送来的内容不完整或超出大小。返回后重新填写或选择文件。",
        icon="alert",
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = (
        str(exception)
        if exception and str(exception)
        else "此页须有相应角色。需要时由本单位负责人或区委编办授权。"
    )
    return error_page(request, 403, "您没有查看此页的权限", text, icon="lock")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        404,
        "找不到这个页面",
        "地址有误，或者该内容不在您单位的范围内。从菜单进入可以找到本单位的全部内容。",
        icon="broken",
    )


def method_refused(request: HttpRequest, allowed: str) -> HttpResponse:
    """The page for an address that only takes a form; ``allowed`` are the methods it knows."""
    page = error_page(
        request,
        405,
        "这个地址不能直接打开",
        "它只接收页面上提交的内容，刚才没有办理任何事项。从菜单进入相应页面办理。",
        icon="broken",
        action_url=referring_page(request),
        action_label="返回上一页",
    )
    page["Allow"] = allowed
    return page


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort: a page without menu or database, so that it works when those don't."""
    if is_outage(sys.exc_info()[1]):
        page = render(None, "503.html", {"number": _number(request)}, status=503)
        page.headers["Retry-After"] = "60"
        page.headers["Cache-Control"] = "no-store"
        return page
    return render(None, "500.html", {"number": _number(request)}, status=500)
