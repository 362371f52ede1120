from django.urls import path

from .views.downloads import DownloadList, download
from .views.health import status
from .views.home import DemandsView, HomeView
from .views.jobs import JobCancelView, JobList, JobView
from .views.schedule import (
    EntryRunView,
    EntryView,
    LedgerJobView,
    LedgerList,
    LedgerRunView,
    ScheduleView,
)

app_name = "portal"
urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("demands/", DemandsView.as_view(), name="demands"),
    path("jobs/", JobList.as_view(), name="jobs"),
    path("jobs/<number:pk>/", JobView.as_view(), name="job"),
    path("jobs/<number:pk>/cancel/", JobCancelView.as_view(), name="job-cancel"),
    path("downloads/", DownloadList.as_view(), name="downloads"),
    path("downloads/<number:pk>/", download, name="download"),
    path("status/", status, name="status"),
    path("schedule/", ScheduleView.as_view(), name="schedule"),
    path("schedule/jobs/", LedgerList.as_view(), name="ledger"),
    path("schedule/jobs/<number:pk>/", LedgerJobView.as_view(), name="ledger-job"),
    path("schedule/jobs/<number:pk>/run/", LedgerRunView.as_view(), name="ledger-run"),
    path("schedule/<str:key>/", EntryView.as_view(), name="schedule-entry"),
    path("schedule/<str:key>/run/", EntryRunView.as_view(), name="schedule-run"),
]
