"""The bases of pages for people who are signed in: they know the request and the rights in full."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponseBase
from django.views import View

from xianan.ui import lists

from .requests import Request
from .scope import Scope


class GuardedPage(LoginRequiredMixin, View):
    """A page whose ``right`` is asked for before anything else; a visitor is led to the door."""

    request: Request
    right = ""
    label = ""
    """What a refusal says is lacking."""

    @property
    def scope(self) -> Scope:
        return self.request.scope

    def allow(self) -> None:
        """Raise NotAllowed for whoever may not open the page: who hasn't the right for the whole district."""
        self.scope.require(self.right, self.scope.district, label=self.label)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.allow()
        return super().dispatch(request, *args, **kwargs)


class ListPage(lists.ListPage):
    """A list whose rows are cut by the rights of the person."""

    request: Request

    @property
    def scope(self) -> Scope:
        return self.request.scope
