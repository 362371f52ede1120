from django.urls import path

from ..views import scheme_files as files
from ..views import schemes as views

urlpatterns = [
    path("assessment/schemes/", views.SchemeList.as_view(), name="schemes"),
    path("assessment/schemes/new/", views.scheme_create, name="scheme-create"),
    path("assessment/schemes/<number:pk>/", views.scheme_page, name="scheme"),
    path("assessment/schemes/<number:pk>/change/", views.scheme_change, name="scheme-change"),
    path("assessment/schemes/<number:pk>/copy/", views.scheme_copy, name="scheme-copy"),
    path("assessment/schemes/<number:pk>/delete/", views.scheme_delete, name="scheme-delete"),
    path("assessment/schemes/<number:pk>/print/", files.scheme_print, name="scheme-print"),
    path("assessment/schemes/<number:pk>/export/", files.scheme_export, name="scheme-export"),
    path("assessment/schemes/<number:pk>/groups/new/", views.group_create, name="group-create"),
    path("assessment/schemes/<number:pk>/groups/<number:group>/", views.group_change, name="group-change"),
    path(
        "assessment/schemes/<number:pk>/groups/<number:group>/delete/",
        views.group_delete,
        name="group-delete",
    ),
    path("assessment/schemes/<number:pk>/indicators/new/", views.indicator_create, name="indicator-create"),
    path(
        "assessment/schemes/<number:pk>/indicators/<number:indicator>/",
        views.indicator_change,
        name="indicator-change",
    ),
    path(
        "assessment/schemes/<number:pk>/indicators/<number:indicator>/delete/",
        views.indicator_delete,
        name="indicator-delete",
    ),
]
