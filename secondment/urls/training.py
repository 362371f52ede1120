from __future__ import annotations

from django.urls import URLPattern, path

from secondment.training_plans import page as plans
from secondment.views import (
    check_in,
    confirmations,
    session_page,
    sessions,
    training_papers,
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
    *(
        path(
            f"trainings/confirmations/<number:pk>/{step}/",
            confirmations.confirmation_step,
            {"step": step},
            name=f"session-{step}",
        )
        for step in confirmations.STEPS
    ),
    *plans.PAGES.urls(
        "trainings/plans",
        plans.PlanList,
        own={"": plans.page, "submit": plans.submit},
        create=("create", plans.create),
        copy=("<number:pk>/copy", plans.copy),
        paper=("<number:pk>/paper", training_papers.plan_paper),
    ),
    path(
        "trainings/plans/<number:pk>/sessions/create/",
        sessions.plan_session_create,
        name="plan-session-create",
    ),
    # Short, because it is read off a wall and typed in.
    path("t/", check_in.door, name="check-in-door"),
    path("t/<str:code>/", check_in.check_in, name="check-in"),
    path("t/<str:code>/rate/", check_in.rate, name="check-in-rate"),
]
