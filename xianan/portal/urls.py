from django.urls import path

from .views.deadlines import DeadlineList
from .views.home import HomeView
from .views.jobs import JobCancelView, JobList, JobView

app_name = "portal"
urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("jobs/", JobList.as_view(), name="jobs"),
    path("jobs/<int:pk>/", JobView.as_view(), name="job"),
    path("jobs/<int:pk>/cancel/", JobCancelView.as_view(), name="job-cancel"),
    path("deadlines/", DeadlineList.as_view(), name="deadlines"),
]
