from django.urls import path

from .orders.page import URLS
from .views import plan_drafts, plan_nodes, plans
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
]

_PLAN = "plans/<number:pk>"
urlpatterns += [
    path("plans/", plans.PlanList.as_view(), name="plans"),
    path("plans/create/", plan_drafts.plan_create, name="plan-create"),
    path("plans/nodes/", plan_nodes.NodeList.as_view(), name="plan-nodes"),
    path(f"{_PLAN}/", plans.plan_page, name="plan"),
    path(f"{_PLAN}/change/", plan_drafts.plan_change, name="plan-change"),
    path(f"{_PLAN}/delete/", plan_drafts.plan_delete, name="plan-delete"),
    path(f"{_PLAN}/import/", plan_drafts.plan_import, name="plan-import"),
    path(f"{_PLAN}/export/", plans.plan_export, name="plan-export"),
    path(f"{_PLAN}/issue/", plans.plan_issue, name="plan-issue"),
    path(f"{_PLAN}/close/", plans.plan_close, name="plan-close"),
    path(f"{_PLAN}/tasks/create/", plan_drafts.task_create, name="plan-task-create"),
    path(f"{_PLAN}/tasks/<number:task>/", plan_drafts.task_change, name="plan-task"),
    path(f"{_PLAN}/tasks/<number:task>/delete/", plan_drafts.task_delete, name="plan-task-delete"),
    path(f"{_PLAN}/tasks/<number:task>/nodes/", plan_drafts.nodes_add, name="plan-nodes-add"),
    path(f"{_PLAN}/nodes/<number:node>/", plan_drafts.node_change, name="plan-node-change"),
    path(f"{_PLAN}/nodes/<number:node>/delete/", plan_drafts.node_delete, name="plan-node-delete"),
    path("plan-nodes/<number:pk>/", plan_nodes.node_page, name="plan-node"),
    path("plan-nodes/<number:pk>/report/", plan_nodes.node_report, name="plan-node-report"),
    path("plan-nodes/<number:pk>/confirm/", plan_nodes.node_confirm, name="plan-node-confirm"),
    path("plan-nodes/<number:pk>/return/", plan_nodes.node_return, name="plan-node-return"),
    path("plan-nodes/<number:pk>/move/", plan_nodes.node_move, name="plan-node-move"),
    path("plan-nodes/<number:pk>/cancel/", plan_nodes.node_cancel, name="plan-node-cancel"),
    *URLS,
]
