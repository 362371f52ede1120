from django.urls import path

from ..views import scoring, visits

urlpatterns = [
    path("assessment/<number:pk>/scoring/", scoring.scoring_page, name="scoring"),
    path(
        "assessment/<number:pk>/scoring/<number:street>/<number:indicator>/",
        scoring.score_save,
        name="score-save",
    ),
    path(
        "assessment/<number:pk>/scoring/<number:street>/groups/<number:group>/",
        scoring.column_finish,
        name="column-finish",
    ),
    path("assessment/<number:pk>/scores/", scoring.scores_page, name="scores"),
    path("assessment/<number:pk>/scores/<number:street>/<number:indicator>/", scoring.cell_page, name="cell"),
    path("assessment/<number:pk>/visits/", visits.visit_list, name="visits"),
    path("assessment/<number:pk>/visits/new/", visits.visit_create, name="visit-create"),
    path("assessment/<number:pk>/visits/<number:visit>/", visits.visit_page, name="visit"),
    path("assessment/<number:pk>/visits/<number:visit>/change/", visits.visit_change, name="visit-change"),
    path("assessment/<number:pk>/visits/<number:visit>/delete/", visits.visit_delete, name="visit-delete"),
]
