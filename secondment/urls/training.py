from __future__ import annotations

from django.urls import URLPattern, path

from secondment.confirmations.page import PAGES as CONFIRMATIONS
from secondment.sessions import page as sessions
from secondment.training_plans import page as plans
from secondment.views import (
    check_in,
    session_page,
    training_papers,
    trainings,
)

urlpatterns: list[URLPattern] = [
    path("trainings/", trainings.trainings, name="trainings"),
    *sessions.PAGES.urls(
        "trainings/sessions",
        sessions.SessionList,
        own={"": session_page.session_page, "change": sessions.change},
        create=("create", sessions.create),
        remove=("<number:pk>/remove", sessions.remove),
        names=("<number:pk>/names", session_page.session_names),
        marks=("<number:pk>/marks", session_page.session_marks),
        strike=("<number:pk>/names/<number:attendance>/strike", session_page.session_strike),
        code=("<number:pk>/code", session_page.session_code),
        sheet=("<number:pk>/sheet", training_papers.session_sheet),
    ),
    *CONFIRMATIONS.step_urls("trainings/confirmations"),
    *plans.PAGES.urls(
        "trainings/plans",
        plans.PlanList,
        own={"": plans.page, "submit": plans.submit},
        create=("create", plans.create),
        copy=("<number:pk>/copy", plans.copy),
        paper=("<number:pk>/paper", training_papers.plan_paper),
    ),
    path("trainings/plans/<number:pk>/sessions/create/", sessions.create_in_plan, name="plan-session-create"),
    # Short, because it is read off a wall and typed in.
    path("t/", check_in.door, name="check-in-door"),
    path("t/<str:code>/", check_in.check_in, name="check-in"),
    path("t/<str:code>/rate/", check_in.rate, name="check-in-rate"),
]
