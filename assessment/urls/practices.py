from django.urls import path

from ..views import practices as views

urlpatterns = [
    path("assessment/practices/", views.PracticeList.as_view(), name="practices"),
    path("assessment/practices/new/", views.practice_create, name="practice-create"),
    path("assessment/practices/print/<int:year>/", views.practices_print, name="practices-print"),
    path("assessment/practices/<int:pk>/", views.practice_page, name="practice"),
    path("assessment/practices/<int:pk>/change/", views.practice_change, name="practice-change"),
    path("assessment/practices/<int:pk>/delete/", views.practice_delete, name="practice-delete"),
    path("assessment/practices/<int:pk>/submit/", views.practice_submit, name="practice-submit"),
    path("assessment/practices/<int:pk>/publish/", views.practice_publish, name="practice-publish"),
    path("assessment/practices/<int:pk>/return/", views.practice_return, name="practice-return"),
    path("assessment/practices/<int:pk>/withdraw/", views.practice_withdraw, name="practice-withdraw"),
    path("assessment/practices/<int:pk>/print/", views.practice_print, name="practice-print"),
]
