from __future__ import annotations

from django.urls import URLPattern, path

from secondment.confirmations.page import PAGES as CONFIRMATIONS
from secondment.views import (
    check_in,
    session_page,
    sessions,
    training_papers,
    training_plans,
    trainings,
)

urlpatterns: list[URLPattern] = [
    path("trainings/", trainings.trainings, name="trainings"),
    path("trainings/sessions/", sessions.SessionList.as_view(), name="sessions"),
    path("trainings/sessions/create/", sessions.session_create, name="session-create"),
    path("trainings/sessions/<number:pk>/", session_page.session_page, name="session"),
    path("trainings/sessions/<number:pk>/change/", sessions.session_change, name="session-change"),
    path("trainings/sessions/<number:pk>/move/", sessions.session_move, name="session-move"),
    path("trainings/sessions/<number:pk>/cancel/", sessions.session_cancel, name="session-cancel"),
    path("trainings/sessions/<number:pk>/hold/", sessions.session_hold, name="session-hold"),
    path("trainings/sessions/<number:pk>/remove/", sessions.session_remove, name="session-remove"),
    path("trainings/sessions/<number:pk>/names/", session_page.session_names, name="session-names"),
    path("trainings/sessions/<number:pk>/marks/", session_page.session_marks, name="session-marks"),
    path(
        "trainings/sessions/<number:pk>/names/<number:attendance>/strike/",
        session_page.session_strike,
        name="session-strike",
    ),
    path("trainings/sessions/<number:pk>/code/", session_page.session_code, name="session-code"),
    path("trainings/sessions/<number:pk>/sheet/", training_papers.session_sheet, name="session-sheet"),
    *CONFIRMATIONS.step_urls("trainings/confirmations"),
    path("trainings/plans/", training_plans.PlanList.as_view(), name="training-plans"),
    path("trainings/plans/create/", training_plans.plan_create, name="training-plan-create"),
    path("trainings/plans/<number:pk>/", training_plans.plan_page, name="training-plan"),
    path(
        "trainings/plans/<number:pk>/sessions/create/",
        sessions.plan_session_create,
        name="plan-session-create",
    ),
    path("trainings/plans/<number:pk>/change/", training_plans.plan_change, name="training-plan-change"),
    path("trainings/plans/<number:pk>/copy/", training_plans.plan_copy, name="training-plan-copy"),
    path("trainings/plans/<number:pk>/submit/", training_plans.plan_submit, name="training-plan-submit"),
    path("trainings/plans/<number:pk>/paper/", training_papers.plan_paper, name="training-plan-paper"),
    # Short, because it is read off a wall and typed in.
    path("t/", check_in.door, name="check-in-door"),
    path("t/<str:code>/", check_in.check_in, name="check-in"),
    path("t/<str:code>/rate/", check_in.rate, name="check-in-rate"),
]
