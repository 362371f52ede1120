from django.urls import path

from ..views import papers as views

urlpatterns = [
    path("assessment/<int:pk>/papers/", views.papers_page, name="papers"),
    path("assessment/<int:pk>/papers/write/", views.papers_write, name="papers-write"),
    path("assessment/<int:pk>/papers/set/", views.papers_set, name="papers-set"),
    path("assessment/<int:pk>/papers/sign/", views.papers_sign, name="papers-sign"),
    path("assessment/<int:pk>/papers/<int:paper>/", views.paper_show, name="paper"),
    path("assessment/<int:pk>/papers/<int:paper>/change/", views.paper_change, name="paper-change"),
    path("assessment/<int:pk>/books/<str:name>/", views.book, name="book"),
    path("assessment/problems/print/", views.problems_print, name="problems-print"),
]
