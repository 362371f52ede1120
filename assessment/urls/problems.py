from django.urls import path

from ..views import problems as views

urlpatterns = [
    path("assessment/problems/", views.ProblemList.as_view(), name="problems"),
    path("assessment/<number:pk>/problems/list-in/", views.problems_list_in, name="problems-list-in"),
    path("assessment/<number:pk>/problems/add/", views.problem_add, name="problem-add"),
    path("assessment/problems/<number:pk>/", views.problem_page, name="problem"),
    path("assessment/problems/<number:pk>/plan/", views.problem_plan, name="problem-plan"),
    path("assessment/problems/<number:pk>/hand-in/", views.problem_hand_in, name="problem-hand-in"),
    path("assessment/problems/<number:pk>/pass/", views.problem_pass, name="problem-pass"),
    path("assessment/problems/<number:pk>/return/", views.problem_return, name="problem-return"),
    path("assessment/problems/<number:pk>/postpone/", views.problem_postpone, name="problem-postpone"),
    path("assessment/problems/<number:pk>/withdraw/", views.problem_withdraw, name="problem-withdraw"),
]
