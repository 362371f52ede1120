"""The same form sent twice is done once: by two presses, two processes, or the way back in the browser.

Each page that is rendered carries a token of its own, the one against forgery, which Django masks anew for each.
Together with what was typed and where it goes it names a sending, and the database takes each name once. The
second one waits for the first and is answered as it was. What was refused may be sent again as it is.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from xianan.core import clock
from xianan.ui.views import referring_page

from .models import SentForm

TOKEN = "csrfmiddlewaretoken"
DONE_COOKIE = "done"
"""Tells the page's script which form was taken, so that it forgets what it kept of it."""
MARK = 16
PATIENCE = 30.0
KEPT = dt.timedelta(days=1)
DEAD = dt.timedelta(minutes=10)
"""A sending that has been in work so long is nobody's any more."""
ALREADY = "同样的内容刚才已经提交，没有重复办理。"


class OnceMiddleware:
    """Let a form through once, if it carries a token and somebody is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated or not request.POST.get(TOKEN):
            return self.get_response(request)
        key = name_of(request)
        until = time.monotonic() + PATIENCE
        while not _claim(key):
            first = SentForm.objects.filter(pk=key).first()
            if first is not None and first.answer:
                return _same_answer(request, first)
            if time.monotonic() >= until:
                messages.warning(request, "同样的内容正在办理，请稍后查看结果，不要重复提交。")
                return HttpResponseRedirect(referring_page(request) or "/")
            # In work elsewhere, or just refused: then it's our turn in the next round.
            time.sleep(0.05)
        done = False
        try:
            response = self.get_response(request)
            done = 300 <= response.status_code < 400 and not _has_refused(request)
            if done:
                said = [[each.level, str(each.message)] for each in _queued(request)]
                SentForm.objects.filter(pk=key).update(answer=response.headers["Location"], said=said)
                response.set_cookie(
                    DONE_COOKIE,
                    request.POST[TOKEN][:MARK],
                    max_age=3600,
                    secure=settings.SESSION_COOKIE_SECURE,
                    samesite="Lax",
                )
        finally:
            if not done:
                SentForm.objects.filter(pk=key).delete()
        return response


def name_of(request: HttpRequest) -> str:
    """Return what tells a sending from every other: who, from which page, where to, and what."""
    digest = sha256()
    parts = [str(request.user.pk), request.get_full_path()]
    for name, values in sorted(request.POST.lists()):
        parts += [name, *values, ""]
    for name, files in sorted(request.FILES.lists()):
        parts += [name, *(f"{file.name} {file.size}" for file in files), ""]
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _claim(key: str) -> bool:
    """Take a name, in one statement that the database refuses to the second."""
    now = clock.now()
    try:
        with transaction.atomic():
            SentForm(key=key, at=now).save(force_insert=True)
    except IntegrityError:
        return bool(SentForm.objects.filter(pk=key, answer="", at__lt=now - DEAD).update(at=now))
    return True


def _queued(request: HttpRequest) -> list[Any]:
    # There is no other way to see what was said without taking it from the next page.
    storage: Any = get_messages(request)
    return list(storage._queued_messages)


def _has_refused(request: HttpRequest) -> bool:
    """Say whether a redirect leads to a page that tells why not, or away from the view."""
    return getattr(request, "turned_away", False) or any(
        each.level >= messages.ERROR for each in _queued(request)
    )


def _same_answer(request: HttpRequest, first: SentForm) -> HttpResponse:
    for level, text in first.said:
        messages.add_message(request, level, text)
    messages.info(request, ALREADY)
    return HttpResponseRedirect(first.answer)


def forget_sent_forms() -> str:
    """Delete the names of sendings that nobody repeats any more."""
    count, _ = SentForm.objects.filter(at__lt=clock.now() - KEPT).delete()
    return f"清理 {count} 条。"
