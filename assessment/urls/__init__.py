"""Addresses of the app, one file a noun; all under the namespace ``assessment``."""

from django.urls import URLPattern, path

from assessment.practices import page as practices
from assessment.problems import page as problems
from assessment.schemes import page as schemes

from . import cycles, papers, reports, results, scoring

app_name = "assessment"
urlpatterns: list[URLPattern] = [
    *schemes.urlpatterns,
    *cycles.urlpatterns,
    *reports.urlpatterns,
    *scoring.urlpatterns,
    *results.urlpatterns,
    *papers.urlpatterns,
    *problems.PAGES.urls("assessment/problems", problems.ProblemList, own={"plan": problems.plan}),
    path("assessment/<number:pk>/problems/list-in/", problems.list_in, name="problems-list-in"),
    path("assessment/<number:pk>/problems/add/", problems.add, name="problem-add"),
    *practices.PAGES.urls(
        "assessment/practices",
        practices.PracticeList,
        own={"change": practices.change},
        create=("new", practices.create),
        print=("<number:pk>/print", practices.print_one),
    ),
    path("assessment/practices/print/<number:year>/", practices.print_year, name="practices-print"),
]
