"""The portal with one more page: a plan with its files, once in a main column and once in a reading column."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from xianan.deadlines.models import WorkPlan


def plan(request: HttpRequest, pk: int) -> HttpResponse:
    context = {"title": "工作计划", "plan": WorkPlan.objects.get(pk=pk)}
    return render(request, "attached/page.html", context)


urlpatterns = [path("attached/<int:pk>/", plan, name="attached"), path("", include("xianan.urls"))]
