"""Addresses of the app, one file a noun; all under the namespace ``assessment``."""

from . import cycles, papers, practices, problems, reports, results, schemes, scoring

app_name = "assessment"
urlpatterns = [
    *schemes.urlpatterns,
    *cycles.urlpatterns,
    *reports.urlpatterns,
    *scoring.urlpatterns,
    *results.urlpatterns,
    *papers.urlpatterns,
    *problems.urlpatterns,
    *practices.urlpatterns,
]
