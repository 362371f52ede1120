from django.urls import path

from .orders.accountability import URLS as ACCOUNTABILITY_URLS
from .orders.page import URLS as ORDER_URLS
from .plans.page import URLS as PLAN_URLS
from .views.calendar import CalendarExport, CalendarImport, CalendarPage
from .views.deadlines import ChaseView, DeadlineList, MonthView
from .views.notices import NoticeList, NoticeReadAll, NoticeView, PreferenceView

app_name = "deadlines"
urlpatterns = [
    path("deadlines/", DeadlineList.as_view(), name="list"),
    path("deadlines/month/", MonthView.as_view(), name="month"),
    path("deadlines/chase/", ChaseView.as_view(), name="chase"),
    path("calendar/", CalendarPage.as_view(), name="calendar"),
    path("calendar/import/", CalendarImport.as_view(), name="calendar-import"),
    path("calendar/export/", CalendarExport.as_view(), name="calendar-export"),
    path("notices/", NoticeList.as_view(), name="notices"),
    path("notices/read/", NoticeReadAll.as_view(), name="notices-read"),
    path("notices/preference/", PreferenceView.as_view(), name="preference"),
    path("notices/<number:pk>/", NoticeView.as_view(), name="notice"),
    *PLAN_URLS,
    *ORDER_URLS,
    *ACCOUNTABILITY_URLS,
]
