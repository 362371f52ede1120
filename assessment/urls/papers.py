from django.urls import path

from ..views import papers as views

urlpatterns = [
    path("assessment/<number:pk>/papers/", views.papers_page, name="papers"),
    path("assessment/<number:pk>/papers/write/", views.papers_write, name="papers-write"),
    path("assessment/<number:pk>/papers/set/", views.papers_set, name="papers-set"),
    path("assessment/<number:pk>/papers/sign/", views.papers_sign, name="papers-sign"),
    path("assessment/<number:pk>/papers/<number:paper>/", views.paper_show, name="paper"),
    path("assessment/<number:pk>/papers/<number:paper>/change/", views.paper_change, name="paper-change"),
    path("assessment/<number:pk>/books/<str:name>/", views.book, name="book"),
    path("assessment/problems/print/", views.problems_print, name="problems-print"),
]
