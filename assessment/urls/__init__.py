"""Addresses of the app, one file a noun; all under the namespace ``assessment``."""

from django.urls import URLPattern, path

from assessment.practices import page as practices

from . import cycles, papers, problems, reports, results, schemes, scoring

app_name = "assessment"
urlpatterns: list[URLPattern] = [
    *schemes.urlpatterns,
    *cycles.urlpatterns,
    *reports.urlpatterns,
    *scoring.urlpatterns,
    *results.urlpatterns,
    *papers.urlpatterns,
    *problems.urlpatterns,
    *practices.PAGES.urls(
        "assessment/practices",
        practices.PracticeList,
        own={"change": practices.change},
        create=("new", practices.create),
        print=("<number:pk>/print", practices.print_one),
    ),
    path("assessment/practices/print/<number:year>/", practices.print_year, name="practices-print"),
]
