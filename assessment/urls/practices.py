from django.urls import path

from ..views import practices as views

urlpatterns = [
    path("assessment/practices/", views.PracticeList.as_view(), name="practices"),
    path("assessment/practices/new/", views.practice_create, name="practice-create"),
    path("assessment/practices/print/<number:year>/", views.practices_print, name="practices-print"),
    path("assessment/practices/<number:pk>/", views.practice_page, name="practice"),
    path("assessment/practices/<number:pk>/change/", views.practice_change, name="practice-change"),
    path("assessment/practices/<number:pk>/delete/", views.practice_delete, name="practice-delete"),
    path("assessment/practices/<number:pk>/submit/", views.practice_submit, name="practice-submit"),
    path("assessment/practices/<number:pk>/publish/", views.practice_publish, name="practice-publish"),
    path("assessment/practices/<number:pk>/return/", views.practice_return, name="practice-return"),
    path("assessment/practices/<number:pk>/withdraw/", views.practice_withdraw, name="practice-withdraw"),
    path("assessment/practices/<number:pk>/print/", views.practice_print, name="practice-print"),
]
